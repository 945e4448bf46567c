"""A database that is some migrations behind comes to the same schema as a new one; what differs from it is named."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as to_one

from storage import db, migrate, roles
from tests.engines import Database, WorkerEngines

REACHED = "0004_full_profile"
_COLUMNS = """
    select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
    where table_schema = 'public' and table_name !~ '^change_log_[0-9]{4}_[0-9]{2}$' order by 1, 2"""
"""Without the months of the change log: which there are depends on the day."""


async def _columns(url: str) -> list[tuple[str, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(_COLUMNS)]
    finally:
        await connection.close()


async def test_what_is_missing_is_added_to_what_is_there(engines: WorkerEngines) -> None:
    own = replace(engines.configuration, database=f"mingce_{engines.worker}_behind")
    await roles.drop_database(engines.superuser_url, own.database)
    await roles.ensure_database(engines.superuser_url, own.database)
    try:
        async with TortoiseContext():
            await to_one(config=db.config(own.owner_url, 2), target=f"{db.APP}.{REACHED}")
            await Tortoise.close_connections()
        assert (await migrate.pending(own.owner_url))[0] > REACHED
        await migrate.upgrade(own.owner_url)
        assert await migrate.pending(own.owner_url) == []
        assert await migrate.check(own.owner_url) == []
        assert await _columns(own.owner_url) == await _columns(engines.database.owner_url)
    finally:
        await engines.drop_database(Database(own.database, own.app_url, own.owner_url))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("drop trigger ring_outbox on outbox_messages", "trigger outbox_messages.ring_outbox is declared"),
        ("create function stray() returns int language sql as 'select 1'", "function stray is in the database and not"),
        ("alter index customers_name_words reset (gin_pending_list_limit)", "index customers_name_words lacks"),
        ("drop index customers_newest", "index customers_newest is declared"),
        ("alter table tasks drop constraint tasks_state_code", "check constraint tasks_state_code is declared"),
        ("grant delete on change_log to crm_app", "change_log: crm_app has"),
    ],
)
async def test_what_differs_from_what_is_declared_is_named(engines: WorkerEngines, change: str, complaint: str) -> None:
    own = await engines.clone_database("differs")
    try:
        connection = await asyncpg.connect(own.owner_url)
        await connection.execute(change)
        await connection.close()
        (found,) = await migrate.check(own.owner_url)
        assert found.startswith(complaint)
    finally:
        await engines.drop_database(own)
