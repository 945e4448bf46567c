"""Whether PostgreSQL has connections enough for all processes of the deployment (design §7).

No process knows how many others there are: the settings say it, and what they say is compared with what PostgreSQL
gives. A connection that is missing would show in the middle of a busy day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import asyncpg

from service.core.settings import Settings
from storage import db

OF_A_WORKER = 4
"""Connections of each process of a worker, the one on which it hears included."""
BESIDE_THE_POOL = 1
"""Each process hears of changes on one more."""
RESERVE = 10
"""For what runs now and then: migrations, imports, building an index, `crm doctor`, people."""

_COUNT = """
select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
       - current_setting('reserved_connections')::int as given,
       (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used
"""


@dataclass(frozen=True)
class Connections:
    """What the deployment may take, what PostgreSQL gives to others than superusers, and what is taken now."""

    own: Settings
    given: int
    used: int

    @property
    def needed(self) -> int:
        api = self.own.api_processes * (self.own.database_pool_size + BESIDE_THE_POOL)
        return api + self.own.worker_processes * OF_A_WORKER + RESERVE

    def fault(self) -> str | None:
        """One sentence that says what to change; None where there are enough."""
        if self.needed <= self.given:
            return None
        own = self.own
        return (
            f"PostgreSQL gives {self.given} connections and this deployment may take {self.needed}: "
            f"CRM_API_PROCESSES ({own.api_processes}) × (CRM_DATABASE_POOL_SIZE ({own.database_pool_size}) + "
            f"{BESIDE_THE_POOL}) + CRM_WORKER_PROCESSES ({own.worker_processes}) × {OF_A_WORKER} + {RESERVE} in "
            f"reserve. Raise max_connections of PostgreSQL by {self.needed - self.given}, or lower "
            "CRM_DATABASE_POOL_SIZE."
        )


async def looked_at(url: str, own: Settings) -> Connections:
    """How it stands, seen through a connection of its own: where there is none left, PostgreSQL says so."""
    connection = cast("Any", await asyncpg.connect(**db.credentials(url), timeout=5))
    try:
        return Connections(own, **await connection.fetchrow(_COUNT))
    finally:
        await connection.close()
