"""The change log: rows that nobody alters, and beside them values that can be erased (D35)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from service.core.ids import new_id
from storage import db

_ROWS = """
with r as (
    select * from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[],
                         $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[])
        as r (i, t, actor, action, outcome, type, subject, customer, reason, request, channel, digests)
), told as (
    insert into events (created_at, topic, key)
    select distinct now(), 'CUSTOMER', customer from r where customer is not null and outcome = 'DONE'
)
insert into change_log (id, at, actor_id, action, outcome, subject_type, subject_id, customer_id, reason, request_id,
                        channel, digests)
select i, t, actor, action, outcome, type, subject, customer, reason, request, channel, digests::json from r
"""
"""Who follows a customer is told in the same statement: no change of one is without it."""
_VALUES = """
insert into change_values (change_id, field, before, after)
select i, f, b::json, a::json from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as v (i, f, b, a)
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of the log."""

    at: datetime
    actor_id: UUID | None
    action: str
    outcome: str
    subject_type: str | None
    subject_id: UUID | None
    customer_id: UUID | None
    reason: str | None
    request_id: str | None
    channel: str
    digests: dict[str, list[str | None]]
    values: dict[str, tuple[Any, Any]]
    """Before and after of each field that may be kept; IDENTITY values are not among them."""


async def add(entries: list[Entry]) -> None:
    """Write the rows and their values, in the transaction that is open: two statements, however many they are."""
    keys = [new_id() for _ in entries]
    rows = [
        (
            key, e.at, e.actor_id, e.action, e.outcome, e.subject_type, e.subject_id, e.customer_id, e.reason,
            e.request_id, e.channel, orjson.dumps(e.digests).decode(),
        )
        for key, e in zip(keys, entries, strict=True)
    ]  # fmt: skip
    await db.rows(_ROWS, *map(list, zip(*rows, strict=True)))
    values = [
        (key, name, orjson.dumps(before, default=str).decode(), orjson.dumps(after, default=str).decode())
        for key, entry in zip(keys, entries, strict=True)
        for name, (before, after) in entry.values.items()
    ]
    if values:
        await db.rows(_VALUES, *map(list, zip(*values, strict=True)))


PARTITIONS = """
select ensure_change_log_partition((date_trunc('month', now()) + make_interval(months => m))::date)
from generate_series(0, $1::int) m
"""
_PARTITIONS_LOCK = 0x6D696E68
"""Two schedules may ask for the same partition at once; the second waits, and finds it made."""


async def ensure_partitions(months: int) -> None:
    """Make the partitions of this month and the next ones, in the transaction that is open."""
    await db.rows("select pg_advisory_xact_lock($1)", _PARTITIONS_LOCK)
    await db.rows(PARTITIONS, months)
