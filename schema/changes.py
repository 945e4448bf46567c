"""The change log (D35), and rolling back what it tells of (D36)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.errors import UserError, faults_as_errors, user_errors
from schema.core.payloads import key_of
from schema.core.reading import Resolver, list_resolver, resolve_payload_record
from schema.core.scalars import DateTime
from schema.core.types import Node, lazy, list_field
from service.core.errors import UserErrors
from service.core.fields import APPROVAL, CHANGE
from service.core.ids import to_global
from service.core.text import camel
from service.operations import rolling_back
from service.operations.reasons import Confirmation


@strawberry.type(description="What one field was before and after a change, as you may see the field now.")
class FieldChange:
    field: str = strawberry.field(description="The field, as the API names it.")
    before: str | None = strawberry.field(
        description="The value before, as text; lists and amounts as JSON. Null where there was none, or where it is"
        " masked away or erased."
    )
    after: str | None = strawberry.field(description="The value after, in the same form.")
    is_masked: bool = strawberry.field(
        description="Whether you are shown less than all of it: then null does not say that nothing was set."
    )


@strawberry.input(description="Rolls a change back, as a new change.")
class RollbackChangeInput:
    id: strawberry.ID = strawberry.field(description="The change: of fields of a customer or a contact.")
    version: int = strawberry.field(description="That of the record as you read it; a stale one is refused.")
    reason: str | None = strawberry.field(
        default=None, description="Why. Required where core information changes (D33)."
    )
    confirmed_by: str | None = strawberry.field(
        default=None, description="Who at the customer confirmed it. Required where core information changes (D33)."
    )
    confirmed_at: DateTime | None = strawberry.field(default=None, description="When that was.")


@strawberry.type(description="The record with the values of before.")
class RollbackChangePayload:
    record: Node | None = strawberry.field(description="The customer or the contact; null where it was not saved.")
    user_errors: list[UserError] = strawberry.field(
        description="Everything that is wrong with the input; then nothing was saved."
    )
    warnings: list[UserError] = strawberry.field(description="What was accepted and might be better.")
    waiting_fields: list[str] | None = strawberry.field(
        default=None, description="The fields that wait for approval; the others have their values of before."
    )
    approval: Any = strawberry.field(
        graphql_type=lazy("Approval") | None, default=None, description="The request that they wait for."
    )


@strawberry.type
class ChangesQuery:
    change_log: Any = list_field(
        "Change",
        "The change log, newest first: what was done to customers that exist for you, and to their records. Auditors,"
        " information security and administrators read all of it, refused attempts as well (D35, D42).",
    )


@strawberry.type
class ChangesMutation:
    @strawberry.mutation(
        description="Give the fields that a change has set, as far as you are shown them whole, the values that they"
        " had before (D36). It is a change like any other: for whoever may change the record. CONFLICT where one of the"
        " fields has changed since. Protected values stay."
    )
    async def rollback_change(self, info: strawberry.Info, input: RollbackChangeInput) -> RollbackChangePayload:
        key = key_of(input.id, CHANGE)
        told = Confirmation(input.confirmed_by or None, input.confirmed_at or None)
        viewer = await info.context.require_viewer()
        try:
            done = await rolling_back.roll_back(
                viewer, key, input.version, reason=input.reason or None, confirmation=told
            )
        except UserErrors as refused:
            errors = user_errors(refused, info.context.locale)
            return RollbackChangePayload(record=None, user_errors=errors, warnings=[])
        return RollbackChangePayload(
            record=to_global(done.prefix, done.key),  # type: ignore[arg-type]
            user_errors=[],
            warnings=faults_as_errors(done.warnings, info.context.locale),
            waiting_fields=[camel(name) for name in done.waiting] or None,
            approval=done.approval_id and to_global(APPROVAL.prefix, done.approval_id),
        )


RESOLVERS: dict[str, Resolver] = {
    "Query.changeLog": list_resolver(),
    "RollbackChangePayload.record": resolve_payload_record("record"),
    "RollbackChangePayload.approval": resolve_payload_record("approval"),
}
