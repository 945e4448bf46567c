"""Design §7: processes × pool ≤ max_connections, by what the settings say and PostgreSQL gives."""

from __future__ import annotations

import asyncpg

from service.core.settings import Settings, settings
from storage.connections import RESERVE, looked_at
from tests.engines import WorkerEngines


def _with(**values: int) -> Settings:
    return settings().model_copy(update=values)


async def test_design_7_all_processes_together_have_the_connections_that_postgresql_gives(
    engines: WorkerEngines,
) -> None:
    url = engines.database.app_url
    found = await looked_at(url, _with(api_processes=3, database_pool_size=15, worker_processes=8))
    assert found.needed == 3 * 16 + 8 * 4 + RESERVE
    assert found.given == 97  # three of the hundred are for superusers
    assert found.fault() is None
    just = _with(api_processes=5, database_pool_size=10, worker_processes=8)
    assert (await looked_at(url, just)).needed == found.given
    assert (await looked_at(url, just)).fault() is None
    assert (await looked_at(url, just.model_copy(update={"worker_processes": 9}))).fault() is not None


async def test_design_7_the_sentence_names_what_to_change_and_by_how_much(engines: WorkerEngines) -> None:
    fault = (await looked_at(engines.database.app_url, _with(api_processes=9))).fault()
    assert fault is not None
    assert "CRM_API_PROCESSES (9)" in fault
    assert "Raise max_connections of PostgreSQL by 28" in fault


async def test_what_is_in_use_is_counted(engines: WorkerEngines) -> None:
    before = (await looked_at(engines.database.app_url, settings())).used
    others = [await asyncpg.connect(engines.database.app_url) for _ in range(3)]
    try:
        assert (await looked_at(engines.database.app_url, settings())).used >= 4
        assert before >= 1
    finally:
        for other in others:
            await other.close()
