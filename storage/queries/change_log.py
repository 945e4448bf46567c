"""The change log: rows that nobody alters, and beside them values that can be erased (D35)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from service.core.ids import new_id
from storage import db

_ROW = """
insert into change_log (id, at, actor_id, action, outcome, subject_type, subject_id, customer_id, reason, request_id,
                        channel, digests)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_VALUES = """
insert into change_values (change_id, field, before, after)
select $1, f, b::json, a::json from unnest($2::text[], $3::text[], $4::text[]) as v (f, b, a)
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


async def add(entry: Entry) -> None:
    """Write the row and its values, in the transaction that is open."""
    key = new_id()
    await db.rows(
        _ROW,
        key,
        entry.at,
        entry.actor_id,
        entry.action,
        entry.outcome,
        entry.subject_type,
        entry.subject_id,
        entry.customer_id,
        entry.reason,
        entry.request_id,
        entry.channel,
        orjson.dumps(entry.digests).decode(),
    )
    if entry.values:
        before = [orjson.dumps(b, default=str).decode() for b, _ in entry.values.values()]
        after = [orjson.dumps(a, default=str).decode() for _, a in entry.values.values()]
        await db.rows(_VALUES, key, list(entry.values), before, after)


_PARTITIONS = """
select ensure_change_log_partition((date_trunc('month', now()) + make_interval(months => m))::date)
from generate_series(0, $1::int) m
"""
_PARTITIONS_LOCK = 0x6D696E68
"""Two schedules may ask for the same partition at once; the second waits, and finds it made."""


async def ensure_partitions(months: int) -> None:
    """Make the partitions of this month and the next ones, in the transaction that is open."""
    await db.rows("select pg_advisory_xact_lock($1)", _PARTITIONS_LOCK)
    await db.rows(_PARTITIONS, months)
