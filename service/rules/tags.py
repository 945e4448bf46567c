"""Tags that staff make up themselves (D19)."""

from __future__ import annotations

import unicodedata

from service.rules.characters import fold, limit, refuse, single_blanks

MAXIMUM = 10
_SEPARATORS = ",，、;；|"
"""What separates several tags in one cell of an import (D51)."""


def custom(value: str) -> str:
    """The tag half-width, blanks singled, at most 10 characters (D19).

    Raises REQUIRED, TOO_LONG(maximum, length) and INVALID_CHARACTERS(characters) for separators of tags and control
    characters.
    """
    tag = single_blanks(fold(value))
    refuse("".join(c for c in tag if c in _SEPARATORS or unicodedata.category(c)[0] == "C"))
    limit(tag, maximum=MAXIMUM)
    return tag


def key(tag: str) -> str:
    """What two spellings of one tag have in common: upper and lower case are the same."""
    return tag.casefold()
