"""Protected values: shown one at a time, found by the whole value, erased for good (D44, D60, D61)."""

from __future__ import annotations

import strawberry

from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from schema.core.payloads import answer, key_of, payload
from service.core import enums
from service.core.errors import UserErrors
from service.core.fields import CUSTOMER
from service.core.ids import to_global
from service.operations.customers import protected

ProtectedField = graphql_enum(enums.ProtectedField)

ErasedPayload = payload("ErasedPayload", "Customer", "customer", "The customer, without its protected values.")


@strawberry.input(description="One protected value of a customer, to be shown in full.")
class RevealFieldInput:
    id: strawberry.ID = strawberry.field(description="The customer.")
    field: ProtectedField = strawberry.field(description="Which value.")  # type: ignore[valid-type]
    reason: str = strawberry.field(description="Why it is needed; it is logged.")


@strawberry.type(description="A value in full. It stands in this answer and nowhere else.")
class RevealFieldPayload:
    value: str | None = strawberry.field(description="The value; null where it was not shown.")
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


@strawberry.input(description="A whole value by which customers are looked for.")
class FindByProtectedValueInput:
    field: ProtectedField = strawberry.field(description="Which value.")  # type: ignore[valid-type]
    value: str = strawberry.field(description="The value, whole.")
    reason: str = strawberry.field(description="Why they are looked for; it is logged.")


@strawberry.type(description="Who has that value, as far as you may have it revealed.")
class FindByProtectedValuePayload:
    ids: list[strawberry.ID] = strawberry.field(description="The customers; empty where there are none for you.")
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


@strawberry.input(description="A customer whose protected values are to be erased for good.")
class EraseProtectedValuesInput:
    id: strawberry.ID = strawberry.field(description="The customer.")
    version: int = strawberry.field(description="The version that you read; a stale one is refused.")
    reason: str = strawberry.field(description="Why; it is logged.")


@strawberry.type
class ProtectedMutation:
    @strawberry.mutation(
        description="Show one protected value in full, to who has FULL on IDENTITY: logged with the reason, and so many"
        " an hour (D44)."
    )
    async def reveal_field(self, info: strawberry.Info, input: RevealFieldInput) -> RevealFieldPayload:
        viewer, key = await info.context.require_viewer(), key_of(input.id, CUSTOMER)
        try:
            value = await protected.reveal(viewer, key, input.field, input.reason)
        except UserErrors as refused:
            return RevealFieldPayload(value=None, user_errors=user_errors(refused, info.context.locale))
        return RevealFieldPayload(value=value, user_errors=[])

    @strawberry.mutation(
        description="The customers with just this value, of those whose value you may have revealed. Logged, and"
        " counted like `revealField` (D60)."
    )
    async def find_by_protected_value(
        self, info: strawberry.Info, input: FindByProtectedValueInput
    ) -> FindByProtectedValuePayload:
        viewer = await info.context.require_viewer()
        try:
            found = await protected.find(viewer, input.field, input.value, input.reason)
        except UserErrors as refused:
            return FindByProtectedValuePayload(ids=[], user_errors=user_errors(refused, info.context.locale))
        ids = [strawberry.ID(to_global(CUSTOMER.prefix, key)) for key in found]
        return FindByProtectedValuePayload(ids=ids, user_errors=[])

    @strawberry.mutation(
        description="Erase the protected values of a customer for good, in every backup too (D61). Administrators only."
    )
    async def erase_protected_values(self, info: strawberry.Info, input: EraseProtectedValuesInput) -> ErasedPayload:  # type: ignore[valid-type]
        key = key_of(input.id, CUSTOMER)
        return await answer(
            info, ErasedPayload, lambda viewer: protected.erase(viewer, key, input.version, input.reason)
        )
