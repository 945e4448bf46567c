"""Characters as people type them: full-width forms, odd blanks, dashes, invisible and forbidden ones.

Lengths are counted in code points everywhere, in Python as in PostgreSQL.
"""

from __future__ import annotations

import re
import unicodedata

from service.core.errors import ErrorCode, Invalid

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_BLANKS = re.compile(r"\s+")
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500\ufe58\ufe63\uff0d]")
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")
_BOUNDARY_OF_HAN = re.compile(f"[{_HAN}]")


def fold(value: str) -> str:
    """Compatibility form (NFKC) with half-width letters and digits, without invisible characters; dashes as `-`."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", _INVISIBLE.sub("", value)))


def without_blanks(value: str) -> str:
    """The value without any blank, the ideographic and the no-break space included."""
    return _BLANKS.sub("", value)


def single_blanks(value: str) -> str:
    """Outer blanks removed, runs of blanks as one space, none between two Chinese characters."""
    return _BETWEEN_HAN.sub("", _BLANKS.sub(" ", value).strip())


def is_han(character: str) -> bool:
    """Whether a character is Chinese (Han script), those included that this Python's Unicode tables lack yet."""
    return bool(_BOUNDARY_OF_HAN.fullmatch(character))


def shown(characters: str) -> str:
    """Characters for an error message, each once; what cannot be printed or encoded as its code point."""
    return " ".join(c if c.isprintable() and not c.isspace() else f"U+{ord(c):04X}" for c in dict.fromkeys(characters))


def refuse(characters: str) -> None:
    """Raise INVALID_CHARACTERS(characters) unless there are none."""
    if characters:
        raise Invalid(ErrorCode.INVALID_CHARACTERS, characters=shown(characters))


def limit(value: str, *, minimum: int = 1, maximum: int) -> None:
    """Raise REQUIRED, TOO_SHORT(minimum, length) or TOO_LONG(maximum, length), lengths in code points."""
    length = len(value)
    if length == 0 and minimum > 0:
        raise Invalid(ErrorCode.REQUIRED)
    if length < minimum:
        raise Invalid(ErrorCode.TOO_SHORT, minimum=minimum, length=length)
    if length > maximum:
        raise Invalid(ErrorCode.TOO_LONG, maximum=maximum, length=length)
