"""Street addresses (D7, D60)."""

from __future__ import annotations

import re

from service.core.errors import ErrorCode, Invalid
from service.rules import texts
from service.rules.characters import fold

MAXIMUM = 200
_NUMBER = re.compile(r"[0-9一二三四五六七八九十百]+\s*(?:号|弄|幢|栋|座|楼|层|单元|室|房|户)")


def enterprise(value: str) -> str:
    """A street address. Raises as `texts.line`."""
    return texts.line(value, maximum=MAXIMUM)


def individual(value: str) -> str:
    """A street without a house number: an individual's address ends there (D60). Raises ADDRESS_TOO_EXACT."""
    address = enterprise(value)
    if _NUMBER.search(fold(address)):
        raise Invalid(ErrorCode.ADDRESS_TOO_EXACT)
    return address


def up_to_street(value: str) -> str:
    """What is left of an address without its house number and what follows."""
    folded = fold(value)
    match = _NUMBER.search(folded)
    return folded if match is None else folded[: match.start()].rstrip()
