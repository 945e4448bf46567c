"""The outbox as the relay and the workers use it. Times are the database's own: machines disagree, it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from storage import db

_OPEN = "done_at is null and dead_at is null"

_TAKE = f"""
with overdue as (
    select id from outbox_messages
    where sent_at < now() - $3::interval and {_OPEN}
    order by sent_at limit $1 for update skip locked
), fresh as (
    select id from outbox_messages
    where sent_at is null and available_at <= now() and {_OPEN}
    order by available_at, id
    limit least($1, greatest(0, $2 - (select count(*) from outbox_messages where sent_at is not null and {_OPEN})))
    for update skip locked
)
update outbox_messages set sent_at = now()
where id in (select id from overdue union all select id from fresh)
returning id, task
"""
# A message that a worker is busy with is locked, and so is not sent again however long it takes.

_RETURN = f"update outbox_messages set sent_at = null where id = any($1) and {_OPEN}"

_BEGIN = f"""
update outbox_messages set attempts = attempts + 1
where id = (
    select id from outbox_messages
    where id = $1 and task = $2 and available_at <= now() and {_OPEN} for update skip locked
)
returning attempts, request_id, traceparent
"""

_FAIL = f"""
update outbox_messages
set last_error = $2, sent_at = null, available_at = now() + $3::interval, dead_at = case when $4 then now() end
where id = $1 and {_OPEN}
"""

_WAIT = f"""
update outbox_messages
set last_error = $2, sent_at = null, available_at = now() + $3::interval, attempts = greatest(attempts - 1, 0)
where id = $1 and {_OPEN}
"""

_TOUCH = f"update outbox_messages set sent_at = now() where id = $1 and {_OPEN}"

_REFUSE = f"""
update outbox_messages set attempts = attempts + 1 where id = $1 and {_OPEN} returning attempts
"""

_DONE = "update outbox_messages set done_at = now(), key = null where id = $1"

_SPARE = f"""
update outbox_messages set done_at = now(), key = null where key = $1 and sent_at is null and {_OPEN} returning 1
"""

_KEEP = "update outbox_messages set sent_at = now(), attempts = 1 where id = $1"

_PRUNE = """
delete from outbox_messages where id in (
    select id from outbox_messages where done_at < now() - $1::interval order by done_at limit $2
)
returning id
"""


_AGES = """
select task, count(*) filter (where dead_at is null and available_at <= now()) as open,
       count(*) filter (where dead_at is not null) as dead,
       coalesce(extract(epoch from now() - min(available_at) filter (where dead_at is null and available_at <= now())),
                0)::float8 as oldest_seconds
from outbox_messages where done_at is null group by task
"""


@dataclass(frozen=True)
class Age:
    """How much of one task waits, and for how long."""

    task: str
    open: int
    dead: int
    oldest_seconds: float


@dataclass(frozen=True)
class Due:
    """A message that is to be handed to the broker now."""

    id: UUID
    task: str


@dataclass(frozen=True)
class Begun:
    """An attempt at a message."""

    attempts: int
    """Its number."""
    request_id: str | None
    traceparent: str | None


async def take(batch: int, window: int, patience: timedelta) -> list[Due]:
    """Mark messages as sent and return them: those sent longer than `patience` ago, then waiting ones.

    Waiting ones only as long as fewer than `window` are sent and not done. Relays may do this at the same time: a row
    goes to one of them.
    """
    return [Due(row["id"], row["task"]) for row in await db.rows(_TAKE, batch, window, patience)]


async def give_back(messages: list[UUID]) -> None:
    """They could not be handed over: let them wait again."""
    await db.rows(_RETURN, messages)


async def begin(message: UUID, task: str) -> Begun | None:
    """Count an attempt; None where there is nothing to do, or another worker is doing it."""
    rows = await db.rows(_BEGIN, message, task)
    return Begun(**rows[0]) if rows else None


async def count_refusal(message: UUID) -> int | None:
    """Count an attempt of a message that no worker understands."""
    rows = await db.rows(_REFUSE, message)
    return rows[0]["attempts"] if rows else None


async def fail(message: UUID, error: str, pause: timedelta, *, for_good: bool) -> None:
    """Note what went wrong, and let the message wait for `pause`, or give it up."""
    await db.rows(_FAIL, message, error[:200], pause, for_good)


async def wait(message: UUID, reason: str, pause: timedelta) -> None:
    """Let the message wait for `pause`, without counting the attempt."""
    await db.rows(_WAIT, message, reason[:200], pause)


async def touch(message: UUID) -> None:
    """Note that somebody is at work on it, beside any transaction: it is not sent again for a while."""
    await db.rows(_TOUCH, message)


async def done(message: UUID) -> None:
    """Note that it is done, in the transaction of its effect."""
    await db.rows(_DONE, message)


async def spare(key: str) -> None:
    """Note that what the open message with this key asks for is done already, unless somebody has been sent to it."""
    await db.rows(_SPARE, key)


async def keep(message: UUID) -> None:
    """Note that work on it goes on, in the transaction of a part of its effect: it is not sent again for a while."""
    await db.rows(_KEEP, message)


async def ages() -> list[Age]:
    """What is due and not done, and what was given up, by task."""
    return [Age(**row) for row in await db.rows(_AGES)]


async def prune(age: timedelta, limit: int) -> int:
    """Delete messages that were done longer than `age` ago; how many it was."""
    return len(await db.rows(_PRUNE, age, limit))
