"""A hand-over in bulk (D4): all customers of one person go to another, by the job's own code, batch after batch.

Meanwhile somebody else wants to lock one customer after the other, out of those whose turn it is.

`python -m tests.benchmarks.hand_over [CUSTOMERS]` measures it alone.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

import psutil

from service.core.enums import HandOverMode, JobState
from service.operations import hand_over, hand_over_batches
from service.operations.hand_over import Wanted
from storage import db
from storage.models import HandOver, Job, User
from tests.benchmarks import databases
from tests.benchmarks.databases import Databases
from tests.benchmarks.tables import against, table
from tests.engines import Database
from tests.journeys.viewers import viewer_of

MOST_SECONDS_OF_100K = 30.0
MOST_LOCKED_MS = 100.0
NEAR = 150
"""The customers whose turn is next, out of which the other one chooses."""
_WANT = """
with wanted as (select id from customers where id = $1 for no key update)
select (extract(epoch from clock_timestamp() - statement_timestamp()) * 1000)::float8 from wanted
"""


@dataclass(frozen=True)
class HandedOver:
    """How long it took, and for how long a batch kept its customers locked."""

    customers: int
    moved: int
    seconds: float
    cpu_seconds: float
    """Of this process and of PostgreSQL's together: what it takes on a machine that does nothing else."""
    batch_ms: float
    p95_batch_ms: float
    slowest_batch_ms: float
    waits: int
    longest_wait_ms: float
    """Of who wants a customer that is being handed over; measured by PostgreSQL."""


def measure(customers: int, database: Database) -> HandedOver:
    """Hand over as many customers as the database has, or 100,000 of them."""
    return asyncio.run(_measure(customers, database))


async def _measure(customers: int, database: Database) -> HandedOver:
    await db.connect(database.app_url, 3)
    try:
        leaver, heir, administrator = await _people(min(customers, hand_over.MOST))
        wanted = Wanted(heir, "离职", HandOverMode.ALL_OR_NOTHING, from_user_id=leaver)
        began, busy = time.perf_counter(), await _cpu_seconds()
        job_id = (await hand_over.hand_over(administrator, wanted)).job_id
        assert job_id is not None
        other = _Other(database.app_url, (await HandOver.get(job_id=job_id)).customer_ids)
        wanting = asyncio.create_task(other.want())
        batches: list[float] = []
        more = True
        while more:
            before = time.perf_counter()
            more = await hand_over.one_batch(job_id)
            batches.append((time.perf_counter() - before) * 1000)
            other.turn += hand_over_batches.PACE.size if len(batches) > 1 else 0
        seconds, busy = time.perf_counter() - began, await _cpu_seconds() - busy
        other.ended = True
        await wanting
        job = await Job.get(id=job_id)
        assert job.state == JobState.DONE
        own = sorted(batches[1:])  # the first one is the check, which locks nothing
        slow = own[len(own) * 95 // 100]
        waits = other.waits
        return HandedOver(
            customers, job.done, seconds, busy, median(own), slow, own[-1], len(waits), max(waits, default=0.0)
        )
    finally:
        await db.close()


class _Other:
    """Somebody else at work on the same customers."""

    def __init__(self, url: str, customers: list[UUID]) -> None:
        self.url, self.customers = url, customers
        self.turn = 0
        self.ended = False
        self.waits: list[float] = []

    async def want(self) -> None:
        """Lock a customer whose turn it is about to be, over and over."""
        chosen = random.Random(7)
        async with databases.session(self.url) as connection:
            while not self.ended:
                place = min(self.turn + chosen.randrange(NEAR), len(self.customers) - 1)
                self.waits.append(await connection.fetchval(_WANT, self.customers[place]))
                await asyncio.sleep(0.01)


async def _cpu_seconds() -> float:
    """Of this process, and of those that serve it in PostgreSQL."""
    backends = await db.rows("select pid from pg_stat_activity where datname = current_database()")
    times = [psutil.Process(row["pid"]).cpu_times() for row in backends]
    return time.process_time() + sum(spent.user + spent.system for spent in times)


async def _people(count: int) -> tuple[Any, Any, Any]:
    """Who leaves, owning so many customers; who takes them over; who asks for it."""
    leaver, heir, asks = await User.filter(disabled_at=None).order_by("staff_number").limit(3)
    await User.filter(id=asks.id).update(roles=["ADMIN"])
    await User.filter(id=heir.id).update(roles=["SALES"])
    give = """update customers set owner_id = $1, department_id = $2
              where id in (select id from customers where state = 'ACTIVE' order by id limit $3)"""
    async with db.pool().acquire() as connection:
        await connection.execute("set statement_timeout = 0")
        await connection.execute(give, leaver.id, leaver.department_id, count)
        await connection.execute("reset statement_timeout")
    return leaver.id, heir.id, await viewer_of(await User.get(id=asks.id))


def said(found: HandedOver) -> str:
    """One line for people."""
    return (
        f"{found.moved:,} of {found.customers:,} customers handed over in {found.seconds:.1f} s, "
        f"{found.cpu_seconds:.1f} s of a processor; a batch takes "
        f"{found.batch_ms:.0f} ms in the median, {found.p95_batch_ms:.0f} ms in 95 %, {found.slowest_batch_ms:.0f} ms "
        f"at most; of {found.waits:,} who wanted one of them the last waited {found.longest_wait_ms:.0f} ms.\n"
    )


def section(found: list[HandedOver]) -> str:
    head = ("customers", "handed over", "seconds (≤ 30 for 100,000)", "processor s", "a batch, ms", "95 %, ms",
            "longest, ms", "waits", "longest wait, ms (≤ 100)")  # fmt: skip
    rows = (
        (f"{h.customers:,}", f"{h.moved:,}",
         against(f"{h.seconds:.1f}", h.seconds <= MOST_SECONDS_OF_100K * max(1, h.moved / hand_over.MOST)),
         f"{h.cpu_seconds:.1f}", f"{h.batch_ms:.0f}", f"{h.p95_batch_ms:.0f}", f"{h.slowest_batch_ms:.0f}",
         f"{h.waits:,}", against(f"{h.longest_wait_ms:.0f}", h.longest_wait_ms <= MOST_LOCKED_MS))
        for h in found
    )  # fmt: skip
    return table(head, rows)


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else hand_over.MOST
    with Databases() as databases:
        sys.stdout.write(said(measure(size, databases.make(size))))


if __name__ == "__main__":
    main()
