"""Background work from commit to effect: how much one relay and two send, and how long an idle job takes.

`python -m tests.benchmarks.outbox [JOBS]` measures it alone. The relay's own code publishes to a real Valkey; the
effect of each job is one transaction of the job's own code.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from tortoise.transactions import in_transaction

from service.boundary.outbox import enqueue
from service.core.ids import new_id
from service.operations import outbox
from storage import db
from tests.benchmarks.databases import Databases
from tests.engines import Database
from tests.faults.running import Broker, Fleet
from workers import outbox as relaying

WANTED_A_SECOND = 800
MOST_IDLE_SECONDS = 0.5
IDLE_JOBS = 40


@dataclass(frozen=True)
class Relayed:
    """What was measured."""

    jobs: int
    relayed_a_second: float
    """One relay, from the outbox to the broker."""
    relay_cpu_ms: float
    """Of the relay's process, a job."""
    with_two: float
    done_a_second: float
    """One worker with two processes, effects included."""
    idle_median: float
    idle_p95: float
    """Seconds from commit to the end of the effect, one job at a time."""


def measure(jobs: int, database: Database, broker: Broker) -> Relayed:
    """`jobs` for each of the rates."""
    return asyncio.run(_measure(jobs, database, broker))


async def _measure(jobs: int, database: Database, broker: Broker) -> Relayed:
    await db.connect(database.app_url, 4)
    try:
        relaying.app.conf.broker_url = relaying.app.conf.broker_write_url = broker.url
        one, cpu = await _relay(jobs, 1)
        two, _ = await _relay(jobs, 2)
        with broker.client() as client:
            client.flushall()
        await db.rows("delete from outbox_messages")
        with TemporaryDirectory() as folder:
            fleet = Fleet(Path(folder), database.app_url, broker)
            try:
                await fleet.worker()
                waits = [await _one() for _ in range(IDLE_JOBS)]
                await _ask(jobs)
                began = time.perf_counter()
                await _all_done()
                done = jobs / (time.perf_counter() - began)
            finally:
                fleet.stop()
        return Relayed(jobs, one, cpu, two, done, median(waits), quantiles(waits, n=20)[-1])
    finally:
        await db.close()


async def _relay(jobs: int, relays: int) -> tuple[float, float]:
    """How many go out in a second, and what one costs, in a window as wide as the work."""
    await db.rows("delete from outbox_messages")
    await _ask(jobs)
    window, outbox.WINDOW = outbox.WINDOW, jobs
    began, busy = time.perf_counter(), time.process_time()

    async def empty() -> None:
        while await outbox.relay(relaying._publish, relaying.ROUTES):
            pass

    try:
        await asyncio.gather(*(empty() for _ in range(relays)))
    finally:
        outbox.WINDOW = window
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    return jobs / seconds, busy / jobs * 1000


async def _ask(jobs: int) -> None:
    async with in_transaction():
        for _ in range(jobs):
            await enqueue("follow_up.plan", follow_up_id=new_id())


async def _one() -> float:
    await _ask(1)
    began = time.perf_counter()
    await _all_done(0.004)
    waited = time.perf_counter() - began
    await asyncio.sleep(0.05)
    return waited


async def _all_done(every: float = 0.05) -> None:
    while await _open():  # noqa: ASYNC110 - another process ends the work
        await asyncio.sleep(every)


async def _open() -> bool:
    rows = await db.rows("select exists (select from outbox_messages where done_at is null) as open")
    return bool(rows[0]["open"])


def said(found: Relayed) -> list[str]:
    """Rows for a table: what, and how much."""
    return [
        f"| one relay, jobs/s (goal {WANTED_A_SECOND}) | {found.relayed_a_second:,.0f} |",
        f"| one relay, processor time of a job | {found.relay_cpu_ms:.2f} ms |",
        f"| two relays of one process, jobs/s | {found.with_two:,.0f} |",
        f"| one worker of two processes, effects included, jobs/s | {found.done_a_second:,.0f} |",
        f"| idle, commit to end of the effect, median / p95 (goal {MOST_IDLE_SECONDS * 1000:.0f} ms) | "
        f"{found.idle_median * 1000:.0f} / {found.idle_p95 * 1000:.0f} ms |",
    ]


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with Databases() as databases, TemporaryDirectory() as folder:
        broker = Broker.beside(Path(folder) / "broker", databases.configuration)
        broker.start()
        try:
            sys.stdout.write("\n".join(said(measure(jobs, databases.empty(), broker))) + "\n")
        finally:
            broker.stop()


if __name__ == "__main__":
    main()
