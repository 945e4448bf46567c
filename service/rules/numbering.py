"""Customer numbers (D6) and the business day that they are counted by."""

from __future__ import annotations

import re
import string
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DEFAULT_FORMAT = "C{day:%Y%m%d}{serial:04d}"
MAXIMUM_LENGTH = 32

_DAY_FORMAT = re.compile(r"(?:%[Yymdj]|[-/.])+")
_SERIAL_FORMAT = re.compile(r"(?:0[1-9])?d?")
_LITERAL = re.compile(r"[A-Za-z0-9/._-]*")
_WIDEST_SERIAL = 10**9
_PROBE = tuple(date(2023, 1, 1) + timedelta(days=n) for n in range(366 + 2 * 365))


def business_date(instant: datetime, zone: ZoneInfo) -> date:
    """The date at which an instant falls in the company's zone. Raises ValueError for a time without a zone."""
    if instant.tzinfo is None:
        raise ValueError("An instant without a time zone has no business date.")
    return instant.astimezone(zone).date()


def number(day: date, serial: int, number_format: str = DEFAULT_FORMAT) -> str:
    """The number of the customer that was the `serial`-th of its business day: `C202405210001` (D6).

    The serial widens past its padding (`C2024052110000`). The format must have passed `check_format`.
    Raises ValueError for a serial below 1.
    """
    if serial < 1:
        raise ValueError("The serial of a day starts at 1.")
    return number_format.format(day=day, serial=serial)


def check_format(number_format: str) -> str:
    """The format of the setting, if every number that it makes is unique.

    It must hold `{day:…}` and `{serial…}` once each. The day is written with %Y %y %m %d %j and `-/.` only, so it has
    always the same width and a wider serial cannot be taken for a part of it. Raises ValueError with a sentence.
    """
    try:
        parts = list(string.Formatter().parse(number_format))
    except ValueError as fault:
        raise ValueError(f"The customer number format {number_format!r} cannot be read: {fault}.") from fault
    names = sorted(name for _, name, _, _ in parts if name is not None)
    if names != ["day", "serial"]:
        raise ValueError(
            f"The customer number format {number_format!r} must hold {{day:…}} and {{serial:…}} once each."
        )
    for literal, name, spec, conversion in parts:
        _check_part(number_format, literal, name, spec or "", conversion)
    if len({number(day, 1, number_format) for day in _PROBE}) < len(_PROBE):
        raise ValueError(f"The customer number format {number_format!r} writes two days alike.")
    if len(number(_PROBE[0], _WIDEST_SERIAL, number_format)) > MAXIMUM_LENGTH:
        raise ValueError(f"The customer number format {number_format!r} makes more than {MAXIMUM_LENGTH} characters.")
    return number_format


def _check_part(number_format: str, literal: str, name: str | None, spec: str, conversion: str | None) -> None:
    if not _LITERAL.fullmatch(literal):
        raise ValueError(f"The customer number format {number_format!r} may hold letters, digits and /._- only.")
    if name is None:
        return
    allowed = _DAY_FORMAT if name == "day" else _SERIAL_FORMAT
    if conversion or not allowed.fullmatch(spec):
        raise ValueError(f"The customer number format {number_format!r} has a {name} that cannot be used: {spec!r}.")
