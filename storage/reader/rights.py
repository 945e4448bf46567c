"""What a viewer may see of one customer, as flags: from the same guards as every read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from service.core.enums import DataClass, Level, Relation
from service.core.selection import Request, Slot
from storage import db
from storage.models import Customer
from storage.queries import rows
from storage.reader.guards import Guards, Scope
from storage.reader.sql import Param, Sql, join, param, viewer

_CUSTOMER = "c"
_PERMITTED = Sql(
    "exists (select 1 from edit_permissions e where e.customer_id = c.id and e.user_id = ", viewer("id", "uuid"), ")"
)
"""«The viewer was given an edit permission» (D3). No relation of the policy: it shows nothing."""
_KEYS = "customers"


async def rights(
    guards: Guards, customers: Iterable[UUID], request: Request, *, lock: bool
) -> dict[UUID, dict[str, Any]]:
    """Kind, state and version of each customer that exists for the viewer, a flag for each (class, level) and each
    relation. `lock` keeps others from changing it until the transaction ends; all columns come with it."""
    text, params = _of_each(guards, lock)
    request = replace(request, variables={_KEYS: list(customers)})
    return {row["id"]: row for row in await db.rows(text, *[p.read(request) for p in params])}


@lru_cache(maxsize=200)
def _of_each(guards: Guards, lock: bool) -> tuple[str, list[Param]]:
    """The statement, the same for everybody with these guards."""
    scope = Scope(guards, _CUSTOMER)
    # The rule itself, not what is shown: whoever has FULL on IDENTITY may replace a value that he sees masked (D43).
    flags = [
        Sql(scope.predicate(guards.rules[c, lv]), f' as "{c}_{lv}"')
        for c in DataClass
        for lv in (Level.MASKED, Level.FULL)
    ]
    flags += [Sql(guards.relations[relation](_CUSTOMER), f' as "{relation}"') for relation in Relation]
    return Sql(
        "select ", _whole(lock), ", ", join(", ", flags), ", ", _PERMITTED, " as permitted",
        " from customers c where c.id = any(", param(Slot((_KEYS,)), "uuid[]"), ") and ", scope.row_exists(),
        " order by c.id", " for no key update" if lock else "",
    ).render()  # fmt: skip


def _whole(lock: bool) -> str:
    names = rows.columns(Customer) if lock else ("id", "kind", "state", "version")
    return ", ".join(f'c."{name}"' for name in names)


async def newest_change(guards: Guards, request: Request) -> datetime | None:
    """When a customer that exists for the viewer was last changed."""
    exists = Scope(guards, _CUSTOMER).row_exists()
    statement = Sql("select c.updated_at from customers c where ", exists, " order by c.updated_at desc limit 1")
    text, params = statement.render()
    found = await db.rows(text, *[p.read(request) for p in params])
    return found[0]["updated_at"] if found else None


async def many(guards: Guards, customers: list[UUID], request: Request, *, lock: bool) -> list[dict[str, Any]]:
    """Those of the customers that exist for the viewer, and whether he is the manager of each.

    `lock`: in the order of their keys, as everybody does who locks several, so that nobody waits in a circle.
    """
    scope = Scope(guards, _CUSTOMER)
    statement = Sql(
        "select c.id, c.number, c.state, c.version, c.owner_id, c.department_id, ",
        guards.relations[Relation.MANAGER](_CUSTOMER), " as manages from customers c where c.id = any(",
        param(customers, "uuid[]"), ") and ", scope.row_exists(), " order by c.id",
        " for no key update" if lock else "",
    )  # fmt: skip
    text, params = statement.render()
    return await db.rows(text, *[p.read(request) for p in params])


async def several(guards: Guards, customers: list[UUID], request: Request) -> list[dict[str, Any]]:
    """Those of the customers that exist for the viewer, locked in the order of their keys: state, and a flag for each
    relation."""
    scope = Scope(guards, _CUSTOMER)
    flags = [Sql(guards.relations[relation](_CUSTOMER), f' as "{relation}"') for relation in Relation]
    statement = Sql(
        "select c.id, c.state, ", join(", ", flags), ", ", _PERMITTED, " as permitted from customers c where",
        " c.id = any(", param(customers, "uuid[]"), ") and ", scope.row_exists(), " order by c.id for no key update",
    )  # fmt: skip
    text, params = statement.render()
    return await db.rows(text, *[p.read(request) for p in params])
