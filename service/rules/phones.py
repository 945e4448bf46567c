"""Mobiles and landlines of mainland China (D16)."""

from __future__ import annotations

import re
from functools import cache

import phonenumbers

from service.core.errors import ErrorCode, Invalid
from service.rules.characters import fold, shown, without_blanks
from service.rules.packaged import rows

MOBILE_LENGTH = 11
LANDLINE_EXAMPLE = "0571-88886666-123"

_MOBILE_TYPES = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
_MOBILE_SHAPE = re.compile(r"1\d{10}")
_TRUNK_MOBILE = re.compile(r"0(1[3-9]\d{9})")
_LANDLINE_IN_DIGITS = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}\d{0,6}|[2-9]\d{6,7}|[48]00\d{7}|95\d{3,4}")
_AREA_WITHOUT_TRUNK = re.compile(r"(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
_SERVICE_NUMBER = re.compile(r"([48]00)-?(\d{3})-?(\d{4})|([48]00)-?(\d{4})-?(\d{3})")
_SHORT_NUMBER = re.compile(r"95\d{3,4}")
_LANDLINE = re.compile(
    r"(?:(?:\+|00)?86-?0?-?|0)(?P<area>10|2\d|[3-9]\d{2})-?"
    r"(?P<head>[2-9]\d{2,3})-?(?P<tail>\d{4})"
    r"(?:-?(?:转|分机|ext\.?|x|#|-)-?(?P<extension>\d{1,6}))?",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s().-]+")


def _bare(value: str) -> str:
    return re.sub(r"[-().·]", "", without_blanks(fold(value)))


def _national(digits: str) -> str:
    """The number without the country code of China, which 11 digits or fewer never have."""
    for code in ("+86", "0086"):
        if digits.startswith(code):
            return digits.removeprefix(code)
    if digits.startswith("86") and len(digits) > MOBILE_LENGTH:
        return digits.removeprefix("86")
    return digits


@cache
def _shipped_prefixes() -> tuple[str, ...]:
    return tuple(row["prefix"] for row in rows("mobile_prefixes.csv"))


def _has_mobile_prefix(number: str) -> bool:
    # The metadata of a release lags behind new prefixes; the shipped list is what an administrator can extend. It is
    # also asked in no time, which the metadata is not.
    if number.startswith(_shipped_prefixes()):
        return True
    parsed = phonenumbers.parse(number, "CN")
    return phonenumbers.is_valid_number_for_region(parsed, "CN") and phonenumbers.number_type(parsed) in _MOBILE_TYPES


def mobile(value: str) -> str:
    """The 11 digits of a mainland mobile, typed with blanks, hyphens, brackets, full-width digits, +86, 0086, 86 or 0.

    Raises REQUIRED, INVALID_CHARACTERS(characters), MOBILE_LENGTH(expected, length), MOBILE_IS_LANDLINE and
    MOBILE_PREFIX(prefix); a number of another country has no prefix of the mainland plan (D16).
    """
    typed = _bare(value)
    if not typed:
        raise Invalid(ErrorCode.REQUIRED)
    wrong = re.sub(r"[0-9]", "", typed.removeprefix("+"))
    if wrong:
        raise Invalid(ErrorCode.INVALID_CHARACTERS, characters=shown(wrong))
    number = _national(typed)
    if number.startswith("+"):
        raise Invalid(ErrorCode.MOBILE_PREFIX, prefix=number[:4])
    number = _TRUNK_MOBILE.sub(r"\1", number) if _TRUNK_MOBILE.fullmatch(number) else number
    if _is_landline(number, had_country_code=number != typed):
        raise Invalid(ErrorCode.MOBILE_IS_LANDLINE)
    if len(number) != MOBILE_LENGTH:
        raise Invalid(ErrorCode.MOBILE_LENGTH, expected=MOBILE_LENGTH, length=len(number))
    if not _MOBILE_SHAPE.fullmatch(number) or not _has_mobile_prefix(number):
        raise Invalid(ErrorCode.MOBILE_PREFIX, prefix=number[:3])
    return number


def _is_landline(number: str, *, had_country_code: bool) -> bool:
    if _LANDLINE_IN_DIGITS.fullmatch(number):
        return True
    return had_country_code and not number.startswith("1") and bool(_AREA_WITHOUT_TRUNK.fullmatch(number))


def landline(value: str) -> str:
    """A landline as `0571-88886666` or `0571-88886666-123` with an extension.

    `400-820-8820`, `95588` and numbers of other countries (`+852 2123 4567`) are accepted too: D7 knows foreign
    enterprises. Raises REQUIRED and LANDLINE_FORMAT(example).
    """
    typed = _SEPARATORS.sub("-", fold(value)).strip("-")
    if not typed:
        raise Invalid(ErrorCode.REQUIRED)
    if match := _LANDLINE.fullmatch(typed):
        parts = (f"0{match['area']}", match["head"] + match["tail"], match["extension"])
        return "-".join(part for part in parts if part)
    if match := _SERVICE_NUMBER.fullmatch(typed):
        digits = "".join(group for group in match.groups() if group)
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    if _SHORT_NUMBER.fullmatch(typed):
        return typed
    foreign = _foreign(typed)
    if foreign is None:
        raise Invalid(ErrorCode.LANDLINE_FORMAT, example=LANDLINE_EXAMPLE)
    return foreign


def any_phone(value: str) -> str:
    """A mobile, or else a landline, each in its form (D7). Raises what `landline` raises for what is neither."""
    try:
        return mobile(value)
    except Invalid:
        return landline(value)


def _foreign(typed: str) -> str | None:
    if not re.fullmatch(r"\+[0-9-]+", typed) or typed.startswith("+86"):
        return None
    try:
        number = phonenumbers.parse(typed, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
