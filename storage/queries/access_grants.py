"""Access grants: their customers, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from storage import db

_PLACES = """
select department_id, array_agg(id order by id) as customers from customers where id = any($1) group by department_id
order by department_id nulls last
"""
_ADD = """
insert into access_grant_customers (id, grant_id, customer_id)
select uuidv7(), $1, c from unnest($2::uuid[]) c returning 1
"""
_CUSTOMERS = "select customer_id from access_grant_customers where grant_id = $1 order by customer_id"
_OVER = """
select id from access_grants where copied_at is not null and (until <= now() or ended_at is not null)
order by id limit $1 for no key update skip locked
"""
_FORGET = "update access_grants set copied_at = null where id = any($1) returning 1"
_OPENED = """
select m.grant_id, m.customer_id, g.begins_at <= now() as has_begun
from access_grant_customers m join access_grants g on g.id = m.grant_id
where m.grant_id = any($1) and m.customer_id = any($2) order by m.grant_id, m.customer_id
"""


async def by_department(customers: Iterable[UUID]) -> list[tuple[UUID | None, list[UUID]]]:
    """The customers, by the department that answers for them."""
    return [(row["department_id"], row["customers"]) for row in await db.rows(_PLACES, list(customers))]


async def add_customers(grant_id: UUID, customers: Sequence[UUID]) -> None:
    await db.rows(_ADD, grant_id, list(customers))


async def customers_of(grant_id: UUID) -> list[UUID]:
    """The customers that a grant is about, in the order of their keys."""
    return [row["customer_id"] for row in await db.rows(_CUSTOMERS, grant_id)]


async def copies_over(limit: int) -> list[UUID]:
    """Grants that are over and have been copied; they stay locked."""
    return [row["id"] for row in await db.rows(_OVER, limit)]


async def forget_copies(grants: Iterable[UUID]) -> None:
    """Note that there is no copy of them any more."""
    await db.rows(_FORGET, list(grants))


async def opening(held: Iterable[UUID], customers: Iterable[UUID]) -> dict[tuple[UUID, UUID], bool]:
    """Which of the grants are about which of the customers, and whether each has begun."""
    found = await db.rows(_OPENED, list(held), list(customers))
    return {(row["grant_id"], row["customer_id"]): row["has_begun"] for row in found}
