"""What the service tells of itself besides counting: the outbox, the pool, the caches."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from service.boundary.access.snapshot import SNAPSHOT
from service.boundary.files import scanner
from service.boundary.reading import PLANS
from service.core import clock
from service.operations import upkeep
from service.operations.upkeep import Queue
from storage import db
from storage.queries import sessions

PATIENCE = 3.0
"""Seconds that a scrape waits for the database. Without an answer it goes without those metrics."""


class Service:
    """Collects when it is asked to, from the thread that serves metrics; the loop of the process asks the database."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def collect(self) -> Iterable[Metric]:
        yield from _caches()
        yield from _pool()
        if not self._loop.is_running():
            return
        asked = asyncio.run_coroutine_threadsafe(_ask(), self._loop)
        try:
            queues, locked, scanning = asked.result(PATIENCE)
        except (TimeoutError, OSError, *db.DatabaseError):
            asked.cancel()
            yield _gauge("mingce_database_up", "Whether the database answers.", 0)
            return
        yield _gauge("mingce_database_up", "Whether the database answers.", 1)
        yield from _outbox(queues)
        yield _gauge("mingce_scanner_up", "Whether the scanner of attachments is to be trusted.", scanning)
        yield _gauge("mingce_sign_in_locked_accounts", "Account names that are locked after wrong passwords.", locked)

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return ()


async def _ask() -> tuple[list[Queue], int, int]:
    scanning = await scanner.fault() is None
    return await upkeep.queues(), await sessions.locked(clock.now()), int(scanning)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _caches() -> Iterable[Metric]:
    lookups = CounterMetricFamily("mingce_plan_cache_lookups", "Looks into the plan cache.", labels=["found"])
    lookups.add_metric(["yes"], PLANS.hits)
    lookups.add_metric(["no"], PLANS.misses)
    yield lookups
    yield _gauge("mingce_plan_cache_size", "Plans in the cache.", len(PLANS))
    age = SNAPSHOT.age()
    if age is not None:
        yield _gauge("mingce_access_snapshot_age_seconds", "Since the policy was read last.", age)


def _pool() -> Iterable[Metric]:
    known = db.pool_state()
    if known is None:
        return
    yield _gauge("mingce_pool_size", "Connections to the database that are open.", known.size)
    yield _gauge("mingce_pool_in_use", "Connections in use.", known.in_use)
    yield _gauge("mingce_pool_waiting", "Statements that wait for a connection.", known.waiting)


def _outbox(queues: list[Queue]) -> Iterable[Metric]:
    parts = {
        "open": "Messages that are due and not done.",
        "dead": "Messages that were given up.",
        "oldest_seconds": "How long the oldest message that is due has been so.",
    }
    for part, text in parts.items():
        family = GaugeMetricFamily(f"mingce_outbox_{part}", text, labels=["queue"])
        for queue in queues:
            family.add_metric([queue.name], getattr(queue, part))
        yield family
