"""The connection to PostgreSQL: one pool in each process, shared by Tortoise and the reader."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connection
from tortoise.exceptions import BaseORMException, DBConnectionError

from storage.writes import Writes

DatabaseError = (asyncpg.PostgresError, BaseORMException)
"""What a statement can fail with."""

Unreachable = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    DBConnectionError,
)
"""What it fails with while the database is away or comes and goes: the same statement may do a moment later."""

MODELS = ["storage.models"]
APP = "mingce"


class _Connection(asyncpg.Connection):  # pyright: ignore[reportMissingTypeArgument]
    """Writes what a unit of work has kept before it does anything else: nobody reads past a row that waits.

    Returns to the pool without a round trip: asyncpg resets every connection on release with a statement of its own.
    Nothing here changes session state: no SET, no LISTEN, no advisory session lock on a pooled connection, so there is
    nothing to reset.
    """

    writes: Writes | None = None
    """What waits; None outside of a unit of work."""

    def get_reset_query(self) -> str:
        return ""

    async def settle(self) -> None:
        """Write what waits."""
        if self.writes:
            text, values = self.writes.take()
            await super().fetch(text, *values)

    async def fetch(self, *args: Any, **named: Any) -> Any:
        await self.settle()
        return await super().fetch(*args, **named)

    async def fetchrow(self, *args: Any, **named: Any) -> Any:
        await self.settle()
        return await super().fetchrow(*args, **named)

    async def fetchval(self, *args: Any, **named: Any) -> Any:
        await self.settle()
        return await super().fetchval(*args, **named)

    async def execute(self, *args: Any, **named: Any) -> Any:
        await self.settle()
        return await super().execute(*args, **named)

    async def executemany(self, *args: Any, **named: Any) -> Any:
        await self.settle()
        return await super().executemany(*args, **named)

    async def copy_records_to_table(self, *args: Any, **named: Any) -> Any:
        await self.settle()
        return await super().copy_records_to_table(*args, **named)


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
                    # A backend holds some forty bytes for each character of a prepared one, a quarter of a megabyte
                    # for the reader's: so many, and none that is larger still, stay below 100 MB.
                    "statement_cache_size": 150,
                    "max_cacheable_statement_size": 60_000,
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


@dataclass(frozen=True)
class PoolState:
    """How busy the pool is."""

    size: int
    in_use: int
    waiting: int
    """Who waits for a connection."""


def pool_state() -> PoolState | None:
    """None where the pool is not open."""
    client = cast("Any", get_connection("default"))
    own = client._pool
    if own is None:
        return None
    size, waiting = own.get_size(), getattr(own._queue, "_getters", ())  # asyncpg does not tell who waits
    return PoolState(size, size - own.get_idle_size(), sum(not getter.done() for getter in waiting))


async def fetch_row(sql: str, *values: Any) -> asyncpg.Record | None:
    """One row of one statement, outside any transaction."""
    return await pool().fetchrow(sql, *values)


async def fetch_row_planned(sql: str, *values: Any) -> asyncpg.Record | None:
    """`fetch_row` for a statement whose best plan depends on the values: an unnamed one is planned for them each time,
    for one round trip more."""
    async with pool().acquire() as connection:
        return await (await connection.prepare(sql, name="")).fetchrow(*values)


async def fetch_counted_planned(sql: str, *values: Any) -> asyncpg.Record | None:
    """`fetch_counted`, planned like `fetch_row_planned`."""
    async with pool().acquire() as connection:
        found = await (await connection.prepare(sql, name="")).fetch(*values)
        return found[0] if found else None


async def fetch_counted(sql: str, *values: Any) -> asyncpg.Record | None:
    """The one row of a statement that reads much: several processes of PostgreSQL may share the work.

    Asked for one row only, as by `fetch_row`, PostgreSQL starts no further process.
    """
    found = await pool().fetch(sql, *values)
    return found[0] if found else None


async def rows(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Rows of one statement, inside the transaction that is open, if one is."""
    connection = _connection()
    if connection is None:
        client = cast("Any", get_connection("default"))  # Tortoise's own types say nothing of the rows
        return await client.execute_query_dict(sql, list(values))
    # Past Tortoise: it has nothing to add to a statement that is written out, and takes as long as the driver does.
    return [dict(row) for row in await connection.fetch(sql, *values)]


def _connection() -> _Connection | None:
    """That of the transaction which is open, if one is."""
    client = get_connection("default")
    return cast("Any", client)._connection._con if isinstance(client, TransactionalDBClient) else None


@asynccontextmanager
async def together() -> AsyncGenerator[None]:
    """Let rows that the open transaction writes wait for each other, until its next statement or the end of the block.

    What waits when the block fails is dropped.
    """
    connection = _connection()
    assert connection is not None
    before, connection.writes = connection.writes, Writes()
    try:
        yield
        await connection.settle()
    finally:
        connection.writes = before


async def write(keep: Callable[[Writes], bool]) -> None:
    """Write rows: inside `together` before the next statement, elsewhere at once."""
    connection = _connection()
    if connection is None or connection.writes is None:
        writes = Writes()
        keep(writes)
        text, values = writes.take()
        await rows(text, *values)
    elif not keep(connection.writes):
        await connection.settle()
        keep(connection.writes)
