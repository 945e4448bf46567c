"""What everybody has used of his allowance, in Valkey, for all API processes together.

A key holds the moment at which its bucket will have leaked empty: one number says how full the bucket is at any time,
and the key ends by itself when it is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage import valkey

PREFIX = "mingce:allowance:"

_POUR = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local empty = math.max(now, tonumber(redis.call('GET', KEYS[1])) or now)
empty = empty + math.ceil(tonumber(ARGV[1]) / tonumber(ARGV[2]) * 1000000)
if empty > now then
  redis.call('SET', KEYS[1], string.format('%.0f', empty), 'PX', math.ceil((empty - now) / 1000))
end
return empty - now
"""
"""Adds to one bucket, which leaks so much a second. Answers the microseconds until it is empty. Valkey's own clock
counts: those of several machines differ."""


@dataclass(frozen=True)
class Pouring:
    """What somebody used since the last time."""

    name: str
    amount: int


async def pour(pourings: Sequence[Pouring], leak: float) -> list[float]:
    """Add to the buckets, all in one round trip, and say how full each is now. Raises `valkey.Unanswered`."""
    pipeline = valkey.client().pipeline(transaction=False)
    for pouring in pourings:
        pipeline.eval(_POUR, 1, PREFIX + pouring.name, str(pouring.amount), str(leak))  # pyright: ignore[reportUnknownMemberType]
    answers: list[int] = await pipeline.execute()
    return [answer / 1_000_000 * leak for answer in answers]
