"""Payment terms and procedures (D15)."""

from __future__ import annotations

import strawberry

from schema.core.enums import graphql_enum
from schema.core.payloads import answer, given, key_of, payload
from schema.core.scalars import Decimal
from schema.core.types import input_type
from service.core import enums
from service.core.fields import CUSTOMER, PAYMENT_TERM, PROCEDURE
from service.operations import payment_terms, procedures
from service.rules.payment_terms import Term

_VERSION = (int, "The version that you read; a stale one is refused.")

SetPaymentTermsPayload = payload(
    "SetPaymentTermsPayload", "Customer", "customer", "The customer with its payment terms."
)
ProcedurePayload = payload("ProcedurePayload", "Procedure", "procedure", "A procedure that was saved.")
RemoveProcedurePayload = payload(
    "RemoveProcedurePayload", "Customer", "customer", "The customer without the procedure."
)
PaymentTermInput = input_type(
    "PaymentTermInput",
    PAYMENT_TERM,
    "One payment term, with the one value that its kind needs, and no other.",
    kind=(graphql_enum(enums.PaymentTermKind), "When it is paid."),
    share=(Decimal, "In percent, at most two places; all shares together are 100."),
)
CreateProcedureInput = input_type(
    "CreateProcedureInput",
    PROCEDURE,
    "How something is done with a customer.",
    customer_id=(strawberry.ID, "The customer."),
    kind=(graphql_enum(enums.ProcedureKind), "What it is about."),
)
UpdateProcedureInput = input_type(
    "UpdateProcedureInput",
    PROCEDURE,
    "Changes of a procedure. What is left out stays; null clears the contact.",
    id=(strawberry.ID, "The procedure."),
    version=_VERSION,
)


@strawberry.input(description="All payment terms of a customer, in the place of those that there are.")
class SetPaymentTermsInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    version: int = strawberry.field(description="The customer's version that you read; a stale one is refused.")
    terms: list[PaymentTermInput] = strawberry.field(  # type: ignore[valid-type]
        description="At most 10, in their order; none where nothing is agreed any more."
    )


@strawberry.input(description="Takes a procedure away.")
class RemoveProcedureInput:
    id: strawberry.ID = strawberry.field(description="The procedure.")
    version: int = strawberry.field(description=_VERSION[1])


def _term(input: object) -> Term:
    """One term as operations take it; what is null is not said."""
    values = {name: value for name, value in given(input, PAYMENT_TERM).items() if value is not None}
    currency = values.pop("amount_currency", "CNY")
    return Term(currency=currency, **values)


@strawberry.type
class TradeTermsMutation:
    @strawberry.mutation(description="Set all payment terms of a customer anew (D15).")
    async def set_payment_terms(self, info: strawberry.Info, input: SetPaymentTermsInput) -> SetPaymentTermsPayload:  # type: ignore[valid-type]
        key, terms = key_of(input.customer_id, CUSTOMER), [_term(term) for term in input.terms]
        return await answer(
            info,
            SetPaymentTermsPayload,
            lambda viewer: payment_terms.set_terms(viewer, key, input.version, terms),
        )

    @strawberry.mutation(description="Say how one orders, reconciles or settles with a customer, and with whom.")
    async def create_procedure(self, info: strawberry.Info, input: CreateProcedureInput) -> ProcedurePayload:  # type: ignore[valid-type]
        key, values = key_of(input.customer_id, CUSTOMER), given(input, PROCEDURE)
        return await answer(info, ProcedurePayload, lambda viewer: procedures.create(viewer, key, values))

    @strawberry.mutation(description="Change a procedure.")
    async def update_procedure(self, info: strawberry.Info, input: UpdateProcedureInput) -> ProcedurePayload:  # type: ignore[valid-type]
        key, values = key_of(input.id, PROCEDURE), given(input, PROCEDURE)
        return await answer(
            info, ProcedurePayload, lambda viewer: procedures.update(viewer, key, input.version, values)
        )

    @strawberry.mutation(description="Take a procedure away; it stays in the log.")
    async def remove_procedure(self, info: strawberry.Info, input: RemoveProcedureInput) -> RemoveProcedurePayload:  # type: ignore[valid-type]
        key = key_of(input.id, PROCEDURE)
        return await answer(info, RemoveProcedurePayload, lambda viewer: procedures.remove(viewer, key, input.version))
