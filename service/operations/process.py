"""What a process of the service needs before it can work."""

from __future__ import annotations

import asyncio

from service.boundary import vault
from service.core.settings import settings
from storage import connections, db, valkey


class Misconfigured(Exception):
    """The settings do not go with the database; the message says what to change."""


class Unavailable(Exception):
    """The database does not answer, or not yet."""


async def open(pool_size: int | None = None) -> None:
    """Open this process's pool to the database, of `pool_size` connections or as many as the settings say, and make
    its client of Valkey, which may be away."""
    own = settings()
    valkey.connect(own.valkey_url.get_secret_value())
    try:
        await db.connect(own.database_url.get_secret_value(), pool_size or own.database_pool_size)
    except (OSError, TimeoutError, *db.DatabaseError) as error:
        await db.close()
        raise Unavailable(type(error).__name__) from None


async def require_connections() -> None:
    """Raise Misconfigured where the deployment may take more connections than PostgreSQL gives."""
    own = settings()
    try:
        found = await connections.looked_at(own.database_url.get_secret_value(), own)
    except (OSError, TimeoutError, *db.DatabaseError) as error:
        raise Unavailable(type(error).__name__) from None
    fault = found.fault()
    if fault is not None:
        raise Misconfigured(fault)


async def require_keys() -> None:
    """Raise Misconfigured where values are sealed with a master key that the settings lack."""
    fault = await asyncio.to_thread(vault.fault)
    if fault is not None:
        raise Misconfigured(fault)


async def close() -> None:
    """Give everything back."""
    await valkey.close()
    await db.close()
