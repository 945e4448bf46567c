"""Whether requests should come to this process, and what of its surroundings is degraded."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from service.boundary.files import scanner
from service.core.settings import settings
from storage import db, migrate, objects, queue

_draining = threading.Event()


def drain() -> None:
    """Say from now on that requests should go elsewhere: this process is about to end. Safe in a signal handler."""
    _draining.set()


async def report() -> dict[str, Any]:
    """`ready` falls with PostgreSQL, the migration head and draining only; the rest is degraded."""
    applied, *others = await asyncio.gather(_migrations(), _queue(), _objects(), _scanner())
    degraded = [name for name, fine in zip(("queue", "objects", "scanner"), others, strict=True) if not fine]
    database, draining = applied is not None, _draining.is_set()
    migrated = applied is not None and applied.issuperset(migrate.names())
    return {
        "ready": database and migrated and not draining,
        "database": database,
        "migrations": migrated,
        "draining": draining,
        "degraded": degraded,
    }


async def _migrations() -> set[str] | None:
    """The names of the migrations that the database has, or None where it does not answer."""
    try:
        async with asyncio.timeout(2):
            return {row["name"] for row in await db.rows("select name from tortoise_migrations")}
    except (OSError, TimeoutError, *db.DatabaseError):
        return None


async def _queue() -> bool:
    return await asyncio.to_thread(queue.answers, settings().valkey_url.get_secret_value())


async def _scanner() -> bool:
    return await scanner.fault() is None


async def _objects() -> bool:
    return await asyncio.to_thread(objects.fault, settings()) is None
