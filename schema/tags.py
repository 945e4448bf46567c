"""Tags (D19)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from schema.core.errors import ErrorCode, UserError, user_errors
from schema.core.payloads import answer, key_of, payload
from schema.core.reading import Resolver, list_resolver
from schema.core.types import list_field
from service.core import messages
from service.core.errors import UserErrors
from service.core.fields import CUSTOMER, TAG
from service.core.ids import to_global
from service.core.viewer import Viewer
from service.operations import bulk_tags, system_tags, tags

_VERSION = "The version that you read; a stale one is refused."

TagsPayload = payload("TagsPayload", "Customer", "customer", "The customer with its tags.")
SystemTagPayload = payload("SystemTagPayload", "Tag", "tag", "A system tag that was saved.")


@strawberry.input(description="Puts tags on a customer.")
class AddTagsInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    system_tags: list[str] | None = strawberry.field(default=None, description="Names of system tags.")
    custom_tags: list[str] | None = strawberry.field(default=None, description="At most 10 characters each.")


@strawberry.input(description="Takes tags off a customer.")
class RemoveTagsInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    tag_ids: list[strawberry.ID] = strawberry.field(description="The tags.")


@strawberry.input(description="Puts tags on many customers.")
class TagCustomersInput:
    customer_ids: list[strawberry.ID] = strawberry.field(description="The customers, at most 1,000.")
    system_tags: list[str] | None = strawberry.field(default=None, description="Names of system tags.")
    custom_tags: list[str] | None = strawberry.field(default=None, description="At most 10 characters each.")


@strawberry.input(description="Takes tags off many customers.")
class UntagCustomersInput:
    customer_ids: list[strawberry.ID] = strawberry.field(description="The customers, at most 1,000.")
    tag_ids: list[strawberry.ID] = strawberry.field(description="The tags, at most 50.")


@strawberry.type(description="What came of one customer.")
class BulkTagResult:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    done: bool = strawberry.field(description="Whether its tags are as they were asked for.")
    code: ErrorCode | None = strawberry.field(description="What is in the way, where it was not done.")  # type: ignore[valid-type]
    message: str | None = strawberry.field(description="The same in the caller's language, and what to do.")

    @classmethod
    def of(cls, result: bulk_tags.Result, locale: str) -> BulkTagResult:
        key, code = to_global(CUSTOMER.prefix, result.customer_id), result.code
        message = code and messages.sentence(code, locale, {})
        return cls(customer_id=key, done=code is None, code=code, message=message)  # type: ignore[arg-type]


@strawberry.type(description="What came of each customer. Some may be done and others not.")
class BulkTagPayload:
    results: list[BulkTagResult] = strawberry.field(description="One for each customer, in the order asked for.")
    user_errors: list[UserError] = strawberry.field(
        description="Everything that is wrong with the input; then nothing was saved."
    )


@strawberry.input(description="A system tag that is to be offered.")
class CreateSystemTagInput:
    name: str = strawberry.field(description="At most 10 characters.")


@strawberry.input(description="Another name for a system tag.")
class RenameSystemTagInput:
    id: strawberry.ID = strawberry.field(description="The tag.")
    version: int = strawberry.field(description=_VERSION)
    name: str = strawberry.field(description="At most 10 characters.")


@strawberry.input(description="Offers a system tag no longer, or again.")
class RetireSystemTagInput:
    id: strawberry.ID = strawberry.field(description="The tag.")
    version: int = strawberry.field(description=_VERSION)
    retired: bool = strawberry.field(default=True, description="False brings it back.")


async def _bulk(info: Any, work: Callable[[Viewer], Awaitable[list[bulk_tags.Result]]]) -> BulkTagPayload:
    viewer = await info.context.require_viewer()
    try:
        results = await work(viewer)
    except UserErrors as refused:
        return BulkTagPayload(results=[], user_errors=user_errors(refused, info.context.locale))
    return BulkTagPayload(results=[BulkTagResult.of(r, info.context.locale) for r in results], user_errors=[])


@strawberry.type
class TagsQuery:
    tags: Any = list_field("Tag", "The system tags, retired ones among them.")


@strawberry.type
class TagsMutation:
    @strawberry.mutation(description="Put system and custom tags on a customer.")
    async def add_tags(self, info: strawberry.Info, input: AddTagsInput) -> TagsPayload:  # type: ignore[valid-type]
        key, system, custom = key_of(input.customer_id, CUSTOMER), input.system_tags or [], input.custom_tags or []
        return await answer(info, TagsPayload, lambda viewer: tags.add(viewer, key, system, custom))

    @strawberry.mutation(description="Take tags off a customer; one in effect keeps a system tag.")
    async def remove_tags(self, info: strawberry.Info, input: RemoveTagsInput) -> TagsPayload:  # type: ignore[valid-type]
        key, going = key_of(input.customer_id, CUSTOMER), [key_of(tag, TAG) for tag in input.tag_ids]
        return await answer(info, TagsPayload, lambda viewer: tags.remove(viewer, key, going))

    @strawberry.mutation(description="Put tags on up to 1,000 customers; what hinders one of them stops no other.")
    async def tag_customers(self, info: strawberry.Info, input: TagCustomersInput) -> BulkTagPayload:
        keys = [key_of(each, CUSTOMER) for each in input.customer_ids]
        system, custom = input.system_tags or [], input.custom_tags or []
        return await _bulk(info, lambda viewer: bulk_tags.tag(viewer, keys, system, custom))

    @strawberry.mutation(description="Take tags off up to 1,000 customers; one in effect keeps a system tag.")
    async def untag_customers(self, info: strawberry.Info, input: UntagCustomersInput) -> BulkTagPayload:
        keys, going = [key_of(each, CUSTOMER) for each in input.customer_ids], [key_of(t, TAG) for t in input.tag_ids]
        return await _bulk(info, lambda viewer: bulk_tags.untag(viewer, keys, going))

    @strawberry.mutation(description="Offer another system tag. Administrators only.")
    async def create_system_tag(self, info: strawberry.Info, input: CreateSystemTagInput) -> SystemTagPayload:  # type: ignore[valid-type]
        return await answer(info, SystemTagPayload, lambda viewer: system_tags.create(viewer, input.name))

    @strawberry.mutation(description="Call a system tag something else. Administrators only.")
    async def rename_system_tag(self, info: strawberry.Info, input: RenameSystemTagInput) -> SystemTagPayload:  # type: ignore[valid-type]
        key = key_of(input.id, TAG)
        return await answer(
            info, SystemTagPayload, lambda viewer: system_tags.rename(viewer, key, input.version, input.name)
        )

    @strawberry.mutation(description="Offer a system tag no longer, or again; customers keep it. Administrators only.")
    async def retire_system_tag(self, info: strawberry.Info, input: RetireSystemTagInput) -> SystemTagPayload:  # type: ignore[valid-type]
        key = key_of(input.id, TAG)
        return await answer(
            info,
            SystemTagPayload,
            lambda viewer: system_tags.retire(viewer, key, input.version, retired=input.retired),
        )


RESOLVERS: dict[str, Resolver] = {"Query.tags": list_resolver()}
