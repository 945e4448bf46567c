"""Jobs as people look at them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from storage import db

_COLUMNS = """
select j.id, j.kind, j.state, j.total, j.done, j.failed, j.errors::text as errors, j.created_at, j.started_at,
       j.finished_at, j.requested_by_id, u.name as requested_by_name
from jobs j join users u on u.id = j.requested_by_id
"""
_ONE = f"{_COLUMNS} where j.id = $1 and ($3 or j.requested_by_id = $2)"
_OWN = f"{_COLUMNS} where j.requested_by_id = $1 order by j.created_at desc, j.id desc limit $2"
_ALL = f"{_COLUMNS} order by j.created_at desc, j.id desc limit $1"


async def one(job_id: UUID, viewer_id: UUID, *, every: bool) -> dict[str, Any] | None:
    found = await db.rows(_ONE, job_id, viewer_id, every)
    return found[0] if found else None


async def newest(viewer_id: UUID, limit: int, *, every: bool) -> list[dict[str, Any]]:
    return await (db.rows(_ALL, limit) if every else db.rows(_OWN, viewer_id, limit))
