"""Who may run how much: every operation is weighed before it runs, and charged to who asks (SEC-C2)."""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import GraphQLError

from schema.core.context import Context
from schema.core.documents import KnownDocument
from service.core.errors import RateLimited, Refusal, RequestRefused
from service.core.settings import settings
from service.operations import allowance

REFUSED = 5
"""What a refused request costs."""
PER_TOKEN = 1
"""What a token costs that was parsed and validated for the first time."""

BYTES_PER_UNIT = 100
"""Of the body."""


async def admit(
    schema: strawberry.Schema,
    known: KnownDocument,
    operation_name: str | None,
    variables: dict[str, Any] | None,
    context: Context,
) -> GraphQLError | None:
    """Charge an operation; why it is refused, None where it may run. `context.cost` says what it cost."""
    name, signed_in = await _payer(context)
    buckets = allowance.current()
    parsing = known.take_unpaid() * PER_TOKEN + context.received // BYTES_PER_UNIT
    cost = None if known.errors else known.cost(schema, operation_name)
    if cost is None:
        buckets.charge(name, parsing + REFUSED)
        return known.errors[0] if known.errors else _error(RequestRefused("OPERATION_UNKNOWN"))
    requested, limit = cost.of(variables or {}), settings().query_cost
    refused: Refusal | None = None
    charged = requested + parsing
    if requested > limit:
        charged = parsing + REFUSED
        left = buckets.charge(name, charged)
        refused = RequestRefused("QUERY_TOO_COSTLY", limit=limit, given=requested)
    else:
        try:
            left = await buckets.admit(name, charged)
        except RateLimited as error:
            refused, charged, left = error, 0, buckets.left(name)
    if signed_in:
        context.cost = {"requested": requested, "charged": charged, "limit": limit, "available": left}
    return _error(refused) if refused else None


async def _payer(context: Context) -> tuple[str, bool]:
    """The person who is signed in, or else the address."""
    if context.token is not None:
        try:
            return str((await context.require_viewer(may_have_initial_password=True)).id), True
        except Refusal:
            pass  # said where it matters: not every field needs a viewer
    return f"at {context.client}", False


def _error(refusal: Refusal) -> GraphQLError:
    return GraphQLError(refusal.code, original_error=refusal)
