"""What customers have agreed to (D46)."""

from __future__ import annotations

import strawberry

from schema.core.enums import graphql_enum
from schema.core.payloads import answer, given, key_of, payload
from schema.core.scalars import Date
from schema.core.types import input_type
from service.core import enums
from service.core.fields import CONSENT, CUSTOMER
from service.operations import consents

ConsentPayload = payload("ConsentPayload", "Consent", "consent", "A consent that was saved.")
RecordConsentInput = input_type(
    "RecordConsentInput",
    CONSENT,
    "What a customer has agreed to.",
    customer_id=(strawberry.ID, "The customer."),
    purpose=(graphql_enum(enums.ConsentPurpose), "What it has agreed to."),
    given_on=(Date, "The day on which it agreed, not one that is yet to come."),
)


@strawberry.input(description="Notes that a customer has taken its consent back.")
class WithdrawConsentInput:
    id: strawberry.ID = strawberry.field(description="The consent.")
    version: int = strawberry.field(description="The version that you read; a stale one is refused.")
    note: str | None = strawberry.field(
        default=None, description="How it was taken back, at most 200 characters; without it the note stays as it is."
    )


@strawberry.type
class ConsentsMutation:
    @strawberry.mutation(
        description="Note what a customer has agreed to. Sharing its data takes the file that shows it as `evidenceId`;"
        " the same purpose and recipient are noted once (D46)."
    )
    async def record_consent(self, info: strawberry.Info, input: RecordConsentInput) -> ConsentPayload:  # type: ignore[valid-type]
        key, values = key_of(input.customer_id, CUSTOMER), given(input, CONSENT)
        return await answer(info, ConsentPayload, lambda viewer: consents.record(viewer, key, values))

    @strawberry.mutation(
        description="Note that a customer has taken its consent back. It stays as it was, and counts no longer (D46)."
    )
    async def withdraw_consent(self, info: strawberry.Info, input: WithdrawConsentInput) -> ConsentPayload:  # type: ignore[valid-type]
        key = key_of(input.id, CONSENT)
        values = {} if input.note is None else {"note": input.note}
        return await answer(info, ConsentPayload, lambda viewer: consents.withdraw(viewer, key, input.version, values))
