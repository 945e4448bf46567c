"""The clock. Times are stored and served in UTC, in whole seconds; the company's zone gives days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, in UTC, without the fraction: the one precision of the API."""
    return datetime.now(UTC).replace(microsecond=0)


def business_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day of `moment` in the company's zone (D6)."""
    return moment.astimezone(zone).date()
