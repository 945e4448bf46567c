"""Branches of an enterprise (D7)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.payloads import answer, given, key_of, payload
from schema.core.reading import Resolver, list_resolver
from schema.core.types import input_type, list_field
from service.core.fields import BRANCH, CUSTOMER
from service.operations import branches

_VERSION = (int, "The version that you read; a stale one is refused.")

BranchPayload = payload("BranchPayload", "Branch", "branch", "A branch that was saved.")
RemoveBranchPayload = payload("RemoveBranchPayload", "Customer", "customer", "The customer without the branch.")
CreateBranchInput = input_type(
    "CreateBranchInput", BRANCH, "A new branch of an enterprise.", customer_id=(strawberry.ID, "The enterprise.")
)
UpdateBranchInput = input_type(
    "UpdateBranchInput",
    BRANCH,
    "Changes of a branch. What is left out stays; null clears.",
    id=(strawberry.ID, "The branch."),
    version=_VERSION,
)


@strawberry.input(description="Takes a branch away.")
class RemoveBranchInput:
    id: strawberry.ID = strawberry.field(description="The branch.")
    version: int = strawberry.field(description=_VERSION[1])


@strawberry.type
class BranchesQuery:
    branches: Any = list_field("Branch", "Branches that exist for you.")


@strawberry.type
class BranchesMutation:
    @strawberry.mutation(description="Add a branch to an enterprise.")
    async def create_branch(self, info: strawberry.Info, input: CreateBranchInput) -> BranchPayload:  # type: ignore[valid-type]
        key, values = key_of(input.customer_id, CUSTOMER), given(input, BRANCH)
        return await answer(info, BranchPayload, lambda viewer: branches.create(viewer, key, values))

    @strawberry.mutation(description="Change fields of a branch.")
    async def update_branch(self, info: strawberry.Info, input: UpdateBranchInput) -> BranchPayload:  # type: ignore[valid-type]
        key, values = key_of(input.id, BRANCH), given(input, BRANCH)
        return await answer(info, BranchPayload, lambda viewer: branches.update(viewer, key, input.version, values))

    @strawberry.mutation(description="Take a branch away; it stays in the log.")
    async def remove_branch(self, info: strawberry.Info, input: RemoveBranchInput) -> RemoveBranchPayload:  # type: ignore[valid-type]
        key = key_of(input.id, BRANCH)
        return await answer(info, RemoveBranchPayload, lambda viewer: branches.remove(viewer, key, input.version))


RESOLVERS: dict[str, Resolver] = {"Query.branches": list_resolver()}
