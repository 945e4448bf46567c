"""When a purchase is expected (D18)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from service.core.enums import ExpectedPurchase, NeedState
from service.core.errors import ErrorCode, Invalid

_MONTHS = 3
"""Of a quarter."""


def check_open(state: NeedState) -> None:
    """Raise NEED_CLOSED for a need that was met or dropped: it stays as it is."""
    if state is not NeedState.OPEN:
        raise Invalid(ErrorCode.NEED_CLOSED)


def quarter_end(day: date) -> date:
    """The last day of the quarter in which a day lies."""
    month = (day.month - 1) // _MONTHS * _MONTHS + _MONTHS
    return date(day.year, month, monthrange(day.year, month)[1])


def expected_on(kind: ExpectedPurchase | None, day: date | None) -> date | None:
    """The day that is kept: the day itself, the last one of its quarter, or none where it is urgent or not known.

    Raises PURCHASE_TIME_INCOMPLETE where kind and day do not go together.
    """
    if (day is not None) != (kind in (ExpectedPurchase.DATE, ExpectedPurchase.QUARTER)):
        raise Invalid(ErrorCode.PURCHASE_TIME_INCOMPLETE)
    return quarter_end(day) if day and kind is ExpectedPurchase.QUARTER else day
