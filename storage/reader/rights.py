"""What a viewer may see of one customer, as flags: from the same guards as every read."""

from __future__ import annotations

from typing import Any

from service.core.enums import DataClass, Level, Relation
from service.core.selection import Request
from storage import db
from storage.reader.guards import Guards, Scope
from storage.reader.sql import Sql, join, param

_CUSTOMER = "c"


async def rights(guards: Guards, customer_id: Any, request: Request, *, lock: bool) -> dict[str, Any] | None:
    """Kind, state and version of the customer, a flag for each (class, level) and each relation; None where it does
    not exist for the viewer. `lock` keeps others from changing it until the transaction ends."""
    scope = Scope(guards, _CUSTOMER)
    flags = [Sql(scope.level(c, lv), f" as {c}_{lv}") for c in DataClass for lv in (Level.MASKED, Level.FULL)]
    flags += [Sql(guards.relations[relation](_CUSTOMER), f" as {relation}") for relation in Relation]
    statement = Sql(
        "select c.kind, c.state, c.version, ", join(", ", flags), " from customers c where c.id = ",
        param(customer_id, "uuid"), " and ", scope.row_exists(), " for no key update" if lock else "",
    )  # fmt: skip
    text, params = statement.render()
    found = await db.rows(text, *[p.read(request) for p in params])
    return {key.upper(): value for key, value in found[0].items()} if found else None
