from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from storage import db
from tests.engines import Database, WorkerEngines
from tests.faults.running import Broker, Fleet, Observer


@pytest.fixture
async def database(engines: WorkerEngines) -> AsyncIterator[Database]:
    """A database of its own for one test."""
    made = await engines.clone_database("faults")
    # Not the process's own connection, which other tests hold.
    async with TortoiseContext() as context:
        await context.init(config=db.config(made.app_url, 5))
        yield made
    await engines.drop_database(made)


@pytest.fixture
async def observer(database: Database) -> AsyncIterator[Observer]:
    made = await Observer.of(database.owner_url)
    yield made
    await made.close()


@pytest.fixture
def broker(engines: WorkerEngines, tmp_path: Path) -> Iterator[Broker]:
    made = Broker.beside(tmp_path / "broker", engines.configuration)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def fleet(database: Database, broker: Broker, tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(tmp_path, database.app_url, broker)
    yield made
    made.stop()
