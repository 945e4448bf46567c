"""Contacts of a customer: details of a person, and who may be taken away (D16, D17)."""

from __future__ import annotations

import re

from service.core.errors import ErrorCode, FieldError, Invalid
from service.rules.characters import fold, without_blanks

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BIRTHDAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_LAST_FOUR = re.compile(r"\d{3}[\dX]")


def birthday(value: str) -> str:
    """Month and day as `MM-DD`, typed as 5-12, 05/12 or 5月12日; 02-29 is a birthday (D16).

    Raises REQUIRED and BIRTHDAY_FORMAT(example).
    """
    typed = without_blanks(fold(value))
    if not typed:
        raise Invalid(ErrorCode.REQUIRED)
    match = _BIRTHDAY.fullmatch(typed)
    month, day = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (1 <= month <= len(_DAYS) and 1 <= day <= _DAYS[month - 1]):
        raise Invalid(ErrorCode.BIRTHDAY_FORMAT, example="05-12")
    return f"{month:02d}-{day:02d}"


def id_number_last_four(value: str) -> str:
    """The last four characters of an ID number, three digits and a digit or X (D8).

    More of it is refused (D60). Raises REQUIRED and ID_NUMBER_LAST_FOUR(length).
    """
    typed = without_blanks(fold(value)).upper()
    if not typed:
        raise Invalid(ErrorCode.REQUIRED)
    if not _LAST_FOUR.fullmatch(typed):
        raise Invalid(ErrorCode.ID_NUMBER_LAST_FOUR, length=len(typed))
    return typed


def check_removal(*, is_primary: bool, others: int, names_another_primary: bool) -> None:
    """Refuse to take away the last contact of an enterprise, or its primary one without naming another (D17).

    `others` counts the contacts that would stay. Raises LAST_CONTACT and PRIMARY_CONTACT_REQUIRED.
    """
    if others == 0:
        raise Invalid(ErrorCode.LAST_CONTACT)
    if is_primary and not names_another_primary:
        raise Invalid(ErrorCode.PRIMARY_CONTACT_REQUIRED)


def missing_of_primary(primary: tuple[str | None, str | None, str | None] | None) -> list[FieldError]:
    """What an enterprise in effect lacks of its primary contact's name, title and mobile (D13, D31)."""
    if primary is None:
        return [FieldError(ErrorCode.PRIMARY_CONTACT_REQUIRED, ("is_primary",))]
    parts = zip(("name", "title", "mobile"), primary, strict=True)
    return [FieldError(ErrorCode.REQUIRED, (part,)) for part, value in parts if not value]
