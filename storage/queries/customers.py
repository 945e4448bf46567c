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
    array(select t.name from customer_tags x join tags t on t.id = x.tag_id
          where x.customer_id = $1 and t.is_system) as system_tags,
    array(select kind from needs n, unnest(n.kinds) kind where n.customer_id = $1) as need_kinds,
    (select n.priority from needs n where n.customer_id = $1 and n.priority is not null
     order by n.created_at limit 1) as need_priority,
    exists (select from follow_ups f where f.customer_id = $1 and f.removed_at is null) as has_follow_ups,
    array(select row(k.name, k.title, k.mobile, k.is_primary) from contacts k
          where k.customer_id = $1 and k.removed_at is null order by k.created_at, k.id) as contacts
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
    """What else belongs to a customer, as far as a submission asks for it."""
    return (await db.rows(_FACTS, customer_id))[0]
