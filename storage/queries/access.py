"""What access is decided from: the policy, and a person's place in the house."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from storage import db

_POLICY = """
select (select version from policy_versions) as version, principal_kind, principal, data_class, level from policy_cells
"""

_PERSON = """
with recursive present as (
    select $1::uuid as person
    union
    select d.user_id from delegations d join users a on a.id = d.user_id
    where d.delegate_id = $1 and d.ended_at is null and d.begins_at <= now() and d.until > now()
      and a.disabled_at is null
), managed as (
    select p.person, d.id from present p join departments d on d.manager_id = p.person
    union
    select m.person, d.id from departments d join managed m on d.parent_id = m.id
)
select u.id, u.staff_number, u.name, u.roles, u.department_id, u.must_change_password, u.session_epoch,
       u.disabled_at is not null as disabled,
       array(select id from managed where person = $1) as managed,
       array(select g.id from access_grants g
             where g.holder_id = $1 and g.delivery = 'GRANT' and g.granted_at is not null and g.ended_at is null
               and g.until > now() order by g.id) as grants,
       (select coalesce(json_agg(json_build_object(
            'id', a.id, 'roles', a.roles, 'department_id', a.department_id,
            'managed', array(select m.id from managed m where m.person = a.id))), '[]')::text
        from present p join users a on a.id = p.person where a.id <> $1) as deputises
from users u where u.id = $1
"""

_SESSION_OPEN = "select true from sessions where id = $1 and ended_at is null and expires_at > now()"


async def policy_rows() -> list[dict[str, Any]]:
    return await db.rows(_POLICY)


async def person(user_id: UUID) -> dict[str, Any] | None:
    found = await db.rows(_PERSON, user_id)
    return found[0] if found else None


async def session_is_open(session_id: UUID) -> bool:
    return bool(await db.rows(_SESSION_OPEN, session_id))
