"""Needs (D18)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from schema.core.enums import graphql_enum
from schema.core.payloads import Partly, answer, given, key_of, payload
from schema.core.types import input_type
from service.core import enums
from service.core.fields import CUSTOMER, NEED
from service.core.viewer import Viewer
from service.operations import needs

_VERSION = (int, "The version that you read; a stale one is refused.")

NeedPayload = payload("NeedPayload", "Need", "need", "A need that was saved.", waits=True)
NeedInput = input_type("NeedInput", NEED, "What the customer is after.")
CreateNeedInput = input_type(
    "CreateNeedInput", NEED, "Something that a customer is after.", customer_id=(strawberry.ID, "The customer.")
)
UpdateNeedInput = input_type(
    "UpdateNeedInput",
    NEED,
    "Changes of an open need. What is left out stays; null clears.",
    id=(strawberry.ID, "The need."),
    version=_VERSION,
    reason=(str | None, "Why; who decides about what waits for approval is shown it."),
)


@strawberry.input(description="Says what became of a need.")
class CloseNeedInput:
    id: strawberry.ID = strawberry.field(description="The need.")
    version: int = strawberry.field(description=_VERSION[1])
    to: graphql_enum(enums.NeedState) = strawberry.field(description="Met, dropped, or open again.")  # type: ignore[valid-type]
    reason: str | None = strawberry.field(
        default=None, description="How it was met, or why it was dropped; then required."
    )


@strawberry.type
class NeedsMutation:
    @strawberry.mutation(description="Record something that a customer is after. There may be several needs.")
    async def create_need(self, info: strawberry.Info, input: CreateNeedInput) -> NeedPayload:  # type: ignore[valid-type]
        key, values = key_of(input.customer_id, CUSTOMER), given(input, NEED)
        return await _answer(info, lambda viewer: needs.create(viewer, key, values))

    @strawberry.mutation(
        description="Change an open need. High-risk fields wait for approval, the others are saved (D32)."
    )
    async def update_need(self, info: strawberry.Info, input: UpdateNeedInput) -> NeedPayload:  # type: ignore[valid-type]
        key, values = key_of(input.id, NEED), given(input, NEED)
        reason = input.reason or None
        return await _answer(info, lambda viewer: needs.update(viewer, key, input.version, values, reason=reason))

    @strawberry.mutation(description="Say that a need was met, or dropped and why; or that it is open again.")
    async def close_need(self, info: strawberry.Info, input: CloseNeedInput) -> NeedPayload:  # type: ignore[valid-type]
        key = key_of(input.id, NEED)
        return await answer(
            info, NeedPayload, lambda viewer: needs.close(viewer, key, input.version, input.to, input.reason)
        )


async def _answer(info: strawberry.Info, work: Callable[[Viewer], Awaitable[needs.Saved]]) -> Any:
    async def outcome(viewer: Viewer) -> Partly:
        saved = await work(viewer)
        return Partly(saved.need_id, saved.warnings, saved.approval_id, saved.waiting)

    return await answer(info, NeedPayload, outcome)
