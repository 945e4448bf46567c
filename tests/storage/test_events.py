"""Events are numbered so that who reads on from a number misses none (issue 4)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from uuid import UUID

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from service.core.enums import EventTopic
from service.core.ids import new_id
from service.operations.events import hub
from storage import db
from storage.queries import events
from tests.engines import WorkerEngines

pytestmark = pytest.mark.usefixtures("database")

WRITERS, EACH = 20, 15


@pytest.fixture
async def database(engines: WorkerEngines) -> AsyncGenerator[None]:
    async with TortoiseContext() as context:
        await context.init(config=db.config(engines.database.app_url, 5))
        yield


INSERT = "insert into events (created_at, topic, key, record_id) values (now(), 'REMINDER', $1, $2)"


async def _write(url: str, key: UUID, records: list[UUID]) -> None:
    turns = random.Random(str(records[0]))
    connection = await asyncpg.connect(**db.credentials(url))
    for record in records:
        async with connection.transaction():
            await connection.execute(INSERT, key, record)
            # Whoever wrote first commits last, now and then.
            await asyncio.sleep(turns.random() * 0.03)
    await connection.close()


class _Reader:
    """Reads on from the last number, and numbers what waits for it: two of them do so at the same time."""

    def __init__(self, key: UUID) -> None:
        self.key = key
        self.seen: list[events.Recorded] = []

    async def read(self) -> int:
        await hub.number()
        after = self.seen[-1].sequence if self.seen else 0
        found = await events.records((EventTopic.REMINDER, self.key), after, 7)
        self.seen.extend(found)
        return len(found)

    async def follow(self, done: asyncio.Event) -> None:
        more = True
        while more:
            # Both asked before the look: what is written or numbered while it goes on, the next one sees.
            more = not done.is_set() or await events.any_unnumbered()
            more = bool(await self.read()) or more


async def test_a_reader_sees_every_event_of_20_writers_once_and_none_too_late(engines: WorkerEngines) -> None:
    key, written, done = new_id(), [new_id() for _ in range(WRITERS * EACH)], asyncio.Event()
    readers = [_Reader(key), _Reader(key)]
    following = [asyncio.create_task(reader.follow(done)) for reader in readers]
    url = engines.database.app_url
    await asyncio.gather(*(_write(url, key, written[n::WRITERS]) for n in range(WRITERS)))
    done.set()
    await asyncio.gather(*following)
    for reader in readers:
        assert sorted(event.record_id for event in reader.seen) == sorted(written)
        numbers = [event.sequence for event in reader.seen]
        assert numbers == sorted(set(numbers))
