"""The engines of the benchmark and its databases, one for each size."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import asyncpg

from service.app.stack.configuration import Configuration
from tests.benchmarks import dataset
from tests.engines import Database, RunEngines, WorkerEngines, join


@asynccontextmanager
async def session(url: str) -> AsyncGenerator[asyncpg.Connection[asyncpg.Record]]:
    """A connection for what a benchmark prepares, or looks at besides."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


class Databases:
    """Engines that live as long as the block."""

    def __init__(self) -> None:
        self._run = RunEngines()
        self._engines: WorkerEngines | None = None

    def __enter__(self) -> Self:
        self._run.start()
        self._engines = join("bench", 1)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._run.stop()

    def make(self, count: int) -> Database:
        """A database with so many customers."""
        assert self._engines is not None
        database = asyncio.run(self._engines.clone_database(f"{count}"))
        asyncio.run(dataset.load(dataset.superuser_url(self._engines.superuser_url, database.name), count))
        return database

    @property
    def configuration(self) -> Configuration:
        assert self._engines is not None
        return self._engines.configuration

    def empty(self) -> Database:
        """A database without customers."""
        assert self._engines is not None
        return asyncio.run(self._engines.clone_database("empty"))

    def drop(self, database: Database) -> None:
        """Its space may be needed for the next one."""
        assert self._engines is not None
        asyncio.run(self._engines.drop_database(database))
