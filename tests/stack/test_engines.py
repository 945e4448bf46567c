"""The engines of the tests themselves: separate parts for each worker, the right roles, nothing left behind."""

from __future__ import annotations

import asyncpg
import pytest
import redis.asyncio as redis

from service.core import settings
from storage import objects
from tests.engines import WorkerEngines


async def test_settings_name_this_workers_own_database(engines: WorkerEngines) -> None:
    own = settings.settings()
    assert own.database_url.get_secret_value() == engines.database.app_url
    connection = await asyncpg.connect(own.database_url.get_secret_value())
    try:
        row = await connection.fetchrow(
            "select current_user::text as role, current_database()::text as name, current_setting('jit') as jit,"
            " current_setting('statement_timeout') as patience, current_setting('timezone') as zone,"
            " (select datcollate from pg_database where datname = current_database()) as collation"
        )
    finally:
        await connection.close()
    assert row is not None
    assert dict(row) == {
        "role": "crm_app",
        "name": engines.database.name,
        "jit": "off",
        "patience": "12s",
        "zone": "UTC",
        "collation": "C",
    }


async def test_application_role_cannot_create_tables(engines: WorkerEngines) -> None:
    connection = await asyncpg.connect(engines.database.app_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("create table public.mine (id int)")
    finally:
        await connection.close()


async def test_clone_starts_empty_and_can_be_dropped_while_used(engines: WorkerEngines) -> None:
    clone = await engines.clone_database("one")
    connection = await asyncpg.connect(clone.owner_url)
    await connection.execute("create table public.mine (id int)")
    await engines.drop_database(clone)
    connection.terminate()
    again = await engines.clone_database("one")
    connection = await asyncpg.connect(again.owner_url)
    try:
        assert await connection.fetchval("select to_regclass('public.mine')") is None
    finally:
        await connection.close()
        await engines.drop_database(again)


async def test_queue_refuses_a_wrong_password(engines: WorkerEngines) -> None:
    url = settings.settings().valkey_url.get_secret_value()
    async with redis.Redis.from_url(url) as client:
        await client.set("stack:probe", "1")
        assert await client.get("stack:probe") == b"1"
        await client.delete("stack:probe")
    async with redis.Redis.from_url(
        url.replace(":" + engines.configuration.secrets.valkey_password, ":wrong")
    ) as client:
        with pytest.raises(redis.AuthenticationError):
            await client.ping()


def test_store_has_the_bucket_and_refuses_a_wrong_key() -> None:
    own = settings.settings()
    assert objects.fault(own) is None
    wrong = own.model_copy(update={"s3_secret_key": own.s3_access_key})
    assert "is refused" in (objects.fault(wrong) or "")
