"""What a rule returns when it accepts a value with reservations."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.errors import ErrorCode


@dataclass(frozen=True)
class Checked:
    """The value as it is to be stored, and what the person who typed it should be told."""

    value: str
    warnings: tuple[ErrorCode, ...] = ()
