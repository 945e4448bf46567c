"""Keys that callers chose, inside the transaction of what is done under them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from service.core.ids import new_id
from storage import db

# Who comes second waits here until the first one's transaction ends, and then finds what it did, or nothing.
_CLAIM = """
insert into idempotency_keys (id, created_at, user_id, key, step, input)
values ($1, now(), $2, $3, $4, $5)
on conflict (user_id, key, step) do update set input = excluded.input, outcome = null, created_at = now()
where idempotency_keys.created_at < now() - $6::interval
returning true
"""
_FIND = "select input, outcome from idempotency_keys where user_id = $1 and key = $2 and step = $3"
_KEEP = "update idempotency_keys set outcome = $4::jsonb where user_id = $1 and key = $2 and step = $3"
_PRUNE = """
delete from idempotency_keys where id in (
    select id from idempotency_keys where created_at < now() - $1::interval order by created_at limit $2
)
returning id
"""


async def claim(user_id: UUID, key: str, step: int, given: str, age: timedelta) -> tuple[str, str] | None:
    """Take the key for this transaction: None. Where it was taken within `age`: the input of then, and the
    outcome as JSON."""
    if await db.rows(_CLAIM, new_id(), user_id, key, step, given, age):
        return None
    row = (await db.rows(_FIND, user_id, key, step))[0]
    return row["input"], row["outcome"]


async def keep(user_id: UUID, key: str, step: int, outcome: bytes) -> None:
    """Note what came of it."""
    await db.rows(_KEEP, user_id, key, step, outcome.decode())


async def prune(age: timedelta, limit: int) -> int:
    """Forget keys older than `age`; how many it was."""
    return len(await db.rows(_PRUNE, age, limit))
