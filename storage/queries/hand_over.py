"""Statements of hand-overs: sets of customers that get another owner (D4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from storage import db

_OWNED = "select id from customers where owner_id = $1 and ($2::bool or state = 'ACTIVE') order by id"
_ABOUT = """
select job_id, from_user_id, to_user_id, approved_by_id, reason, mode, checked, reverting
from hand_overs where job_id = $1
"""
_SLICE = "select customer_ids[$2::int + 1 : $3::int] as part from hand_overs where job_id = $1"
_OF_OWNER = """
select id, number, state, version, owner_id, department_id from customers
where id = any($1::uuid[]) and owner_id = $2 order by id for no key update
"""
_GIVE = """
update customers c set owner_id = n.owner, department_id = n.department, version = c.version + 1, updated_at = $4,
                       updated_by_id = $5
from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as n (id, owner, department)
where c.id = n.id
returning 1
"""
# What a job has changed of a customer stands in the change log, under the job's key.
_BEFORE = """
select c.id, c.version, c.owner_id, c.department_id, b.owner_before, b.department_before
from customers c
join lateral (
    select bool_or(v.field = 'owner_id') as owner_changed, bool_or(v.field = 'department_id') as department_changed,
           (max(v.before #>> '{}') filter (where v.field = 'owner_id'))::uuid as owner_value,
           (max(v.before #>> '{}') filter (where v.field = 'department_id'))::uuid as department_value
    from change_log l join change_values v on v.change_id = l.id
    where l.customer_id = c.id and l.request_id = $2 and l.action = 'customer.hand_over'
) l on l.owner_changed is not null
cross join lateral (
    select case when l.owner_changed then l.owner_value else c.owner_id end as owner_before,
           case when l.department_changed then l.department_value else c.department_id end as department_before
) b
where c.id = any($1::uuid[]) and c.owner_id = $3
order by c.id for no key update of c
"""


async def owned(user_id: UUID, *, in_any_state: bool) -> list[UUID]:
    """The keys of the customers that a person owns, in ascending order: those in effect, or all."""
    return [row["id"] for row in await db.rows(_OWNED, user_id, in_any_state)]


async def about(job_id: UUID) -> dict[str, Any]:
    """What the job is about, without the customers: there may be a hundred thousand."""
    return (await db.rows(_ABOUT, job_id))[0]


async def part(job_id: UUID, first: int, end: int) -> list[UUID]:
    """The customers from place `first` up to `end`, which is not among them."""
    return list((await db.rows(_SLICE, job_id, first, end))[0]["part"])


async def mark(job_id: UUID, flag: Literal["checked", "reverting"]) -> None:
    """Note how far a hand-over is, besides its progress."""
    await db.rows(f"update hand_overs set {flag} = true where job_id = $1 returning 1", job_id)


async def put_back_if_whole(job_id: UUID) -> bool:
    """Let a hand-over put back what it has moved, if it is all or nothing; whether it is."""
    whole = "update hand_overs set reverting = true where job_id = $1 and mode = 'ALL_OR_NOTHING' returning 1"
    return bool(await db.rows(whole, job_id))


async def of_owner(customers: list[UUID], owner_id: UUID) -> list[dict[str, Any]]:
    """Those of the customers that he owns, locked in the order of their keys."""
    return await db.rows(_OF_OWNER, customers, owner_id)


async def before(customers: list[UUID], job_id: UUID, owner_id: UUID) -> list[dict[str, Any]]:
    """What the job has changed of them and nobody else since, locked, with what was there before."""
    return await db.rows(_BEFORE, customers, str(job_id), owner_id)


async def give(moves: list[tuple[UUID, UUID | None, UUID | None]], at: datetime, by: UUID) -> None:
    """Set owner and department of each customer: (customer, owner, department)."""
    customers, owners, departments = (list(column) for column in zip(*moves, strict=True))
    await db.rows(_GIVE, customers, owners, departments, at, by)
