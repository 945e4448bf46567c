"""Codes of the values that administrators add to lists (D10)."""

from __future__ import annotations

import re

from service.core.errors import ErrorCode, Invalid
from service.rules.characters import limit

_CODE = re.compile(r"[A-Z][A-Z0-9_]*")
LONGEST = 32


def code(value: str) -> str:
    """A code in capitals, as `TRADE_FAIR`. Raises REQUIRED, TOO_LONG and CODE_FORMAT."""
    typed = value.strip().upper()
    limit(typed, maximum=LONGEST)
    if not _CODE.fullmatch(typed):
        raise Invalid(ErrorCode.CODE_FORMAT)
    return typed
