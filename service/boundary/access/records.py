"""A viewer's rights on many customers at once, for operations that change them in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.boundary.access.snapshot import SNAPSHOT
from service.core.enums import CustomerState, Relation
from service.core.selection import Request
from service.core.viewer import Viewer
from service.rules import editing
from storage.reader import rights


@dataclass(frozen=True)
class Standing:
    """One customer that exists for the viewer."""

    state: CustomerState
    is_editable: bool
    """Whether he may edit it (D3), and it is in a state in which it is edited."""


async def standings(viewer: Viewer, customers: list[UUID]) -> dict[UUID, Standing]:
    """Those of the customers that exist for the viewer. They stay locked."""
    guards = (await SNAPSHOT.policy()).guards(viewer.roles)
    own = {"id": viewer.id, "department_id": viewer.department_id, "managed": list(viewer.managed)}
    found: dict[UUID, Standing] = {}
    for row in await rights.several(guards, customers, Request({}, own)):
        state, relations = CustomerState(row["state"]), {r for r in Relation if row[r.value]}
        may = editing.may_edit(viewer.roles, relations, permitted=row["permitted"])
        found[row["id"]] = Standing(state, may and state in (CustomerState.DRAFT, CustomerState.ACTIVE))
    return found
