"""Jobs as people look at them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from storage import db

_COLUMNS = """
select j.id, j.kind, j.upkeep, j.state, j.total, j.done, j.failed, j.errors::text as errors, j.created_at, j.started_at,
       j.finished_at, j.requested_by_id, u.name as requested_by_name
from jobs j join users u on u.id = j.requested_by_id
"""
_ONE = f"{_COLUMNS} where j.id = $1 and ($3 or j.requested_by_id = $2)"
_OWN = f"{_COLUMNS} where j.requested_by_id = $1 order by j.created_at desc, j.id desc limit $2"
_ALL = f"{_COLUMNS} order by j.created_at desc, j.id desc limit $1"

_BEGIN = """
update jobs set state = 'RUNNING', started_at = coalesce(started_at, now())
where state = 'QUEUED' and id = (select (arguments->>'job_id')::uuid from outbox_messages where id = $1)
"""
_WANTED = "select id from jobs where id = $1 and state in ('QUEUED', 'RUNNING') for update"
_FINISH = "update jobs set state = 'DONE', total = $2, done = $2, finished_at = now() where id = $1"
_GIVE_UP = """
update jobs set state = 'FAILED', finished_at = now()
where state in ('QUEUED', 'RUNNING') and id = (select (arguments->>'job_id')::uuid from outbox_messages where id = $1)
"""


async def begin(message: UUID) -> None:
    """Note that a worker is at the job of this message, where it has one."""
    await db.rows(_BEGIN, message)


async def wanted(job_id: UUID) -> bool:
    """Whether it is still to be done: nobody has cancelled it. From here to the end of the transaction nobody can."""
    return bool(await db.rows(_WANTED, job_id))


async def finish(job_id: UUID, count: int) -> None:
    """Note that it is done, and how much that was."""
    await db.rows(_FINISH, job_id, count)


async def give_up(message: UUID) -> None:
    """Note that the job of this message, where it has one, will not be done."""
    await db.rows(_GIVE_UP, message)


async def one(job_id: UUID, viewer_id: UUID, *, every: bool) -> dict[str, Any] | None:
    found = await db.rows(_ONE, job_id, viewer_id, every)
    return found[0] if found else None


async def newest(viewer_id: UUID, limit: int, *, every: bool) -> list[dict[str, Any]]:
    return await (db.rows(_ALL, limit) if every else db.rows(_OWN, viewer_id, limit))
