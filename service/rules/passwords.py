"""What a password has to be (D1)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from service.core.errors import ErrorCode, Invalid
from service.rules.packaged import lines

MINIMUM = 8
MAXIMUM = 128

_SHORTEST_ACCOUNT = 3
_LONGEST_COMMON = 32
_LOOKALIKES = {
    "a": "a@4", "b": "b8", "e": "e3", "g": "g9", "i": "i1!", "l": "l1", "o": "o0", "s": "s5$", "t": "t7+", "z": "z2"
}  # fmt: skip
_RUNS = ("01234567890", "09876543210", "147258369", "123654789", "159357", "5201314")
_SPECIAL_NUMBERS = r"52[01]|1314|168|1212|1122|2233|112233|123123|131313|121212|(?:\d\d)?" + (
    "(?:" + "|".join(f"{d}{d}+" for d in range(10)) + ")+"
)
_DATE = r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?"


def normalise(password: str) -> str:
    """The form that is hashed and compared: NFKC, as two keyboards may send one character in two ways."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, staff_number: str | None = None, email: str | None = None) -> None:
    """Refuse a password that D1 does not allow. Lengths and patterns are those of the normal form.

    Raises PASSWORD_WEAK(missing, minimum), `missing` being of "length", "letter", "digit", "special", "characters" (a
    control character is in it); TOO_LONG(maximum, length); PASSWORD_CONTAINS_ACCOUNT; PASSWORD_COMMON.
    """
    text = normalise(password)
    if len(text) > MAXIMUM:
        raise Invalid(ErrorCode.TOO_LONG, maximum=MAXIMUM, length=len(text))
    fulfilled = {
        "length": len(text) >= MINIMUM,
        "letter": any(c.isalpha() for c in text),
        "digit": any(c.isdigit() for c in text),
        "special": any(not c.isalnum() for c in text),
        "characters": not any(unicodedata.category(c) in ("Cc", "Cs") for c in text),
    }
    missing = [name for name, met in fulfilled.items() if not met]
    if missing:
        raise Invalid(ErrorCode.PASSWORD_WEAK, missing=missing, minimum=MINIMUM)
    if _contains_account(text.casefold(), staff_number, email):
        raise Invalid(ErrorCode.PASSWORD_CONTAINS_ACCOUNT)
    if is_common(text):
        raise Invalid(ErrorCode.PASSWORD_COMMON)


def _contains_account(text: str, staff_number: str | None, email: str | None) -> bool:
    accounts = (staff_number or "", (email or "").partition("@")[0])
    return any(len(a) >= _SHORTEST_ACCOUNT and a.casefold() in text for a in accounts)


def is_common(password: str) -> bool:
    """Whether a password is put together from what everybody takes.

    That is: one or two common words, in disguise too (P@ssw0rd), or initials; numbers such as 123456, 888, 520 or a
    date; signs between them.
    """
    text = normalise(password).lower()
    return len(text) <= _LONGEST_COMMON and bool(_common().fullmatch(text))


def _disguised(word: str) -> str:
    return "".join(f"[{re.escape(_LOOKALIKES[c])}]" if c in _LOOKALIKES else re.escape(c) for c in word)


@cache
def _common() -> re.Pattern[str]:
    word = "|".join(_disguised(w) for w in sorted(lines("common_passwords.txt"), key=len, reverse=True))
    runs = {run[i:j] for run in _RUNS for i in range(len(run)) for j in range(i + 3, len(run) + 1)}
    run = "|".join(sorted(runs, key=len, reverse=True))
    digits = rf"(?:{_DATE}|{run}|{_SPECIAL_NUMBERS})"
    signs = r"[^a-z0-9]{0,8}"
    words = rf"(?:{word})(?:{signs}(?:{word}))?(?:{signs}\d{{1,2}})?"
    part = rf"(?:{signs}(?:{words}|[a-z]{{1,3}}))?"
    return re.compile(rf"{part}(?:{signs}{digits}){{1,2}}{part}{signs}|{signs}{words}{signs}")
