"""Stated reasons of changes, and who at the customer confirmed them (D33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.boundary.audit import Changes
from service.core import clock
from service.core.errors import ErrorCode
from service.operations.faults import Faults
from service.rules import follow_ups, texts

MAXIMUM = 200


@dataclass(frozen=True)
class Confirmation:
    """Who at the customer confirmed a change of key information, and when."""

    by: str | None
    at: datetime | None


def checked(reason: str | None, faults: Faults, *, required: bool, name: str = "reason") -> str | None:
    """The reason as the log keeps it; a fault, of the field `name`, where one is required and none is given."""
    if reason is None or texts.is_blank(reason):
        if required:
            faults.add(ErrorCode.REASON_REQUIRED, name)
        return None
    return faults.tried((name,), texts.line, reason, maximum=MAXIMUM)


def confirmed(given: Confirmation | None, faults: Faults, *, required: bool) -> Changes:
    """The confirmation as the log keeps it; a fault for each part that is required and not given."""
    by, at = (given.by, given.at) if given else (None, None)
    if texts.is_blank(by):
        by = None
    for name, value in (("confirmed_by", by), ("confirmed_at", at)):
        if value is None and (required or by or at):
            faults.add(ErrorCode.CONFIRMATION_REQUIRED, name)
    if by is not None:
        by = faults.tried(("confirmed_by",), texts.line, by, maximum=50)
    if at is not None:
        faults.tried(("confirmed_at",), follow_ups.check_time, at, clock.now())
    return {"confirmed_by": (None, by), "confirmed_at": (None, at)} if by and at else {}
