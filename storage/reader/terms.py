"""What somebody types into the search box, as the patterns and grams that `storage.search` is looked through with.

Folded like the keys in the database: full-width forms, blanks, brackets and case make no difference. Everything else
is taken literally, wildcards and backslashes too. Letters are looked for as they are (names, initials) and as a
reading: `xiaomi` from the beginning of any syllable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from service.core.errors import BadRequest

LONGEST = 100
"""Characters of a search as typed; no name is longer."""
_DROPPED = re.compile("[\\s\u00ad\u200b-\u200d\u2060\ufeff(){}<>【】《》〈〉「」『』\\[\\]]+")
_READING = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*")
_DIGITS = re.compile(r"[0-9]{1,2}")
_GRAM = 3
_MOST_GRAMS = 8
_SOUND = 6


class Rank(IntEnum):
    """How well a key fits, the best first."""

    EXACT = 0
    PREFIX = 1
    SUBSTRING = 2


def key(text: Any) -> str:
    """The term as keys are written. BAD_USER_INPUT where nothing is left of it, or where it is too long."""
    if len(text) > LONGEST:
        raise BadRequest("search_too_long", longest=LONGEST, length=len(text))
    # Character by character, as the database does it: of a whole word Python makes a final sigma, and two of an İ.
    folded = "".join(character.lower()[0] for character in _DROPPED.sub("", unicodedata.normalize("NFKC", text)))
    if not folded:
        raise BadRequest("search_empty")
    return folded


def _around(text: str, rank: Rank) -> str:
    """With the line feeds that stand around a key, as far as they have to be there."""
    return f"{'' if rank is Rank.SUBSTRING else chr(10)}{text}{chr(10) if rank is Rank.EXACT else ''}"


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def like(text: Any, rank: Rank) -> str:
    """The pattern of LIKE for the term itself."""
    return f"%{_around(_literal(key(text)), rank)}%"


def reading(text: Any, rank: Rank) -> str | None:
    """The regular expression for the term as a reading; None where it is none."""
    folded = key(text)
    if not _READING.fullmatch(folded):
        return None
    return _around("\t" + "\t?".join(folded.upper()), rank)


def _cover(text: str) -> list[str]:
    """Grams that stand in every document in which the text stands: side by side, for overlapping ones tell little."""
    if len(text) < _GRAM:
        return [] if _DIGITS.fullmatch(text) else [text]
    starts = [*range(0, len(text) - _GRAM + 1, _GRAM)][:_MOST_GRAMS]
    return [*dict.fromkeys(text[start : start + _GRAM] for start in (*starts, len(text) - _GRAM))]


def grams(text: Any, rank: Rank) -> list[str]:
    """What the index is asked for, for the term itself."""
    around = _around(key(text), rank)
    if rank is Rank.EXACT:
        return [around]
    if rank is Rank.PREFIX and len(around) > _GRAM:
        # The beginning of a key has a gram that is one longer, with the line feed before it.
        return [around[: _GRAM + 1], *(_cover(around[_GRAM + 1 :]) if len(around) > 2 * _GRAM else ())]
    return _cover(around)


def reading_grams(text: Any, rank: Rank) -> list[str] | None:
    """What the index is asked for, for the term as a reading. One letter alone is found among the initials."""
    folded = key(text)
    if len(folded) < 2 or not _READING.fullmatch(folded):
        return None
    return [_around(folded.upper() if rank is Rank.EXACT else folded.upper()[:_SOUND], rank)]


@dataclass(frozen=True)
class Transform:
    """One of the functions above at one rank. Parameters with equal `identity` share a number."""

    make: Callable[[Any, Rank], Any]
    rank: Rank

    @property
    def identity(self) -> tuple[str, int]:
        return self.make.__name__, self.rank

    def __call__(self, text: Any) -> Any:
        return self.make(text, self.rank)
