"""Statements about staff and departments that Tortoise cannot say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from storage import db

_ADMINISTRATION = 0x6D696E70

_OTHER_ADMINISTRATORS = """
select true from users where 'ADMIN' = any(roles) and disabled_at is null and id <> $1 limit 1
"""
_HELD = "select id, roles, department_id, disabled_at is not null as disabled from users where id = $1 for share"

_BELOW = """
with recursive below as (
    select id from departments where id = $1
    union
    select d.id from departments d join below b on d.parent_id = b.id
)
select true from below where id = $2
"""
_CONTENTS = """
select (select count(*) from users where department_id = $1) as staff,
       (select count(*) from departments where parent_id = $1) as children,
       (select count(*) from customers where department_id = $1) as customers
"""
_RESPONSIBLE = """
with recursive above as (
    select d.id, d.parent_id, d.manager_id, 0 as distance
    from departments d join customers c on c.department_id = d.id where c.id = $1
    union all
    select d.id, d.parent_id, d.manager_id, a.distance + 1 from departments d join above a on d.id = a.parent_id
), asked as (
    select c.owner_id as id, -1 as distance from customers c where c.id = $1
    union all
    select a.manager_id, a.distance from above a
    union all
    select u.id, 1000000 from users u where 'ADMIN' = any(u.roles)
)
select u.id from asked a join users u on u.id = a.id and u.disabled_at is null order by a.distance, u.id limit 1
"""
_STAFF = """
select u.staff_number, u.name, u.roles, u.department_id is not null as has_department,
       exists (select 1 from customers c where c.owner_id = u.id) as owns,
       exists (select 1 from collaborators k where k.user_id = u.id) as collaborates,
       exists (select 1 from departments d where d.manager_id = u.id) as manages
from users u where u.disabled_at is null order by u.staff_number
"""


async def lock_administration() -> None:
    """Let one transaction at a time change staff and departments."""
    await db.rows("select pg_advisory_xact_lock($1)", _ADMINISTRATION)


async def has_another_administrator(user_id: UUID) -> bool:
    """Whether somebody else is an administrator and not disabled."""
    return bool(await db.rows(_OTHER_ADMINISTRATORS, user_id))


async def held(user_id: UUID) -> dict[str, Any] | None:
    """Roles, department and whether he is disabled, which then stay so until this transaction ends.

    Locks on people come after those on customers, everywhere.
    """
    found = await db.rows(_HELD, user_id)
    return found[0] if found else None


async def is_below(department_id: UUID, top_id: UUID) -> bool:
    """Whether a department is `top_id` or hangs somewhere below it."""
    return bool(await db.rows(_BELOW, top_id, department_id))


async def contents(department_id: UUID) -> dict[str, int]:
    """How many members of staff, departments and customers there are in a department itself."""
    return (await db.rows(_CONTENTS, department_id))[0]


async def responsible(customer_id: UUID) -> UUID | None:
    """Who answers for a customer: its owner, the next manager up, or an administrator; of those who have not left."""
    found = await db.rows(_RESPONSIBLE, customer_id)
    return found[0]["id"] if found else None


async def active_staff() -> list[dict[str, Any]]:
    """Everybody who is not disabled, with what he can be to a customer."""
    return await db.rows(_STAFF)
