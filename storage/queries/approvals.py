"""Requests for approval: flows, who hears of a request, and what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson

from service.core.enums import Decider, Role
from storage import db

_FLOW = """
with recursive above as (
    select d.id, d.parent_id, 0 as distance from departments d where d.id = $2::uuid
    union all
    select d.id, d.parent_id, a.distance + 1 from departments d join above a on d.id = a.parent_id
)
select f.is_on, f.rules from approval_flows f left join above a on a.id = f.department_id
where f.kind = $1 and (f.department_id is null or a.id is not null) order by a.distance nulls last limit 1
"""

_CUSTOMER = "select customer_id from approvals where id = $1"
_LOCK_CUSTOMER = "select id from customers where id = $1 for no key update"

_HEARING = f"""
with recursive asked as (
    select a.*, coalesce((select c.department_id from customers c where c.id = a.customer_id), a.department_id) as place
    from approvals a where a.id = $1
), above as (
    select d.id, d.parent_id, d.manager_id, 0 as distance from departments d join asked a on d.id = a.place
    union all
    select d.id, d.parent_id, d.manager_id, b.distance + 1 from departments d join above b on d.id = b.parent_id
), able as (
    select u.id, u.roles, u.department_id from users u, asked a
    where u.disabled_at is null and u.id <> a.requester_id and u.id <> all(a.decided_before)
), manager as (
    select u.id from above b join able u on u.id = b.manager_id order by b.distance limit 1
), entitled as (
    select m.id from manager m, asked a
    where a.rule in ('{Decider.DEPARTMENT_HEAD}', '{Decider.SUPERVISOR}', '{Decider.HR_OR_MANAGER}')
    union
    select u.id from able u, asked a
    where (a.rule = '{Decider.DATA_STEWARD}' and '{Role.DATA_STEWARD}' = any(u.roles))
       or (a.rule = '{Decider.HR_OR_MANAGER}' and '{Role.HR}' = any(u.roles))
       or (a.rule = '{Decider.SUPERVISOR}' and u.department_id = a.place
           and u.roles && array['{Role.SALES_MANAGER}', '{Role.SERVICE_MANAGER}'])
), chosen as (
    select id from entitled
    union
    select u.id from able u where '{Role.ADMIN}' = any(u.roles) and not exists (select from entitled)
)
select id from chosen
union
select d.delegate_id from delegations d join chosen c on c.id = d.user_id join able u on u.id = d.delegate_id
where d.ended_at is null and d.begins_at <= now() and d.until > now()
"""
"""Whoever may decide and is nearest: of managers the first one up; administrators where there is nobody else (D34)."""
_TELL = f"""
insert into events (created_at, topic, key, record_id)
select now(), 'APPROVAL', h.id, $1 from ({_HEARING}) h returning key
"""
_TELL_ONE = "insert into events (created_at, topic, key, record_id) values (now(), 'APPROVAL', $2, $1) returning key"

_OVERLAPPING = """
select a.id from approvals a
where a.customer_id = $1 and a.kind = $2 and a.state = 'PENDING' and a.requester_id = $3
  and a.subject_id = $4 and exists (select from approval_changes c where c.approval_id = a.id and c.field = any($5))
order by a.id for update
"""
_ADD_CHANGES = """
insert into approval_changes (id, approval_id, field, before, after, sealed)
select uuidv7(), $1, c.field, c.before::jsonb, c.after::jsonb, c.sealed
from unnest($2::text[], $3::text[], $4::text[], $5::bytea[]) c(field, before, after, sealed) returning 1
"""
_CHANGES = "select field, before, after, sealed from approval_changes where approval_id = $1 order by field"
_FORGET_SEALED = "update approval_changes set sealed = null where approval_id = $1 and sealed is not null returning 1"
_FORGET_SEALED_OF = """
update approval_changes c set sealed = null from approvals a
where a.id = c.approval_id and a.customer_id = $1 and c.sealed is not null returning 1
"""
_EXPIRED = """
select id from approvals where state = 'PENDING' and expires_at <= now() order by customer_id, id limit $1
"""
_SILENT = """
update approvals set reminded_at = now() where id in (
    select id from approvals where state = 'PENDING' and expires_at > now()
      and coalesce(reminded_at, created_at) <= now() - $1::interval
    order by id limit $2 for update skip locked
)
returning id
"""
_OPEN_OF = """
select d.id, d.user_id, u.name as user_name, d.delegate_id, t.name as delegate_name, d.begins_at, d.until
from delegations d join users u on u.id = d.user_id join users t on t.id = d.delegate_id
where d.ended_at is null and d.until > now() and ($2 or $1 in (d.user_id, d.delegate_id))
order by d.begins_at, d.id limit 500
"""
_FLOWS = """
select f.kind, f.department_id, d.name as department_name, f.is_on, f.rules, f.version
from approval_flows f left join departments d on d.id = f.department_id order by f.kind, d.name nulls first
"""
_CONCERNED = """
with recursive above as (
    select d.id as start, d.id, d.parent_id, 0 as distance from departments d
    union all
    select a.start, d.id, d.parent_id, a.distance + 1 from departments d join above a on d.id = a.parent_id
), today as (
    select distinct on (a.start) a.start as id, f.is_on, f.department_id as of_department, a.distance
    from above a join approval_flows f on f.kind = $1 and f.department_id = a.id order by a.start, a.distance
), wanted as (
    -- A department that has a switch of its own, or one nearer to it than the changed one, stays as it is.
    select d.id from departments d left join today t on t.id = d.id
    where case when $2::uuid is null then t.id is null
               else exists (select from above a where a.start = d.id and a.id = $2
                            and (t.id is null or t.distance >= a.distance)) end
)
select w.id, d.name,
       coalesce((select t.is_on from today t where t.id = w.id),
                (select f.is_on from approval_flows f where f.kind = $1 and f.department_id is null)) as is_on,
       exists (select from above a join departments m on m.id = a.id join users u on u.id = m.manager_id
               where a.start = w.id and u.disabled_at is null) as has_manager,
       (select coalesce(json_agg(u.roles), '[]')::text from users u
        where u.department_id = w.id and u.disabled_at is null) as staff
