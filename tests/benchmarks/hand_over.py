"""A hand-over in bulk (D4): all customers of one person go to another, by the job's own code, batch after batch.

`python -m tests.benchmarks.hand_over [CUSTOMERS]` measures it alone.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil

from service.core.enums import HandOverMode, JobState
from service.operations import hand_over
from service.operations.hand_over import Wanted
from storage import db
from storage.models import Job, User
from tests.benchmarks.databases import Databases
from tests.engines import Database
from tests.journeys.viewers import viewer_of

MOST_SECONDS_OF_100K = 30.0


@dataclass(frozen=True)
class HandedOver:
    """How long it took, and for how long a batch kept its customers locked."""

    customers: int
    moved: int
    seconds: float
    cpu_seconds: float
    """Of this process and of PostgreSQL's together: what it takes on a machine that does nothing else."""
    batch_ms: float
    slowest_batch_ms: float


def measure(customers: int, database: Database) -> HandedOver:
    """Hand over as many customers as the database has, or 100,000 of them."""
    return asyncio.run(_measure(customers, database))


async def _measure(customers: int, database: Database) -> HandedOver:
    await db.connect(database.app_url, 3)
    try:
        leaver, heir, administrator = await _people(min(customers, hand_over.MOST))
        wanted = Wanted(heir, "离职", HandOverMode.ALL_OR_NOTHING, from_user_id=leaver)
        began, busy = time.perf_counter(), await _cpu_seconds()
        job_id = await hand_over.hand_over(administrator, wanted)
        batches: list[float] = []
        more = True
        while more:
            before = time.perf_counter()
            more = await hand_over.one_batch(job_id)
            batches.append((time.perf_counter() - before) * 1000)
        seconds, busy = time.perf_counter() - began, await _cpu_seconds() - busy
        job = await Job.get(id=job_id)
        assert job.state == JobState.DONE
        own = batches[1:]  # the first one is the check, which locks nothing
        return HandedOver(customers, job.done, seconds, busy, median(own), max(own))
    finally:
        await db.close()


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
        f"{found.batch_ms:.0f} ms in the median, {found.slowest_batch_ms:.0f} ms at most.\n"
    )


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else hand_over.MOST
    with Databases() as databases:
        sys.stdout.write(said(measure(size, databases.make(size))))


if __name__ == "__main__":
    main()
