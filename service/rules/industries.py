"""Sections and divisions of the national industry classification, GB/T 4754-2017 (D7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from service.core.errors import ErrorCode, Invalid
from service.rules.characters import fold, without_blanks
from service.rules.packaged import rows

OTHER = "OTHER"
"""The industry that none of the divisions names; it wants a text."""

_CODE = re.compile(r"(?P<section>[A-T])?(?P<division>\d{2})\d{0,2}")


@dataclass(frozen=True)
class Industry:
    """A division (大类) and the section (门类) that it belongs to."""

    section: str
    section_name: str
    division: str
    division_name: str

    @property
    def code(self) -> str:
        """The code that is stored, with the letter of the section: `C14`."""
        return self.section + self.division


@cache
def divisions() -> Mapping[str, Industry]:
    """All divisions by their two-digit code."""
    names = {row["code"]: row["name"] for row in rows("industries_gbt4754_2017.csv")}
    return {
        row["code"]: Industry(row["section"], names[row["section"]], row["code"], row["name"])
        for row in rows("industries_gbt4754_2017.csv")
        if row["level"] == "division"
    }


def check(code: str) -> Industry:
    """The division of a code of two to four digits, with or without the letter of its section: 1491, C14 → 14.

    Groups and classes are reduced to their division; whether they exist in it is not asked. A section alone is too
    coarse. Raises REQUIRED and INDUSTRY_UNKNOWN(value).
    """
    typed = without_blanks(fold(code)).upper()
    if not typed:
        raise Invalid(ErrorCode.REQUIRED)
    match = _CODE.fullmatch(typed)
    industry = divisions().get(match["division"]) if match else None
    if match is None or industry is None or match["section"] not in (None, industry.section):
        raise Invalid(ErrorCode.INDUSTRY_UNKNOWN, value=typed[:20])
    return industry


def stored_code(code: str, other: str | None = None) -> str:
    """The code as it is stored: `C14`, or OTHER with a text beside it (D7).

    Raises what `check` raises, and INDUSTRY_OTHER_NEEDS_TEXT.
    """
    if without_blanks(fold(code)).upper() != OTHER:
        return check(code).code
    if not (other or "").strip():
        raise Invalid(ErrorCode.INDUSTRY_OTHER_NEEDS_TEXT)
    return OTHER
