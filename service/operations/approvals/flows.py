"""Which requests are made at all, and by which rules it is decided (D31, D32): switches of company and departments."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import orjson

from service.boundary import audit
from service.boundary.work import operation
from service.core import clock
from service.core.enums import ApprovalKind, Channel, Decider, Role
from service.core.errors import Conflict, ErrorCode, NotFound
from service.core.viewer import Viewer
from service.operations import administration
from service.operations.faults import Faults
from storage.models import ApprovalFlow, Department
from storage.queries import approvals as queries

NAME = "ApprovalFlow"
ALWAYS = frozenset({ApprovalKind.DATA_ACCESS, ApprovalKind.SHARING})
"""Kinds that nobody can switch off: another department's data is not one's own to open, customers' data not one's own
to give away (D45, D46)."""


async def rules_of(viewer: Viewer, kind: ApprovalKind, department_id: UUID | None) -> list[Decider]:
    """By which rules a request of this kind is decided in the department, one after the other; none: it needs none.

    What another system has decided is not decided again: an import asks nobody.
    """
    if viewer.channel is Channel.IMPORT:
        return []
    found = await queries.flow(kind.value, department_id)
    return [Decider(rule) for rule in found["rules"]] if found and (found["is_on"] or kind in ALWAYS) else []


@dataclass(frozen=True)
class Flow:
    """One switch: the company's where there is no department."""

    kind: ApprovalKind
    department_id: UUID | None
    is_on: bool
    rules: list[Decider]
    version: int


async def every() -> list[Flow]:
    """All switches. Every member of staff may know the rules."""
    return [
        Flow(ApprovalKind(row["kind"]), row["department_id"], row["is_on"], _rules(row["rules"]), row["version"])
        for row in await queries.flows()
    ]


def _rules(codes: list[str]) -> list[Decider]:
    return [Decider(code) for code in codes]


@operation("approval_flow.set")
async def switch(
    viewer: Viewer, kind: ApprovalKind, department_id: UUID | None, is_on: bool | None, version: int
) -> None:
    """Switch a flow on or off, for the company or for a department and those below it that have no switch of their own.

    Null takes a department's own switch away. `version`: that of the switch, 0 where there is none yet. What waits
    already goes on waiting.
    """
    viewer = await administration.enter(viewer)
    faults = Faults()
    if department_id is not None and not await Department.exists(id=department_id):
        faults.add(ErrorCode.NOT_FOUND, "department_id")
    if department_id is None and is_on is None:
        faults.add(ErrorCode.REQUIRED, "is_on")
    if kind in ALWAYS and is_on is False:
        faults.add(ErrorCode.ALWAYS_APPROVED, "is_on")
    faults.settle()
    own = await ApprovalFlow.filter(kind=kind.value, department_id=department_id).select_for_update().get_or_none()
    if (own.version if own else 0) != version:
        values = {"field": "isOn", "base": None, "current": own and own.is_on, "wanted": is_on}
        raise Conflict(conflicts=[values], current_version=own.version if own else 0)
    before = own and own.is_on
    if before is is_on:
        return
    if own is None:
        company = await ApprovalFlow.get(kind=kind.value, department_id=None)
        own = ApprovalFlow(kind=kind.value, department_id=department_id, is_on=is_on, rules=company.rules)
        await own.save()
    elif is_on is None:
        await own.delete()
    else:
        own.is_on, own.version, own.updated_at = is_on, own.version + 1, clock.now()
        await own.save(update_fields=["is_on", "version", "updated_at"])
    about = {"kind": (None, kind.value), "department_id": (None, department_id and str(department_id))}
    await audit.record(viewer, "approval_flow.set", subject=(NAME, own.id), changes={**about, "is_on": (before, is_on)})


@dataclass(frozen=True)
class Preview:
    """What switching a flow would mean. Nothing is changed."""

    departments: list[UUID]
    """Those for which something changes."""
    people: int
    by_role: list[tuple[Role, int]]
    """Active staff of these departments whose requests would wait from then on, or would not any more."""
    without_manager: list[UUID]
    """Those of which neither the department nor one above it has a manager: administrators would have to decide."""


async def preview(viewer: Viewer, kind: ApprovalKind, department_id: UUID | None, is_on: bool) -> Preview:
    """Whom a switch would concern, reckoned by the tree of departments as it stands."""
    administration.admit(viewer)
    if department_id is not None and not await Department.exists(id=department_id):
        raise NotFound
    changed = [row for row in await queries.concerned(kind.value, department_id) if row["is_on"] is not is_on]
    staff = [frozenset(Role(role) for role in roles) for row in changed for roles in orjson.loads(row["staff"])]
    counted = Counter(role for roles in staff for role in roles)
    return Preview(
        departments=[row["id"] for row in changed],
        people=len(staff),
        by_role=[(role, counted[role]) for role in Role if counted[role]],
        without_manager=[row["id"] for row in changed if not row["has_manager"]],
    )
