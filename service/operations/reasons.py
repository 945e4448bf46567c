"""Stated reasons of changes (D33)."""

from __future__ import annotations

from service.core.errors import ErrorCode
from service.operations.faults import Faults
from service.rules import texts

MAXIMUM = 200


def checked(reason: str | None, faults: Faults, *, required: bool) -> str | None:
    """The reason as the log keeps it; a fault where one is required and none is given."""
    if reason is None or texts.is_blank(reason):
        if required:
            faults.add(ErrorCode.REASON_REQUIRED, "reason")
        return None
    return faults.tried(("reason",), texts.line, reason, maximum=MAXIMUM)
