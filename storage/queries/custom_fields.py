"""Who has values in fields that administrators defined, and in built-in ones (D10)."""

from __future__ import annotations

from typing import Any

from storage import db

_LOCK = 0x6D696E69
"""Definitions are made one at a time: the places after the last one are told apart, and counted."""

_USED = "select exists (select 1 from customers where custom ? $1) as used"
_IN_EFFECT = "state = 'ACTIVE'"
_OWN = f"""
select f.key as name, f.retired_at is not null as retired,
       count(c.id) filter (where c.custom ? f.key) as filled,
       count(c.id) filter (where f.kind is null or f.kind = c.kind) as customers
from custom_fields f left join (select id, kind, custom from customers where {_IN_EFFECT}) c on true
group by f.id order by f.position, f.key
"""


async def lock_definitions() -> None:
    await db.rows("select pg_advisory_xact_lock($1)", _LOCK)


async def is_used(key: str) -> bool:
    """Whether any customer, in whatever state, has a value."""
    return bool((await db.rows(_USED, key))[0]["used"])


async def own_usage() -> list[dict[str, Any]]:
    """Of each field that administrators defined: how many customers in effect have a value, of how many that may."""
    return await db.rows(_OWN)


async def built_in_usage(columns: dict[str, str | None]) -> dict[str, tuple[int, int]]:
    """The same of columns, each with the kind of customer that alone has it."""
    filters = {name: f" filter (where kind = '{kind}')" if kind else "" for name, kind in columns.items()}
    named = ", ".join(f"array[count({name}), count(*){only}] as {name}" for name, only in filters.items())
    (row,) = await db.rows(f"select {named} from customers where {_IN_EFFECT}")
    return {name: (row[name][0], row[name][1]) for name in columns}
