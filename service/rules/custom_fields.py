"""What may stand in fields that administrators define, and how such a field is named (D10)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from service.core.errors import ErrorCode, Invalid
from service.rules import money
from service.rules.characters import limit

LONGEST_KEY = 32
LONGEST_TEXT = 500
LARGEST = Decimal(10) ** 15
PLACES = 6
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_KEY = re.compile(r"[a-z][a-z0-9_]*")


def key(value: str) -> str:
    """A key, as `shelf_life`. Raises REQUIRED, TOO_LONG and KEY_FORMAT."""
    typed = value.strip()
    limit(typed, maximum=LONGEST_KEY)
    if not _KEY.fullmatch(typed):
        raise Invalid(ErrorCode.KEY_FORMAT)
    return typed


def number(value: Decimal) -> str:
    """A number as it is stored: plain digits, no zeros at its end. Raises OUT_OF_RANGE and TOO_MANY_PLACES(maximum)."""
    if not -LARGEST <= value <= LARGEST:
        raise Invalid(ErrorCode.OUT_OF_RANGE, minimum=str(-LARGEST), maximum=str(LARGEST))
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -PLACES:
        raise Invalid(ErrorCode.TOO_MANY_PLACES, maximum=PLACES)
    return format(value.normalize() + 0, "f")


def day(value: date) -> str:
    """A day as it is stored. Raises OUT_OF_RANGE: beyond these years is a slip of the keyboard."""
    if not FIRST_DAY <= value <= LAST_DAY:
        raise Invalid(ErrorCode.OUT_OF_RANGE, minimum=FIRST_DAY.isoformat(), maximum=LAST_DAY.isoformat())
    return value.isoformat()


def amount(value: Decimal, currency: str) -> dict[str, str]:
    """An amount of money as it is stored. Raises as `money.amount` and `money.currency`."""
    return {"amount": str(money.amount(value)), "currency": money.currency(currency)}
