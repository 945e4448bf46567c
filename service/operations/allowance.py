"""The allowance of a viewer: a leaky bucket, shared by all API processes, that no request waits for (SEC-C2).

A process decides by what it knows: how full Valkey said the bucket is, and what it has served since. Every tenth of a
second it tells Valkey what it served, for everybody in one round trip, and learns what others did. What was served
too much in between is counted all the same, so that on the average nobody gets more. Without Valkey the process goes
on with its own count.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from dataclasses import dataclass

import structlog

from service.core.errors import RateLimited
from service.core.settings import settings
from storage import allowances, valkey
from storage.allowances import Pouring

log = structlog.get_logger()

TELLING = 0.1
"""Seconds between two tellings."""
REMEMBERED = 20_000
QUICK_REFUSALS = 20
"""Refusals in a row that are answered at once; later ones wait, so that refusing costs little as well."""
WAIT = 1.0
"""Seconds."""


@dataclass
class Bucket:
    """How full somebody's bucket is, as this process knows."""

    level: float = 0.0
    at: float = 0.0
    untold: int = 0
    refused: int = 0

    def now(self, leak: float) -> float:
        """How full it is now."""
        moment = time.monotonic()
        self.level = max(0.0, self.level - (moment - self.at) * leak)
        self.at = moment
        return self.level


@dataclass(frozen=True)
class Charged:
    """What a request cost, and what is left."""

    requested: int
    charged: int
    available: int


class Allowances:
    """Everybody's bucket in this process."""

    def __init__(self, size: int, leak: float) -> None:
        self.size, self.leak = size, leak
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._untold: dict[str, Bucket] = {}
        self._teller: asyncio.Task[None] | None = None
        self.apart = False
        """Whether Valkey does not answer, so that this process counts alone."""

    def charge(self, name: str, amount: int) -> int:
        """Take so much of the allowance, whatever is left. What is available then."""
        bucket = self._bucket(name)
        level = bucket.now(self.leak) + amount
        bucket.level, bucket.untold = level, bucket.untold + amount
        self._untold[name] = bucket
        if self._teller is None or self._teller.done():
            self._teller = asyncio.create_task(self._tell_later())
        return max(0, int(self.size - level))

    async def admit(self, name: str, amount: int) -> int:
        """Take so much of the allowance. What is left; raises RateLimited where it does not suffice."""
        bucket = self._bucket(name)
        missing = bucket.now(self.leak) + amount - self.size
        if missing <= 0:
            bucket.refused = 0
            return self.charge(name, amount)
        bucket.refused += 1
        if bucket.refused > QUICK_REFUSALS:
            await asyncio.sleep(WAIT)
        raise RateLimited(math.ceil(missing / self.leak))

    def left(self, name: str) -> int:
        """What is available."""
        return max(0, int(self.size - self._bucket(name).now(self.leak)))

    def _bucket(self, name: str) -> Bucket:
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = Bucket()
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(name)
        return bucket

    async def _tell_later(self) -> None:
        while self._untold:
            await asyncio.sleep(TELLING)
            await self.tell()

    async def tell(self) -> None:
        """Tell Valkey what was served, and learn how full the buckets are."""
        told, self._untold = self._untold, {}
        pourings = [Pouring(name, bucket.untold) for name, bucket in told.items()]
        for bucket in told.values():
            bucket.untold = 0
        try:
            levels = await allowances.pour(pourings, self.leak)
        except valkey.Unanswered as error:
            if not self.apart:
                log.warning("Valkey does not answer: this process counts allowances alone", error=type(error).__name__)
            self.apart = True
            return
        self.apart = False
        moment = time.monotonic()
        for bucket, level in zip(told.values(), levels, strict=True):
            bucket.level, bucket.at = level + bucket.untold, moment  # what came in meanwhile was not told


_allowances: Allowances | None = None


def current() -> Allowances:
    """The allowances of this process."""
    global _allowances  # noqa: PLW0603 - one a process, with the settings of it
    if _allowances is None:
        own = settings()
        _allowances = Allowances(own.query_allowance, own.query_allowance_per_second)
    return _allowances
