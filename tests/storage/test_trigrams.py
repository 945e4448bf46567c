"""Filters by part of a Chinese name are served by an index (D48)."""

from __future__ import annotations

import asyncpg

from tests.engines import WorkerEngines


async def test_d48_the_trigram_index_sees_chinese_letters(engines: WorkerEngines) -> None:
    connection = await asyncpg.connect(engines.database.app_url)
    try:
        assert len(await connection.fetchval("select show_trgm('瑞腾机电')")) > 0
    finally:
        await connection.close()
