"""Needs (D18)."""

from __future__ import annotations

import strawberry

from schema.core.payloads import answer, given, key_of, payload
from schema.core.types import input_type
from service.core.fields import CUSTOMER, NEED
from service.operations import needs

NeedPayload = payload("NeedPayload", "Need", "need", "A need that was saved.")
NeedInput = input_type("NeedInput", NEED, "What the customer is after.")
SetNeedInput = input_type(
    "SetNeedInput",
    NEED,
    "What a customer is after. What is left out stays; null clears.",
    customer_id=(strawberry.ID, "The customer."),
    version=(int | None, "The version of the need that you read; not needed where there is none yet."),
)


@strawberry.type
class NeedsMutation:
    @strawberry.mutation(description="Record what a customer is after, or change it.")
    async def set_need(self, info: strawberry.Info, input: SetNeedInput) -> NeedPayload:  # type: ignore[valid-type]
        key, values = key_of(input.customer_id, CUSTOMER), given(input, NEED)
        return await answer(
            info, NeedPayload, lambda viewer: needs.set_need(viewer, key, input.version or None, values)
        )
