"""Whether this process can answer, and what of its surroundings is degraded."""

from __future__ import annotations

import asyncio
from typing import Any

from service.core.settings import settings
from storage import db, migrate, objects, queue


async def report() -> dict[str, Any]:
    """`ready` falls with PostgreSQL and the migration head only; queue and object store are shown as degraded."""
    database, queued, store = await asyncio.gather(_database(), _queue(), _objects())
    degraded = [name for name, fine in (("queue", queued), ("objects", store)) if not fine]
    return {"ready": database, "database": database, "degraded": degraded}


async def _database() -> bool:
    try:
        async with asyncio.timeout(2):
            rows = await db.rows("select name from tortoise_migrations")
    except (OSError, TimeoutError, *db.DatabaseError):
        return False
    return not set(migrate.names()) - {row["name"] for row in rows}


async def _queue() -> bool:
    return await asyncio.to_thread(queue.answers, settings().valkey_url.get_secret_value())


async def _objects() -> bool:
    return await asyncio.to_thread(objects.fault, settings()) is None
