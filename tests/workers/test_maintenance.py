"""Upkeep, as the application's own role."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from service.operations import maintenance

PARTITIONS = "select relname::text from pg_class where relname ~ '^change_log_[0-9]{4}_[0-9]{2}$' and relkind = 'r'"


@pytest.mark.usefixtures("database")
async def test_partitions_are_made_by_three_clocks_at_once(owner: asyncpg.Connection) -> None:
    for row in await owner.fetch(PARTITIONS):
        await owner.execute(f"drop table {row['relname']}")
    await asyncio.gather(*(maintenance.prepare_change_log() for _ in range(3)))
    assert len(await owner.fetch(PARTITIONS)) == maintenance.MONTHS_AHEAD + 1


@pytest.mark.usefixtures("database")
async def test_events_are_kept_for_a_day(owner: asyncpg.Connection) -> None:
    await owner.execute("truncate events")
    for hours in (1, 23, 25, 48):
        await owner.execute(
            "insert into events (created_at, topic, key) values (now() - make_interval(hours => $1), 'JOB', uuidv7())",
            hours,
        )
    assert await maintenance.prune_events() == 2
    assert await owner.fetchval("select count(*) from events") == 2
