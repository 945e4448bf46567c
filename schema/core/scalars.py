"""Scalars of the API: one precision, one form."""

from __future__ import annotations

import decimal
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from service.core.selection import FieldKey

DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
Decimal = NewType("Decimal", decimal.Decimal)
CustomFieldKey = NewType("CustomFieldKey", FieldKey)
Json = NewType("Json", object)

LONGEST_DECIMAL = 40
"""Characters."""
EARLIEST, LATEST = 1900, 2200
"""Years. Beyond them is a slip of the keyboard, and in part no database could hold it."""


def _parse_datetime(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("not a time; write RFC 3339, for instance 2024-05-21T09:30:00+08:00") from None
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone; write RFC 3339, for instance 2024-05-21T09:30:00+08:00")
    if not EARLIEST <= moment.year <= LATEST:
        raise ValueError(f"the year is not between {EARLIEST} and {LATEST}")
    return moment.astimezone(UTC).replace(microsecond=0)


def _parse_date(value: Any) -> date:
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("not a date; write YYYY-MM-DD, for instance 2024-05-21") from None


def _parse_decimal(value: Any) -> decimal.Decimal:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValueError
        found = decimal.Decimal(value)
        if not found.is_finite() or len(str(value)) > LONGEST_DECIMAL:
            raise ValueError
        return found
    except (ValueError, decimal.InvalidOperation):
        raise ValueError('not a decimal number; write it as a string, for instance "12500.50"') from None


def _parse_key(value: Any) -> FieldKey:
    if not isinstance(value, str):
        raise ValueError("not a key; the query customFields lists them")
    return FieldKey(value)


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, in whole seconds, as RFC 3339. Any zone is accepted in inputs.",
        serialize=lambda moment: moment.isoformat(),
        parse_value=_parse_datetime,
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A day, as YYYY-MM-DD.",
        serialize=lambda day: day.isoformat(),
        parse_value=_parse_date,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="A decimal number as a string, so that no digit is lost.",
        serialize=str,
        parse_value=_parse_decimal,
    ),
    CustomFieldKey: strawberry.scalar(
        name="CustomFieldKey",
        description="The key of a field that administrators defined, for instance shelf_life: see `customFields`.",
        serialize=str,
        parse_value=_parse_key,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any value of JSON, as it was given.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
