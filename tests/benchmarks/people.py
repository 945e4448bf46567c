"""Who works in the benchmark's company, and those of them who look at its customers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import asyncpg

from service.boundary import tokens
from service.core import clock
from service.core.enums import Role
from service.core.ids import to_global

DEPARTMENTS = 20
STAFF_EACH = 10

_DEPARTMENTS = """
insert into departments (id, created_at, updated_at, version, name)
select uuidv7(), $1, $1, 1, '销售' || d || '部' from generate_series(1, $2::int) d
"""
_STAFF = """
insert into users (id, created_at, updated_at, version, staff_number, name, roles, department_id, password_hash,
                   must_change_password, session_epoch)
select uuidv7(), $1, $1, 1, 's' || lpad(d.n || '', 2, '0') || lpad(s || '', 2, '0'), '销售' || d.n || '-' || s,
       array['SALES'], d.id, 'no password', false, 1
from (select id, row_number() over (order by id)::int as n from departments) d, generate_series(1, $2::int) s
"""
_VIEWERS = """
with above as (
    insert into departments (id, created_at, updated_at, version, name)
    values (uuidv7(), $1, $1, 1, '外区'), (uuidv7(), $1, $1, 1, '重点客户部') returning id, name
), first as (select id from departments order by id limit 1), staff (number, name, role, department) as (
    values ('m01', '一部经理', 'SALES', (select id from first)),
           ('m02', '外区经理', 'SALES', (select id from above where name = '外区')),
           ('s2101', '重点客户', 'SALES', (select id from above where name = '重点客户部')),
           ('a01', '管理员', 'ADMIN', null::uuid)
)
insert into users (id, created_at, updated_at, version, staff_number, name, roles, department_id, password_hash,
                   must_change_password, session_epoch)
select uuidv7(), $1, $1, 1, number, name, array[role], department, 'no password', false, 1 from staff
"""
_LED = """
update departments d set manager_id = u.id from users u
where u.department_id = d.id and u.staff_number in ('m01', 'm02')
"""
_BELOW = """
update departments d set parent_id = (select id from departments where name = '外区')
where d.name not in ('外区', '重点客户部') and d.manager_id is null
"""
_SESSIONS = """
insert into sessions (id, created_at, user_id, token_digest, expires_at)
select uuidv7(), $1, id, id::text, $2 from users
"""

HALF_OWNER = "s0101"
"""Owns every second of the newest tenth of all customers; the others of these belong to his department."""
ORDINARY = "s0705"
"""Owns a two-hundredth of the older customers; his department owns a twentieth of them."""
FEW = "s2101"
"""Owns a thousandth of the customers, scattered over all."""
OF_A_TENTH = "m01"
"""Manages the department that has the newest tenth."""
OF_MOST = "m02"
"""Manages all other departments, and so sees nine tenths in full."""
ADMIN = "a01"

ADMINISTRATOR = "s2010"
"""Sells like the others, until a benchmark has something administered."""


async def make(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Departments, staff, and an open session for everybody."""
    now = clock.now()
    await connection.execute(_DEPARTMENTS, now, DEPARTMENTS)
    await connection.execute(_STAFF, now, STAFF_EACH)
    await connection.execute(_VIEWERS, now)
    await connection.execute(_LED)
    await connection.execute(_BELOW)
    await connection.execute(_SESSIONS, now, now + timedelta(days=14))


async def token_of(url: str, staff_number: str) -> str:
    """A fresh access token of that person: it is good for minutes, so each measurement takes its own."""
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow(
            "select u.id, s.id as session, u.session_epoch from users u join sessions s on s.user_id = u.id"
            " where u.staff_number = $1",
            staff_number,
        )
    finally:
        await connection.close()
    assert row is not None
    user, session, epoch = row["id"], row["session"], row["session_epoch"]
    assert isinstance(user, UUID)
    return tokens.access_token(user, session, epoch)[0]


async def id_of(url: str, staff_number: str) -> str:
    """The person's id as clients see it."""
    connection = await asyncpg.connect(url)
    try:
        return to_global("usr", await connection.fetchval("select id from users where staff_number = $1", staff_number))
    finally:
        await connection.close()


async def newest_customer(url: str) -> tuple[str, str]:
    """The id and the key of the newest customer."""
    connection = await asyncpg.connect(url)
    try:
        key = await connection.fetchval("select id from customers order by created_at desc, id desc limit 1")
    finally:
        await connection.close()
    return to_global("cus", key), str(key)


async def appoint(url: str, staff_number: str, *roles: Role) -> None:
    """Give somebody these roles instead of what he had. Servers that are started afterwards know it."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("update users set roles = $2 where staff_number = $1", staff_number, list(roles))
    finally:
        await connection.close()
