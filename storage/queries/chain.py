"""The change log's chain: rows that wait to be sealed, the segments that they were sealed into, and what was dropped.

A row is put on the list of those that wait by the insertion itself, in its transaction: it is on it exactly when it is
there for others. So a transaction that commits late is sealed late, and nothing has to be known of its beginning.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

import asyncpg

from storage import db

_LOCK = 0x6D696E69
"""The advisory lock under which one process seals while others wait: segments stand in a row."""

# Binary forms: no session setting writes a time or a number otherwise. Each part comes with its length, and null is
# none of them, so that rows may stand side by side.
ROW = (
    "record_send(row({r}.id, {r}.at, {r}.actor_id, {r}.action, {r}.outcome, {r}.subject_type, {r}.subject_id,"
    " {r}.customer_id, {r}.reason, {r}.request_id, {r}.channel, {r}.digests))"
)
_LAST = "select number, hash from change_log_segments order by number desc limit 1"
# Rows of one month together: a partition goes with whole segments. By key, so that what waits longest goes first.
_TAKE = f"""
with oldest as (
    select date_trunc('month', at at time zone 'UTC')::date as month from change_log_unsealed order by change_id limit 1
), taken as (
    delete from change_log_unsealed where change_id in (
        select u.change_id from change_log_unsealed u, oldest o
        where date_trunc('month', u.at at time zone 'UTC')::date = o.month order by u.change_id limit $1
    )
    returning change_id, at
)
select (select month from oldest) as month, array_agg(l.id order by l.id) as members, min(l.at) as first_at,
       max(l.at) as last_at, sha256(string_agg({ROW.format(r="l")}, ''::bytea order by l.id)) as content,
       (select count(*) from taken) as taken
from change_log l join taken t on t.change_id = l.id and t.at = l.at
"""
_GIVEN = (
    "number", "sealed_at", "month", "members", "first_at", "last_at", "content", "previous", "hash", "signature",
)  # fmt: skip
_ADD = f"""
insert into change_log_segments ({", ".join(_GIVEN)})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_COLUMNS = (
    "number, sealed_at, month, cardinality(members) as size, first_at, last_at, content, previous, hash, signature"
)
_SEGMENTS = f"select {_COLUMNS} from change_log_segments order by number"
# What stands in the log under the keys that were sealed. Between the first and the last time, so that PostgreSQL looks
# at one partition and there at one stretch.
_FOUND = f"""
select f.* from change_log_segments s cross join lateral (
    select s.number, count(l.id) as size,
           sha256(coalesce(string_agg({ROW.format(r="l")}, ''::bytea order by m.place)
                           filter (where l.id is not null), '')) as content
    from unnest(s.members) with ordinality m (key, place)
    left join change_log l on l.id = m.key and l.at between s.first_at and s.last_at
) f
where s.number between $1 and $2
"""
_MISSING = """
select m.key from change_log_segments s cross join unnest(s.members) m (key)
where s.number = $1
  and not exists (select from change_log l where l.id = m.key and l.at between s.first_at and s.last_at)
limit $2
"""
# Counted first: who looks for each row that is too many has to look at every one.
_COUNTS = """
select (select count(*) from change_log) as rows,
       (select count(*) from change_log_unsealed u where exists (
            select from change_log l where l.id = u.change_id and l.at = u.at)) as waiting,
       (select count(*) from change_log_unsealed) as listed
"""
_STRAYS = """
select l.id from change_log l
where not exists (select from change_log_unsealed u where u.change_id = l.id and u.at = l.at)
  and not exists (select from change_log_segments s
                  where l.at between s.first_at and s.last_at and l.id = any(s.members))
limit $1
"""
_DROPS = "select month, dropped_at, last_number, signature from change_log_drops"
_DROPPABLE = """
select distinct s.month from change_log_segments s
where s.month + interval '1 month' <= $1::timestamptz and s.month not in (select d.month from change_log_drops d)
order by 1 limit 1
"""


async def last() -> tuple[int, bytes] | None:
    """Number and hash of the newest segment."""
    rows = await db.rows(_LAST)
    return (rows[0]["number"], rows[0]["hash"]) if rows else None


async def alone() -> None:
    """Wait until no other process seals, and keep it so until the transaction ends."""
    await db.rows("select pg_advisory_xact_lock($1)", _LOCK)


async def take(most: int) -> dict[str, Any] | None:
    """Take rows off the list of those that wait: what makes a segment of them; None where none waits."""
    row = (await db.rows(_TAKE, most))[0]
    if not row["taken"]:
        return None
    if row["members"] is None or len(row["members"]) != row["taken"]:
        raise ValueError("rows of the change log that wait to be sealed are not there any more")
    return row


async def add(segment: dict[str, Any]) -> None:
    """Add a segment, given by its columns."""
    await db.rows(_ADD, *[segment[name] for name in _GIVEN])


async def droppable(before: datetime) -> date | None:
    """The oldest month that ended before, as far as it is sealed."""
    rows = await db.rows(_DROPPABLE, before)
    return rows[0]["month"] if rows else None


async def drop(month: date, most: int) -> bool:
    """Erase values of a month, at most so many; and its rows where no values are left: whether they are gone.

    The database refuses what is too young or not sealed.
    """
    return (await db.rows("select drop_change_log_month($1, $2) as gone", month, most))[0]["gone"]


async def note_drop(month: date, last_number: int, signature: bytes, at: datetime) -> None:
    """Note that a month was dropped when the chain had come so far."""
    await db.rows(
        "insert into change_log_drops (month, dropped_at, last_number, signature) values ($1, $2, $3, $4)",
        month, at, last_number, signature,
    )  # fmt: skip


class Snapshot:
    """The whole log as it was at one moment, however long it takes to look at it."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection

    async def segments(self) -> AsyncGenerator[asyncpg.Record]:
        """Every segment in its order, without its members."""
        async for row in self._connection.cursor(_SEGMENTS, prefetch=500):
            yield row

    async def found(self, first: int, last: int) -> dict[int, tuple[int, bytes]]:
        """Of each of these segments, how many of its rows there are and what they hold."""
        rows = await self._connection.fetch(_FOUND, first, last)
        return {row["number"]: (row["size"], row["content"]) for row in rows}

    async def missing(self, number: int, most: int) -> list[Any]:
        return [row["key"] for row in await self._connection.fetch(_MISSING, number, most)]

    async def counts(self) -> asyncpg.Record:
        """How many rows there are, and how many of them wait to be sealed."""
        row = await self._connection.fetchrow(_COUNTS)
        assert row is not None
        return row

    async def strays(self, most: int) -> list[Any]:
        """Rows that were never sealed and do not wait for it."""
        return [row["id"] for row in await self._connection.fetch(_STRAYS, most)]

    async def drops(self) -> list[asyncpg.Record]:
        return await self._connection.fetch(_DROPS)


@asynccontextmanager
async def snapshot(url: str) -> AsyncGenerator[Snapshot]:
    """A connection of its own, for it takes longer than requests may."""
    connection = await asyncpg.connect(**db.credentials(url), server_settings=_PATIENT)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield Snapshot(connection)
    finally:
        await connection.close()


_PATIENT = {"statement_timeout": "0", "transaction_timeout": "0", "idle_in_transaction_session_timeout": "0"}