from wanted w join departments d on d.id = w.id order by d.name, w.id
"""


async def flow(kind: str, department_id: UUID | None) -> dict[str, Any] | None:
    """Whether requests of that kind are made in a department, and who decides: its own switch, else the next one up."""
    found = await db.rows(_FLOW, kind, department_id)
    return found[0] if found else None


async def customer_of(approval_id: UUID) -> UUID | None:
    """The customer that a request is about. KeyError where there is no such request."""
    found = await db.rows(_CUSTOMER, approval_id)
    if not found:
        raise KeyError(approval_id)
    return found[0]["customer_id"]


async def lock_customer(customer_id: UUID) -> None:
    """Let nobody else change the customer until this transaction ends: before its requests are locked, everywhere."""
    await db.rows(_LOCK_CUSTOMER, customer_id)


async def tell_deciders(approval_id: UUID) -> list[UUID]:
    """Let those who may decide know of a request; who they are."""
    return [row["key"] for row in await db.rows(_TELL, approval_id)]


async def tell(approval_id: UUID, person: UUID) -> None:
    """Let one person know that something has happened to a request."""
    await db.rows(_TELL_ONE, approval_id, person)


async def overlapping(
    customer_id: UUID, kind: str, requester: UUID, subject: UUID, fields: Sequence[str]
) -> list[UUID]:
    """Open requests of the same person to change one of these fields of the same record; they stay locked."""
    return [row["id"] for row in await db.rows(_OVERLAPPING, customer_id, kind, requester, subject, list(fields))]


async def add_changes(approval_id: UUID, pairs: Mapping[str, tuple[Any, Any]], sealed: Mapping[str, bytes]) -> None:
    """Note what a request is to change: each field before and after, and what is sealed of it."""
    before, after = ([orjson.dumps(pair[side]).decode() for pair in pairs.values()] for side in (0, 1))
    await db.rows(_ADD_CHANGES, approval_id, list(pairs), before, after, [sealed.get(name) for name in pairs])


async def changes(approval_id: UUID) -> list[dict[str, Any]]:
    """What a request is to change: field, before and after as JSON, and what is sealed of it."""
    return await db.rows(_CHANGES, approval_id)


async def forget_sealed(approval_id: UUID) -> None:
    """Keep no protected value of a request that has ended (D60)."""
    await db.rows(_FORGET_SEALED, approval_id)


async def forget_sealed_of(customer_id: UUID) -> None:
    """The same of every request about a customer whose values were erased."""
    await db.rows(_FORGET_SEALED_OF, customer_id)


async def expired(limit: int) -> list[UUID]:
    """Open requests that nobody has decided in time, those of one customer together."""
    return [row["id"] for row in await db.rows(_EXPIRED, limit)]


async def silent(age: timedelta, limit: int) -> list[UUID]:
    """Open requests of which nobody has heard for so long; noted as reminded of now."""
    return [row["id"] for row in await db.rows(_SILENT, age, limit)]


async def delegations(person: UUID, *, every: bool) -> list[dict[str, Any]]:
    """Who stands in for whom, now or later: of one person, or of everybody."""
    return await db.rows(_OPEN_OF, person, every)


async def flows() -> list[dict[str, Any]]:
    """Every switch: the company's, and those of departments."""
    return await db.rows(_FLOWS)


async def concerned(kind: str, department_id: UUID | None) -> list[dict[str, Any]]:
    """The departments for which a switch would count, each with what holds today and its staff's roles."""
    return await db.rows(_CONCERNED, kind, department_id)
