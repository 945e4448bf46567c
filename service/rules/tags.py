"""Tags that staff make up themselves (D19)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from uuid import UUID

from service.core.errors import ErrorCode, Invalid
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


def check_removal(bears: Mapping[UUID, bool], going: AbstractSet[UUID]) -> None:
    """Refuse to take the last system tag off a customer in effect (D31).

    `bears`: the tags of the customer, and whether each is a system tag. Raises TAG_IS_LAST_SYSTEM_TAG.
    """
    system = {tag for tag, is_system in bears.items() if is_system}
    if system & going and not system - going:
        raise Invalid(ErrorCode.TAG_IS_LAST_SYSTEM_TAG)
