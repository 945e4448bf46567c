"""Statements about customers that Tortoise cannot say, or not in one step."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from storage import db

_TAKEN = """
select c.number, u.name as owner from customers c left join users u on u.id = c.owner_id
where c.uscc = $1 and c.state in ('ACTIVE', 'ARCHIVED') and c.id <> $2
"""
_SERIAL = """
insert into customer_number_counters as c (day, last_serial) values ($1, 1)
on conflict (day) do update set last_serial = c.last_serial + 1
returning last_serial
"""
_FACTS = """
select
    (select array_agg(t.name) from customer_tags x join tags t on t.id = x.tag_id
     where x.customer_id = $1 and t.is_system) as system_tags,
    (select count(*) from follow_ups f where f.customer_id = $1 and f.removed_at is null) as follow_ups
"""


async def lock_uscc(uscc: str) -> None:
    """Let one transaction at a time decide about a code."""
    await db.rows("select pg_advisory_xact_lock(hashtextextended('uscc:' || $1, 0))", uscc)


async def with_uscc(uscc: str, besides: UUID) -> dict[str, Any] | None:
    """Number and owner of another customer in effect with this code."""
    found = await db.rows(_TAKEN, uscc, besides)
    return found[0] if found else None


async def next_serial(day: date) -> int:
    """The next serial of a business day. The counter stays locked until the transaction ends: call it late."""
    return int((await db.rows(_SERIAL, day))[0]["last_serial"])


async def facts(customer_id: UUID) -> dict[str, Any]:
    return (await db.rows(_FACTS, customer_id))[0]
