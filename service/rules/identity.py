"""ID numbers and bank accounts: in their own fields, and in free text where they must not be (D60)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from service.core.errors import ErrorCode, Invalid
from service.rules.characters import fold, without_blanks

_RUN = re.compile(r"\d{15,}[Xx]?")
_GROUPS = re.compile(r"(?<![\d\-])\d{3,8}(?:[ \-]\d{2,8}){2,5}[Xx]?(?![\d\-])")
"""As cards and forms print them: `6222 0212 3456 7890 123`, `330106 19900101 1234`."""
_ID_LENGTH = 18
_CARD_LENGTHS = range(16, 20)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[ \-]?\d{4}){2}(?!\d)")


_ACCOUNT = re.compile(r"\d{8,30}")


def id_number(value: str) -> str:
    """An ID number of 18 characters by GB 11643, typed with blanks, hyphens or full-width digits.

    Raises ID_NUMBER_CHECK.
    """
    typed = _compact(value)
    if not _is_id_number(typed):
        raise Invalid(ErrorCode.ID_NUMBER_CHECK)
    return typed


def bank_account(value: str) -> str:
    """A bank account: 8 to 30 digits, typed with blanks or hyphens. Raises BANK_ACCOUNT_FORMAT."""
    typed = _compact(value)
    if not _ACCOUNT.fullmatch(typed):
        raise Invalid(ErrorCode.BANK_ACCOUNT_FORMAT)
    return typed


def _compact(value: str) -> str:
    return without_blanks(fold(value)).replace("-", "").upper()


def holds_number(text: str) -> bool:
    """Whether a text holds a valid 18-digit ID number, or 16 to 19 digits that pass Luhn as a bank card does.

    Full-width digits count, and so do groups with single blanks or hyphens between them.
    """
    numbers = list(_numbers(fold(text)))
    return any(_is_card(number) or any(map(_is_id_number, _windows(number))) for number in numbers)


def holds_mobile(text: str) -> bool:
    """Whether a text holds what looks like a mainland mobile number."""
    return _MOBILE.search(fold(text)) is not None


def _numbers(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        yield match[0].upper()
    for match in _GROUPS.finditer(text):
        yield re.sub(r"[ \-]", "", match[0]).upper()


def _windows(number: str) -> Iterator[str]:
    """An ID number in the middle of other digits is still one; a card number is told by its length."""
    return (number[start : start + _ID_LENGTH] for start in range(len(number) - _ID_LENGTH + 1))


def _is_id_number(number: str) -> bool:
    try:
        ric.validate(number)
    except ValidationError:
        return False
    return True


def _is_card(number: str) -> bool:
    return len(number) in _CARD_LENGTHS and number.isdigit() and luhn.is_valid(number)
