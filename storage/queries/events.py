"""Events: written with the change, numbered after its commit, read in the order of their numbers.

A number from a sequence alone would not do. Of two transactions the one with the smaller number may commit later, and
who had read up to the larger one would never see it. So numbers are given after commit, under one lock: what has a
number is committed, and nothing comes into being below it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from service.core.enums import EventTopic
from storage import db

Followed = tuple[EventTopic, UUID]
"""What an event is about, and of which record or person."""

_LOCK = 0x6D696E65

_UNNUMBERED = "select exists (select from events where sequence is null) as waiting"
_NUMBER = """
with next as materialized (
    select id from events where sequence is null order by id limit $1
), numbered as materialized (
    select id, nextval('events_sequence') as number from next
)
update events e set sequence = n.number from numbered n where e.id = n.id returning 1
"""
_NEWEST = "select max(sequence) as newest from events"
_CONCERNED = """
select distinct topic, key from events where sequence > $1 and sequence <= $2 and key = any($3)
"""
_RECORDS = """
select sequence, record_id from events
where topic = $1 and key = $2 and sequence > $3 and record_id is not null order by sequence limit $4
"""
_PRUNE = """
delete from events where id in (
    select id from events where created_at < now() - $1::interval order by created_at limit $2
)
returning 1
"""


@dataclass(frozen=True)
class Recorded:
    """An event that is about a record."""

    sequence: int
    record_id: UUID


async def any_unnumbered() -> bool:
    """Whether an event waits for its number."""
    return (await db.rows(_UNNUMBERED))[0]["waiting"]


async def number(limit: int) -> int:
    """Give so many of the events their numbers, in the transaction that is open; how many it was."""
    # A statement of its own: the next one sees whatever was committed while this one waited.
    await db.rows("select pg_advisory_xact_lock($1)", _LOCK)
    return len(await db.rows(_NUMBER, limit))


async def newest() -> int | None:
    """The highest number; None where there is no event."""
    return (await db.rows(_NEWEST))[0]["newest"]


async def concerned(after: int, to: int, keys: Collection[UUID]) -> set[Followed]:
    """What the events after one number, up to another, are about, of those with these keys."""
    rows = await db.rows(_CONCERNED, after, to, list(keys))
    return {(EventTopic(row["topic"]), row["key"]) for row in rows}


async def records(followed: Followed, after: int, limit: int) -> list[Recorded]:
    """The next events after that number."""
    rows = await db.rows(_RECORDS, *followed, after, limit)
    return [Recorded(row["sequence"], row["record_id"]) for row in rows]


async def prune(age: timedelta, limit: int) -> int:
    """Delete events that are older; how many it was."""
    return len(await db.rows(_PRUNE, age, limit))


_STANDING = """
select s.id, concat_ws(' ', u.roles::text, u.department_id, u.session_epoch, u.must_change_password, u.disabled_at,
                       s.ended_at, (select version from policy_versions),
                       (select max(updated_at) from departments), (select count(*) from departments),
                       (select string_agg(d.id::text, ' ' order by d.id) from delegations d
                        where d.delegate_id = u.id and d.ended_at is null and d.begins_at <= now()
                          and d.until > now()),
                       (select string_agg(g.id::text, ' ' order by g.id) from access_grants g
                        where g.holder_id = u.id and g.granted_at is not null and g.ended_at is null
                          and g.begins_at <= now() and g.until > now())) as standing
from sessions s join users u on u.id = s.user_id where s.id = any($1) and s.expires_at > now()
"""


async def standings(sessions: Collection[UUID]) -> dict[UUID, str]:
    """Of each session a word that changes with whatever the rights of its person follow from."""
    return {row["id"]: row["standing"] for row in await db.rows(_STANDING, list(sessions))}
