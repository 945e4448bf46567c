"""The unified social credit code of an enterprise, GB 32100 (D7)."""

from __future__ import annotations

from stdnum.cn import uscc

from service.core.errors import ErrorCode, Invalid
from service.rules.characters import fold, shown, without_blanks

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of the standard: I, O, Z, S and V are left out, they read like 1, 0, 2, 5 and U."""

_REGION = range(3, 9)
_DIGITS = "0123456789"


def normalise(value: str) -> str:
    """Half-width, upper case, without blanks and hyphens."""
    return without_blanks(fold(value)).replace("-", "").upper()


def check_character(body: str) -> str:
    """The 18th character that belongs to the first 17, which must be of the alphabet."""
    return uscc.calc_check_digit(body)


def check(value: str) -> str:
    """The code in its normal form (D7).

    The second character may be a letter (N1, N2: village collectives), which `stdnum.cn.uscc.validate` does not know;
    the region in characters 3 to 8 is always of digits. Whether the region still exists is not asked: codes outlive it.

    Raises REQUIRED, USCC_LENGTH(expected, length), USCC_CHARACTER(character, position) of the
    first wrong one, counted from 1, and USCC_CHECK(expected, found).
    """
    code = normalise(value)
    if not code:
        raise Invalid(ErrorCode.REQUIRED)
    if len(code) != LENGTH:
        raise Invalid(ErrorCode.USCC_LENGTH, expected=LENGTH, length=len(code))
    for position, character in enumerate(code, start=1):
        if character not in (_DIGITS if position in _REGION else ALPHABET):
            raise Invalid(ErrorCode.USCC_CHARACTER, character=shown(character), position=position)
    expected = check_character(code[:-1])
    if code[-1] != expected:
        raise Invalid(ErrorCode.USCC_CHECK, expected=expected, found=code[-1])
    return code
