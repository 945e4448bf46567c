"""Values that have parts."""

from __future__ import annotations

import strawberry

from schema.core.scalars import DateTime, Decimal

_CURRENCY = "Three letters of ISO 4217."


@strawberry.type(description="An amount of money.")
class Money:
    amount: Decimal = strawberry.field(description="How much.")
    currency: str = strawberry.field(description=_CURRENCY)


@strawberry.type(description="An address of a file that is good for a few minutes, for whoever has it.")
class Link:
    url: str = strawberry.field(description="To be fetched by GET, without a sign-in.")
    expires_at: DateTime = strawberry.field(description="When it is good no more; ask for a new one then.")


@strawberry.input(description="An amount of money.")
class MoneyInput:
    amount: Decimal = strawberry.field(description="How much, with at most two places.")
    currency: str = strawberry.field(default="CNY", description=_CURRENCY)
