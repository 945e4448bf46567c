"""Ids: UUIDv7 inside, opaque and typed outside (`cus_0190…`).

A version 7 UUID sorts by time, so that new rows land at the end of every index, and shows no gaps.
"""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

from service.core.errors import BadRequest
from service.core.fields import BY_PREFIX

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562). Ids that one process makes ascend strictly."""
    global _last  # noqa: PLW0603 - the clock of this process
    with _lock:
        # 12 bits below the millisecond keep the order within it.
        moment = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = moment
    value = (moment >> 12) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62
    return UUID(int=value | int.from_bytes(os.urandom(8)) >> 2)


def to_global(prefix: str, key: UUID) -> str:
    """The id as clients see it."""
    return f"{prefix}_{key}"


def key_of(prefix: str, text: str) -> UUID:
    """The key in a client's id of that kind, which is no record of the reader. BAD_USER_INPUT where it is none."""
    head, _, tail = text.partition("_")
    try:
        if head != prefix or len(tail) != 36:
            raise ValueError
        return UUID(tail)
    except ValueError:
        raise BadRequest("id_malformed", id=text[:60]) from None


def from_global(text: str, prefix: str | None = None) -> tuple[str, UUID]:
    """The prefix and key of a client's id. BAD_USER_INPUT where it is none, or one of another type."""
    head, _, tail = text.partition("_")
    try:
        if head not in BY_PREFIX or len(tail) != 36:
            raise ValueError
        key = UUID(tail)
    except ValueError:
        raise BadRequest("id_malformed", id=text[:60]) from None
    if prefix is not None and head != prefix:
        raise BadRequest("id_of_another_type", given=BY_PREFIX[head].name, wanted=BY_PREFIX[prefix].name)
    return head, key
