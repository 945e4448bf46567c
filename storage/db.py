"""The connection to PostgreSQL: one pool in each process, shared by Tortoise and the reader."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.exceptions import BaseORMException

DatabaseError = (asyncpg.PostgresError, BaseORMException)
"""What a statement can fail with."""

MODELS = ["storage.models"]
APP = "mingce"


class _Connection(asyncpg.Connection):  # pyright: ignore[reportMissingTypeArgument]
    """Returns to the pool without a round trip.

    asyncpg resets every connection on release with a statement of its own. Nothing here changes session state: no SET,
    no LISTEN, no advisory session lock on a pooled connection, so there is nothing to reset.
    """

    def get_reset_query(self) -> str:
        return ""


def credentials(url: str) -> dict[str, Any]:
    """The parts of `postgres://user:password@host:port/database`."""
    parts = urlsplit(url)
    return {
        "user": parts.username and unquote(parts.username),
        "password": parts.password and unquote(parts.password),
        "host": parts.hostname,
        "port": parts.port or 5432,
        "database": parts.path.lstrip("/"),
    }


def config(url: str, pool_size: int = 10) -> dict[str, Any]:
    """The configuration of Tortoise for one database."""
    return {
        "connections": {
            "default": {
                "engine": "tortoise.backends.asyncpg",
                "credentials": {
                    **credentials(url),
                    "minsize": 1,
                    "maxsize": pool_size,
                    "connection_class": _Connection,
                    # The reader's statements are long and few: asyncpg skips those above 15 kB unless told otherwise.
                    "statement_cache_size": 500,
                    "max_cacheable_statement_size": 200_000,
                    "max_cached_statement_lifetime": 0,
                },
            }
        },
        "apps": {APP: {"models": MODELS, "default_connection": "default", "migrations": "storage.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(url: str, pool_size: int = 10) -> None:
    """Open the pool of this process."""
    # The context lives in a context variable: without the fallback, tasks started elsewhere would not find it.
    await Tortoise.init(config=config(url, pool_size), _enable_global_fallback=True)
    await rows("select 1")


async def close() -> None:
    await Tortoise.close_connections()


def pool() -> asyncpg.Pool[asyncpg.Record]:
    """The pool itself, for statements that Tortoise need not see."""
    client = cast("Any", get_connection("default"))
    return cast("asyncpg.Pool[asyncpg.Record]", client._pool)  # Tortoise offers no public way to its pool


async def fetch_row(sql: str, *values: Any) -> asyncpg.Record | None:
    """One row of one statement, outside any transaction."""
    return await pool().fetchrow(sql, *values)


async def fetch_row_planned(sql: str, *values: Any) -> asyncpg.Record | None:
    """`fetch_row` for a statement whose best plan depends on the values: an unnamed one is planned for them each time,
    for one round trip more."""
    async with pool().acquire() as connection:
        return await (await connection.prepare(sql, name="")).fetchrow(*values)


async def rows(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Rows of one statement, inside the transaction that is open, if one is."""
    client = cast("Any", get_connection("default"))  # Tortoise's own types say nothing of the rows
    return await client.execute_query_dict(sql, list(values))
