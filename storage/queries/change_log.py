"""The change log: rows that nobody alters, and beside them values that can be erased (D35)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from service.core.ids import new_id
from storage import db
from storage.writes import ROWS, Writes

_LOG, _VALUES, _EVENTS = "change_log", "change_values", "events"
_ADD_ROWS = f"""
insert into change_log (id, at, actor_id, action, outcome, subject_type, subject_id, customer_id, reason, request_id,
                        channel, digests)
select id, at, actor_id, action, outcome, subject_type, subject_id, customer_id, reason, request_id, channel, digests
from json_populate_recordset(null::change_log, {ROWS})
"""
_ADD_EVENTS = f"""
insert into events (created_at, topic, key)
select now(), 'CUSTOMER', key from json_to_recordset({ROWS}) as e (key uuid)
"""
"""Who follows a customer is told in the same statement: no change of one is without it."""
# As texts: read as what it is, a null would be none of JSON's.
_ADD_VALUES = f"""
insert into change_values (change_id, field, before, after)
select id, field, before::json, after::json
from json_to_recordset({ROWS}) as v (id uuid, field text, before text, after text)
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


_COLUMNS = tuple(field.name for field in fields(Entry) if field.name != "values")
COLUMNS = ("id", *_COLUMNS)


async def add(entries: list[Entry]) -> None:
    """Write the rows and their values, in the transaction that is open: one statement, however many they are."""

    def keep(writes: Writes) -> bool:
        return all(_keep(writes, new_id(), entry) for entry in entries)

    await db.write(keep)


def _keep(writes: Writes, key: UUID, entry: Entry) -> bool:
    row = {name: getattr(entry, name) for name in _COLUMNS}
    kept = writes.insert(_LOG, _ADD_ROWS, key, {"id": key, **row})
    if entry.customer_id is not None and entry.outcome == "DONE":
        kept = writes.insert(_EVENTS, _ADD_EVENTS, entry.customer_id, {"key": entry.customer_id}) and kept
    for name, (before, after) in entry.values.items():
        value = {"id": key, "field": name, "before": _json(before), "after": _json(after)}
        kept = writes.insert(_VALUES, _ADD_VALUES, (key, name), value) and kept
    return kept


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


_ONE = """
select l.subject_type, l.subject_id, l.customer_id, l.action,
       (select coalesce(json_object_agg(v.field, json_build_array(v.before, v.after) order by v.field), '{}')::text
        from change_values v where v.change_id = l.id) as values
from change_log l where l.id = $1 and l.outcome = 'DONE'
"""


@dataclass(frozen=True)
class Done:
    """What was done to one record."""

    subject_type: str | None
    subject_id: UUID | None
    customer_id: UUID | None
    action: str
    values: dict[str, list[Any]]
    """Before and after of each field whose values are kept."""


async def one(change_id: UUID) -> Done | None:
    """A change by its key; None where there is none, or what was tried was refused."""
    found = await db.rows(_ONE, change_id)
    return Done(**{**found[0], "values": orjson.loads(found[0]["values"])}) if found else None


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
