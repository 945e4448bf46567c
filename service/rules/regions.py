"""Provinces, cities and counties by their code, GB/T 2260 (D7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from service.core.errors import ErrorCode, Invalid
from service.rules.characters import fold, without_blanks
from service.rules.packaged import rows

_OF_MUNICIPALITIES = ("市辖区", "县")
_PLACEHOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


@dataclass(frozen=True)
class Region:
    """A division with the names above it. `city` is empty where a county belongs to its province directly."""

    code: str
    level: str
    province: str
    city: str
    county: str
    is_statistical_zone: bool

    @property
    def masked(self) -> str:
        """The city that stands for a street address (§9): the city, or what takes its place."""
        if self.city in _OF_MUNICIPALITIES:
            return self.province
        return (self.city not in _PLACEHOLDERS and self.city) or self.county or self.province


@cache
def _by_code() -> Mapping[str, Region]:
    return {
        row["code"]: Region(
            code=row["code"],
            level=row["level"],
            province=row["province"],
            city=row["city"],
            county=row["county"],
            is_statistical_zone=row["stat_zone"] == "1",
        )
        for row in rows("divisions.csv")
    }


def check(code: str, *, province: str | None = None, city: str | None = None, county: str | None = None) -> Region:
    """The division of a 6-digit code; names that were typed as well must be its own, with or without 省, 市, 县, 区.

    Statistical zones (development zones) are accepted. Raises REQUIRED, REGION_UNKNOWN(value) and
    REGION_MISMATCH(expected, found).
    """
    digits = without_blanks(fold(code))
    if not digits:
        raise Invalid(ErrorCode.REQUIRED)
    region = _by_code().get(digits)
    if region is None:
        raise Invalid(ErrorCode.REGION_UNKNOWN, value=digits[:20])
    for typed, own in ((province, region.province), (city, region.city or region.county), (county, region.county)):
        name = without_blanks(fold(typed or ""))
        if name and name not in _PLACEHOLDERS and not _same(name, own):
            expected = "".join(dict.fromkeys((region.province, region.city, region.county)))
            raise Invalid(ErrorCode.REGION_MISMATCH, expected=expected, found=name)
    return region


def _same(typed: str, own: str) -> bool:
    return typed == own or (len(typed) >= 2 and own.startswith(typed) and own[len(typed) :] in _ENDINGS)


_ENDINGS = ("省", "市", "县", "区", "旗", "盟", "地区", "林区", "特区", "自治区", "自治州", "自治县", "特别行政区",
            "壮族自治区", "回族自治区", "维吾尔自治区")  # fmt: skip
