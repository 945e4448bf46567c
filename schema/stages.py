"""Moving the stage (D24)."""

from __future__ import annotations

import strawberry

from schema.core.enums import graphql_enum
from schema.core.payloads import answer, key_of, payload
from service.core import enums
from service.core.fields import CUSTOMER
from service.operations import stages

MoveCustomerStagePayload = payload("MoveCustomerStagePayload", "Customer", "customer", "The customer at its new stage.")


@strawberry.input(description="Moves a customer to another stage.")
class MoveCustomerStageInput:
    id: strawberry.ID = strawberry.field(description="The customer.")
    version: int = strawberry.field(description="The version that you read; a stale one is refused.")
    to: graphql_enum(enums.Stage) = strawberry.field(description="The new stage.")  # type: ignore[valid-type]
    reason: str | None = strawberry.field(
        default=None, description="Why; required backwards, and where lost for OTHER."
    )
    lost_reason: graphql_enum(enums.LostReason) | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Why the customer was lost; goes with LOST only."
    )


@strawberry.type
class StagesMutation:
    @strawberry.mutation(description="Move a customer in effect to another stage; every move is kept.")
    async def move_customer_stage(
        self, info: strawberry.Info, input: MoveCustomerStageInput
    ) -> MoveCustomerStagePayload:  # type: ignore[valid-type]
        key = key_of(input.id, CUSTOMER)
        return await answer(
            info,
            MoveCustomerStagePayload,
            lambda viewer: stages.move(
                viewer, key, input.version, input.to, reason=input.reason, lost_reason=input.lost_reason
            ),
        )
