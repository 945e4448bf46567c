"""A database that is some migrations behind comes to the same schema as a new one."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as to_one

from storage import db, migrate, roles
from tests.engines import Database, WorkerEngines

REACHED = "0004_full_profile"
_COLUMNS = """
    select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
    where table_schema = 'public' order by 1, 2"""


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
