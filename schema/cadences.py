"""How often a customer is followed up (D22)."""

from __future__ import annotations

import strawberry

from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from service.core import enums
from service.core.errors import UserErrors
from service.operations import cadences


@strawberry.type(description="How many days lie between two follow-ups of a customer with one status.")
class Cadence:
    status: graphql_enum(enums.CoarseStatus) = strawberry.field(description="The status; LOST has none.")  # type: ignore[valid-type]
    days: int = strawberry.field(description="From one follow-up to the next.")
    version: int = strawberry.field(description="Sent back with a change, so that a stale one is refused.")


@strawberry.input(description="Sets the cadence of one status.")
class SetCadenceInput:
    status: graphql_enum(enums.CoarseStatus) = strawberry.field(description="The status; LOST has none.")  # type: ignore[valid-type]
    version: int = strawberry.field(description="The version that you read; a stale one is refused.")
    days: int = strawberry.field(description="From one follow-up to the next: 1 to 365.")


@strawberry.type(description="A cadence that was set.")
class SetCadencePayload:
    cadence: Cadence | None = strawberry.field(description="The cadence; null where it was not saved.")
    user_errors: list[UserError] = strawberry.field(
        description="Everything that is wrong with the input; then nothing was saved."
    )


@strawberry.type
class CadencesQuery:
    @strawberry.field(description="The cadences that propose the next follow-up of each customer.")
    async def cadences(self, info: strawberry.Info) -> list[Cadence]:
        return [Cadence(**vars(one)) for one in await cadences.cadences(await info.context.require_viewer())]


@strawberry.type
class CadencesMutation:
    @strawberry.mutation(description="Set the cadence of one status. Administrators only.")
    async def set_cadence(self, info: strawberry.Info, input: SetCadenceInput) -> SetCadencePayload:
        viewer = await info.context.require_viewer()
        try:
            saved = await cadences.set_cadence(viewer, input.status, input.version, input.days)
        except UserErrors as refused:
            return SetCadencePayload(cadence=None, user_errors=user_errors(refused, info.context.locale))
        return SetCadencePayload(cadence=Cadence(**vars(saved)), user_errors=[])
