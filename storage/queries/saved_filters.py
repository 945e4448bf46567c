"""Statements about saved filters that Tortoise cannot say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from storage import db

_VISIBLE = """
with recursive above as (
    select id, parent_id from departments where id = $2
    union
    select d.id, d.parent_id from departments d join above a on d.id = a.parent_id
)
select f.id, f.owner_id, f.department_id, f.name, f.entity, f."where", f.order_by, f.columns, f.version, f.created_at,
       f.updated_at, u.disabled_at is not null as owner_left
from saved_filters f join users u on u.id = f.owner_id
where (f.owner_id = $1 or f.department_id in (select id from above) or f.department_id = any($3::uuid[]))
"""


async def visible(
    user_id: UUID, department_id: UUID | None, managed: list[UUID], *, one: UUID | None = None
) -> list[dict[str, Any]]:
    """A person's own filters and those shared with his department, one above it, or one that he manages; by name.

    `one`: that one only.
    """
    if one is not None:
        return await db.rows(f"{_VISIBLE} and f.id = $4", user_id, department_id, managed, one)
    return await db.rows(f"{_VISIBLE} order by f.name, f.id", user_id, department_id, managed)
