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
_PLACE = ("id", "number", "kind", "state", "version", "owner_id", "department_id")


async def rights(
    guards: Guards, customers: Iterable[UUID], request: Request, *, lock: bool, whole: bool = False
) -> dict[UUID, dict[str, Any]]:
    """What each customer that exists for the viewer is now, and a flag for each (class, level) and each relation.

    `lock` keeps others from changing them until the transaction ends; in the order of their keys, as everybody does who
    locks several, so that nobody waits in a circle. `whole`: with all of their columns.
    """
    text, params = _of_each(guards, lock, whole)
    request = replace(request, variables={_KEYS: list(customers)})
    return {row["id"]: row for row in await db.rows(text, *[p.read(request) for p in params])}


@lru_cache(maxsize=200)
def _of_each(guards: Guards, lock: bool, whole: bool) -> tuple[str, list[Param]]:
    """The statement, the same for everybody with these guards."""
    scope = Scope(guards, _CUSTOMER, few=True)
    # The rule itself, not what is shown: whoever has FULL on IDENTITY may replace a value that he sees masked (D43).
    flags = [
        Sql(scope.predicate(guards.rules[c, lv]), f' as "{c}_{lv}"')
        for c in DataClass
        for lv in (Level.MASKED, Level.FULL)
    ]
    flags += [Sql(scope.relation(relation), f' as "{relation}"') for relation in Relation]
    names = rows.columns(Customer) if whole else _PLACE
    return Sql(
        "select ", ", ".join(f'c."{name}"' for name in names), ", ", join(", ", flags), ", ", _PERMITTED,
        " as permitted from customers c where c.id = any(", param(Slot((_KEYS,)), "uuid[]"), ") and ",
        scope.row_exists(), " order by c.id", " for no key update" if lock else "",
    ).render()  # fmt: skip


async def newest_change(guards: Guards, request: Request) -> datetime | None:
    """When a customer that exists for the viewer was last changed."""
    exists = Scope(guards, _CUSTOMER).row_exists()
    statement = Sql("select c.updated_at from customers c where ", exists, " order by c.updated_at desc limit 1")
    text, params = statement.render()
    found = await db.rows(text, *[p.read(request) for p in params])
    return found[0]["updated_at"] if found else None
