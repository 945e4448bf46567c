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
_OPENED = """
select m.grant_id, m.customer_id from access_grant_customers m
where m.grant_id = any($1) and m.customer_id = any($2) order by m.grant_id, m.customer_id
"""


async def by_department(customers: Iterable[UUID]) -> list[tuple[UUID | None, list[UUID]]]:
    """The customers, by the department that answers for them."""
    return [(row["department_id"], row["customers"]) for row in await db.rows(_PLACES, list(customers))]


async def add_customers(grant_id: UUID, customers: Sequence[UUID]) -> None:
    await db.rows(_ADD, grant_id, list(customers))


async def opening(held: Iterable[UUID], customers: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """Which of the grants are about which of the customers."""
    return [(r["grant_id"], r["customer_id"]) for r in await db.rows(_OPENED, list(held), list(customers))]
