"""Statements about the tags of many customers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from storage import db

_ATTACH = """
insert into customer_tags (id, created_at, customer_id, tag_id)
select uuidv7(), $3, c, t from unnest($1::uuid[]) c cross join unnest($2::uuid[]) t
on conflict do nothing
returning customer_id, tag_id
"""
_BORNE = """
select x.customer_id, x.tag_id, t.name, t.is_system from customer_tags x join tags t on t.id = x.tag_id
where x.customer_id = any($1::uuid[]) order by x.customer_id, x.id
"""
_DETACH = """
delete from customer_tags x using unnest($1::uuid[], $2::uuid[]) as g (customer_id, tag_id)
where x.customer_id = g.customer_id and x.tag_id = g.tag_id returning 1
"""


async def attach(customers: list[UUID], tags: list[UUID], at: datetime) -> dict[UUID, set[UUID]]:
    """Put every tag on every customer; of each customer, the tags that it did not bear before."""
    new: dict[UUID, set[UUID]] = {}
    for row in await db.rows(_ATTACH, customers, tags, at):
        new.setdefault(row["customer_id"], set()).add(row["tag_id"])
    return new


async def borne(customers: list[UUID]) -> dict[UUID, dict[UUID, tuple[str, bool]]]:
    """The tags of each customer: by key, the name and whether it is a system tag."""
    found: dict[UUID, dict[UUID, tuple[str, bool]]] = {}
    for row in await db.rows(_BORNE, customers):
        found.setdefault(row["customer_id"], {})[row["tag_id"]] = (row["name"], row["is_system"])
    return found


async def detach(pairs: list[tuple[UUID, UUID]]) -> None:
    """Take tags off customers: (customer, tag)."""
    if pairs:
        customers, tags = (list(column) for column in zip(*pairs, strict=True))
        await db.rows(_DETACH, customers, tags)
