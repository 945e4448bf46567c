"""A filter by a field of one's own before and after the index that an administrator asked for (D10), and its building.

As an executive, who sees the field on every customer, and as a sales person. Writers go on meanwhile: each changes the
very field of some customer.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from statistics import median
from typing import Any

import asyncpg

from service.core.enums import CustomFieldType, IndexState, Role
from storage import custom_indexes
from tests.benchmarks import databases, documents, load, own_fields, people
from tests.benchmarks.dataset import OWN_FIELD
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import table
from tests.engines import Database

WRITERS = 2
PAUSE = 0.005
"""Seconds between two writes of one writer."""
_WRITE = """
update customers set custom = jsonb_set(custom, array[$2], to_jsonb($3::text)), version = version + 1 where id = $1
"""
_MARK = "update custom_fields set index_state = $1"


@dataclass(frozen=True)
class OwnFieldIndex:
    customers: int
    before_ms: tuple[float, float]
    """Of an executive, of a sales person: medians."""
    after_ms: tuple[float, float]
    seconds: float
    """That building took."""
    writes: int
    write_ms: float
    """The median of a write while nothing is built."""
    slowest_write_ms: float
    """While it is built."""


def measure(customers: int, database: Database, *, seconds: float) -> OwnFieldIndex:
    asyncio.run(people.appoint(database.app_url, people.ADMINISTRATOR, Role.EXECUTIVE))
    asyncio.run(_define(database.app_url))
    with Server(OURS, database.app_url) as server:
        before = _asked(server, database.app_url, customers, seconds)
        quiet, _ = asyncio.run(_written_during(database.app_url, asyncio.sleep(seconds)))
        built = custom_indexes.build(database.owner_url, OWN_FIELD, CustomFieldType.TEXT)
        busy, took = asyncio.run(_written_during(database.app_url, built))
        asyncio.run(_mark(database.app_url))
        after = _asked(server, database.app_url, customers, seconds)
    asyncio.run(_forget(database))
    return OwnFieldIndex(customers, before, after, took, len(busy), median(quiet), max(busy))


def _asked(server: Server, url: str, customers: int, seconds: float) -> tuple[float, float]:
    """The latency of a filter that finds one customer, for each person."""
    condition = {"key": OWN_FIELD, "text": {"eq": f"B{customers // 3}"}}
    body = documents.body(documents.LIST, where={"customFields": [condition]})
    return (
        _median(server, url, people.ADMINISTRATOR, body, seconds),
        _median(server, url, people.ORDINARY, body, seconds),
    )


def _median(server: Server, url: str, staff_number: str, body: str, seconds: float) -> float:
    token = asyncio.run(people.token_of(url, staff_number))
    return median(load.run(load.Load(server.port, token, [body], seconds / 3, clients=1)).median_ms for _ in range(3))


async def _written_during(url: str, work: Awaitable[Any]) -> tuple[list[float], float]:
    """The milliseconds of each write while `work` is done, and the seconds that it took."""
    times: list[float] = []
    async with databases.session(url) as connection:
        keys = [
            r["id"] for r in await connection.fetch("select id from customers tablesample bernoulli (5) limit 5000")
        ]
    done = asyncio.Event()
    writers = [asyncio.create_task(_write(url, keys, times, done)) for _ in range(WRITERS)]
    began = time.perf_counter()
    await work
    took = time.perf_counter() - began
    done.set()
    await asyncio.gather(*writers)
    return times, took


async def _write(url: str, keys: list[Any], times: list[float], done: asyncio.Event) -> None:
    chosen = random.Random(7)
    connection: asyncpg.Connection[asyncpg.Record]
    async with databases.session(url) as connection:
        while not done.is_set():
            began = time.perf_counter()
            await connection.execute(_WRITE, chosen.choice(keys), OWN_FIELD, f"W{len(times)}")
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(PAUSE)


async def _define(url: str) -> None:
    async with databases.session(url) as connection:
        await own_fields.define(connection, {OWN_FIELD: CustomFieldType.TEXT})


async def _mark(url: str) -> None:
    async with databases.session(url) as connection:
        await connection.execute(_MARK, IndexState.READY.value)


async def _forget(database: Database) -> None:
    await people.appoint(database.app_url, people.ADMINISTRATOR, Role.SALES)
    async with databases.session(database.app_url) as connection:
        await own_fields.forget(connection)
    async with databases.session(database.owner_url) as connection:
        for name in custom_indexes.definitions(OWN_FIELD, CustomFieldType.TEXT):
            await connection.execute(f"drop index {name}")


def section(found: list[OwnFieldIndex]) -> str:
    head = ("customers", "executive: before, ms", "after, ms", "sales person: before, ms", "after, ms", "building, s",
            "writes meanwhile", "a write else, ms", "the longest meanwhile, ms")  # fmt: skip
    rows = (
        (f"{o.customers:,}", f"{o.before_ms[0]:.1f}", f"{o.after_ms[0]:.1f}", f"{o.before_ms[1]:.1f}",
         f"{o.after_ms[1]:.1f}", f"{o.seconds:.1f}", f"{o.writes:,}", f"{o.write_ms:.1f}", f"{o.slowest_write_ms:.1f}")
        for o in found
    )  # fmt: skip
    return table(head, rows)
