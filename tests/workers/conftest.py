from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from storage import db
from tests.engines import Database, WorkerEngines

TABLES = "outbox_messages, reminders, tasks, follow_ups, customers, users, departments, change_log, change_values"


@pytest.fixture(scope="module")
async def own_database(engines: WorkerEngines) -> AsyncIterator[Database]:
    """A database in which nothing waits that other tests have asked for."""
    made = await engines.clone_database("workers")
    yield made
    await engines.drop_database(made)


@pytest.fixture
async def owner(own_database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the owner's role, outside the transactions of a test."""
    connection = await asyncpg.connect(**db.credentials(own_database.owner_url))
    yield connection
    await connection.close()


@pytest.fixture
async def database(own_database: Database, owner: asyncpg.Connection) -> AsyncIterator[None]:
    """An empty database, connected to as the application."""
    await owner.execute(f"truncate {TABLES} cascade")
    async with TortoiseContext() as context:
        await context.init(config=db.config(own_database.app_url, 5))
        yield
