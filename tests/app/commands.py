"""`crm` as a person runs it, on a database of its own, and a look at what it left there."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import Any

import asyncpg

from tests.engines import Database, WorkerEngines

CRM = [sys.executable, "-m", "service.app.cli"]


@dataclass
class Base:
    """An empty migrated database, and `crm` set to it."""

    engines: WorkerEngines
    database: Database

    def crm(self, *words: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end. The settings of this database win over those of the test run."""
        own = replace(self.engines.configuration, database=self.database.name).environment()
        return subprocess.run(
            [*CRM, *words], env={**os.environ, **own, **environment}, input=typed, capture_output=True, text=True,
            timeout=500, check=False,
        )  # fmt: skip

    async def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.database.owner_url)
        try:
            return [tuple(row) for row in await connection.fetch(sql, *values)]
        finally:
            await connection.close()

    async def value(self, sql: str, *values: Any) -> Any:
        return (await self.rows(sql, *values))[0][0]
