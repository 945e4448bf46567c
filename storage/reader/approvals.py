"""Who may decide about a request, and for whom it exists (D34), as SQL: the one statement of these rules.

A request names the rule by which its approver is found; the viewer's own posts, and those of people who are away and
have left their decisions to him, come as parameters (`Viewer.facts`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from service.core.enums import ApprovalState, Decider, Relation, Role
from service.core.selection import Request, Slot
from storage import db
from storage.models import Approval
from storage.queries import rows
from storage.reader.guards import Guards, Scope
from storage.reader.sql import TRUE, Param, Sql, conjunction, disjunction, param, viewer

_ME = viewer("id", "uuid")
_HEADS, _HEADED = viewer("heads", "uuid[]"), viewer("headed", "uuid[]")
_BEARERS, _ROLES, _PLACES = viewer("bearers", "uuid[]"), viewer("roles", "text[]"), viewer("places", "uuid[]")
_BY_DEPARTMENT = (Decider.DEPARTMENT_HEAD, Decider.SUPERVISOR, Decider.HR_OR_MANAGER)


def department(row: str) -> str:
    """The department in which the approver is looked for: the customer's of today, or that of the request."""
    return f"coalesce((select o.department_id from customers o where o.id = {row}.customer_id), {row}.department_id)"


def _deciders(row: str) -> Sql:
    """A sub-select of `person`: whose decision it would be, the viewer's or that of somebody for whom he stands in."""
    by_department = ", ".join(f"'{rule}'" for rule in _BY_DEPARTMENT)
    return Sql(
        "select h.person from unnest(", _HEADS, ", ", _HEADED, ") h(person, department)"
        f" where {row}.rule in ({by_department}) and h.department = {department(row)}"
        " union all select b.person from unnest(", _BEARERS, ", ", _ROLES, ", ", _PLACES, ") b(person, role, place)"
        f" where b.role = '{Role.ADMIN}' or ({row}.rule, b.role) in"
        f" (('{Decider.DATA_STEWARD}', '{Role.DATA_STEWARD}'), ('{Decider.HR_OR_MANAGER}', '{Role.HR}'))"
        f" or ({row}.rule = '{Decider.SUPERVISOR}' and b.role in ('{Role.SALES_MANAGER}', '{Role.SERVICE_MANAGER}')"
        f" and b.place = {department(row)})",
    )  # fmt: skip


def entitled(row: str) -> Sql:
    """«The viewer is who decides about this request»: never his own, nor that of who left his decisions to him."""
    return Sql(
        f"({row}.requester_id <> ", _ME, " and ", _ME, f" <> all({row}.decided_before) and exists (select from (",
        _deciders(row), f") d where d.person <> {row}.requester_id))",
    )  # fmt: skip


def is_open(row: str) -> Sql:
    """«This request can be decided»."""
    return Sql(f"({row}.state = '{ApprovalState.PENDING}' and {row}.expires_at > now())")


def may_decide(row: str) -> Sql:
    """«The viewer may decide about this request now»."""
    return conjunction((is_open(row), entitled(row)))


def in_place_of(row: str) -> Sql:
    """The person for whom the viewer would decide; the viewer himself where he may."""
    return Sql(
        "(select d.person from (", _deciders(row), f") d where d.person <> {row}.requester_id"
        " order by d.person <> ", _ME, " limit 1)",
    )  # fmt: skip


def row_exists(scope: Scope, row: str) -> Sql:
    """«This request exists for the viewer»: its customer does, and he asked, may decide, has decided, or manages the
    customer's department; or he reads the change log as such."""
    involved = disjunction(
        (
            Sql(f"{row}.requester_id = ", _ME),
            Sql(f"{row}.decided_by_id = ", _ME),
            Sql(_ME, f" = any({row}.decided_before)"),
            scope.predicate(frozenset({Relation.MANAGER})),
            may_decide(row),
        )
    )
    about = disjunction((Sql(f"{row}.customer_id is null"), scope.row_exists()))
    return conjunction((about, TRUE if scope.guards.audits else involved))


_KEYS = "approvals"


async def rights(
    guards: Guards, wanted: list[UUID], request: Request, *, lock: bool
) -> list[tuple[Approval, dict[str, Any]]]:
    """Each request that exists for the viewer, with whether it is open, whether he is entitled, and for whom."""
    text, params = _statement(guards, lock)
    request = Request({_KEYS: wanted}, request.viewer)
    found = await db.rows(text, *[p.read(request) for p in params])
    return [(rows.made(Approval, row), row) for row in found]


@lru_cache(maxsize=200)
def _statement(guards: Guards, lock: bool) -> tuple[str, list[Param]]:
    scope = Scope(guards.of_log(), "c", few=True)
    names = ", ".join(f'a."{name}"' for name in rows.columns(Approval))
    return Sql(
        f"select {names}, ", is_open("a"), " as is_open, ", entitled("a"), " as is_entitled, ",
        in_place_of("a"), " as in_place_of from approvals a left join customers c on c.id = a.customer_id"
        " where a.id = any(", param(Slot((_KEYS,)), "uuid[]"), ") and ", row_exists(scope, "a"),
        " order by a.id", " for no key update of a" if lock else "",
    ).render()  # fmt: skip
