"""The change log: what it adds to a change, and how fast all of it is checked.

`python -m tests.benchmarks.change_log [ROWS]` measures it alone.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from unittest.mock import patch
from uuid import UUID

from pydantic import SecretStr

from service.core.enums import CustomerState
from service.core.settings import settings
from service.operations import change_log
from service.operations.customers import drafts
from storage import db
from storage.models import Customer, User
from storage.queries import change_log as queries
from tests.benchmarks import databases
from tests.benchmarks.databases import Databases
from tests.benchmarks.hand_over import _cpu_seconds  # pyright: ignore[reportPrivateUsage]
from tests.benchmarks.tables import against, table
from tests.engines import Database
from tests.journeys.viewers import viewer_of

ROWS = 1_000_000
MOST_TIMES, LEAST_ROWS = 1.35, 100_000
EACH_ROUND, ROUNDS = 150, 9
_FILL = """
insert into change_log (id, at, actor_id, action, outcome, subject_type, subject_id, customer_id, request_id, channel,
                        digests)
select uuidv7(), now() - make_interval(secs => ($1 - n) / 50.0), c.owner_id, 'customer.update', 'DONE', 'Customer',
       c.id, c.id, 'request', 'API',
       json_build_object('notes', json_build_array(encode(sha256(n::text::bytea), 'hex'), null), 'version',
                         json_build_array(encode(sha256('1'), 'hex'), encode(sha256('2'), 'hex')))
from generate_series(1, $1) n join (select id, owner_id, row_number() over () place from customers) c
  on c.place = n % (select count(*) from customers) + 1
"""


@dataclass(frozen=True)
class Logged:
    """What the log costs."""

    rows: int
    with_ms: float
    without_ms: float
    """Of one change, in processor time of this process and of PostgreSQL."""
    times: float
    seal_seconds: float
    rows_per_second: float
    per_processor_second: float


def measure(rows: int, database: Database) -> Logged:
    return asyncio.run(_measure(rows, database))


async def _measure(rows: int, database: Database) -> Logged:
    own = settings().model_copy(update={"database_url": SecretStr(database.app_url)})
    await db.connect(database.app_url, 3)
    try:
        with patch.object(change_log, "settings", lambda: own):
            with_ms, without_ms, times = await _writing()
            async with databases.session(database.owner_url) as connection:
                await connection.execute(_FILL, rows)
                await connection.execute("vacuum analyze change_log")
            began = time.perf_counter()
            while await change_log.seal():
                pass
            sealing = time.perf_counter() - began
            return Logged(rows, with_ms, without_ms, times, sealing, *await _checking(database))
    finally:
        await db.close()


async def _checking(database: Database) -> tuple[float, float]:
    """Rows a second, and rows for each second of a processor, of a check of everything."""
    async with databases.session(database.owner_url) as connection:
        await connection.execute("vacuum analyze change_log_segments")
    began, busy = time.perf_counter(), await _cpu_seconds()
    spent: list[float] = []
    kept = change_log._outside  # pyright: ignore[reportPrivateUsage]

    async def outside(*arguments: Any) -> None:
        # The connection of the check goes with it, and what it took: look as long as it is there.
        await kept(*arguments)
        spent.append(await _cpu_seconds() - busy)

    with patch.object(change_log, "_outside", outside):
        checked = await change_log.verify()
    seconds = time.perf_counter() - began
    assert checked.faults == [], checked.faults
    return checked.rows / seconds, checked.rows / spent[0]


async def _writing() -> tuple[float, float, float]:
    """The same changes with log and chain and without, in turns."""
    (customers,) = [await Customer.filter(state=CustomerState.ACTIVE, kind="ENTERPRISE").limit(EACH_ROUND)]
    viewer = await viewer_of(await _administrator())
    spent: dict[bool, list[float]] = {True: [], False: []}
    serial = 0

    async def change(key: UUID) -> None:
        nonlocal serial
        serial += 1
        version = (await Customer.get(id=key)).version
        await drafts.update(viewer, key, version, {"notes": f"第{serial}次回访", "main_business": f"主营{serial}"})

    for number in range(ROUNDS + 1):
        for logs in (True, False) if number % 2 else (False, True):
            with _logging(logs):
                cost = await _cost(change, [one.id for one in customers])
            if number:  # the first round fills the caches
                spent[logs].append(cost)
    ratios = [with_log / without for with_log, without in zip(spent[True], spent[False], strict=True)]
    return median(spent[True]), median(spent[False]), median(ratios)


@contextmanager
def _logging(on: bool) -> Any:
    async def nothing(_entries: Any) -> None:
        """As if there were no log, and no events of customers either."""

    if on:
        yield
        return
    with patch.object(queries, "add", nothing):
        yield


async def _cost(change: Callable[[UUID], Awaitable[None]], keys: list[UUID]) -> float:
    """Milliseconds of processor time for one change."""
    before = await _cpu_seconds()
    for key in keys:
        await change(key)
    return (await _cpu_seconds() - before) / len(keys) * 1000


async def _administrator() -> User:
    (user,) = await User.filter(disabled_at=None).order_by("staff_number").limit(1)
    await User.filter(id=user.id).update(roles=["ADMIN"])
    return await User.get(id=user.id)


def section(found: list[Logged]) -> str:
    head = ("rows", "a change with log, CPU ms", "without", "× (≤ 1.35)", "sealing, s", "checked rows/s (≥ 100,000)",
            "rows for each processor second")  # fmt: skip
    rows = (
        (f"{one.rows:,}", f"{one.with_ms:.2f}", f"{one.without_ms:.2f}",
         against(f"{one.times:.2f}", one.times <= MOST_TIMES), f"{one.seal_seconds:.1f}",
         against(f"{one.rows_per_second:,.0f}", one.rows_per_second >= LEAST_ROWS),
         f"{one.per_processor_second:,.0f}")
        for one in found
    )  # fmt: skip
    return table(head, rows)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with Databases() as engines:
        sys.stdout.write(section([measure(rows, engines.make(10_000))]) + "\n")


if __name__ == "__main__":
    main()
