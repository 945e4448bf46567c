"""What a viewer can be to a customer, as SQL (D42). One line for each relation; guards are made of nothing else.

Plain comparisons, so that indexes serve them. Where owner or department is not set they are null, which counts as no:
guards stand in WHERE and CASE only, and are never negated (what is hidden is «is not true»).
"""

from __future__ import annotations

from functools import partial

from service.core.enums import Granted, Relation
from storage.reader import approvals, grants
from storage.reader.guards import Ground, RelationSql
from storage.reader.sql import FALSE, TRUE, Sql, viewer

_ME = viewer("id", "uuid")
_MY_DEPARTMENT = viewer("department_id", "uuid")
_MANAGED = viewer("managed", "uuid[]")


def _owner(customer: str) -> Sql:
    return Sql(f"{customer}.owner_id = ", _ME)


def _collaborator(customer: str) -> Sql:
    # An array that is computed once a statement: the planner can combine it with other indexes, an EXISTS it cannot.
    return Sql(f"{customer}.id = any(array(select k.customer_id from collaborators k where k.user_id = ", _ME, "))")


def _manager(customer: str) -> Sql:
    return Sql(f"{customer}.department_id = any(", _MANAGED, ")")


def _same_department(customer: str) -> Sql:
    # A customer without owner keeps its department, but there only the manager counts.
    return Sql(f"({customer}.department_id = ", _MY_DEPARTMENT, f" and {customer}.owner_id is not null)")


def _collaborator_of_row(customer: str) -> Sql:
    return Sql(f"exists (select 1 from collaborators k where k.customer_id = {customer}.id and k.user_id = ", _ME, ")")


def _collaborator_manager(customer: str) -> Sql:
    return Sql(
        f"{customer}.id = any(array(select k.customer_id from collaborators k join users u on u.id = k.user_id"
        " where u.department_id = any(",
        _MANAGED,
        ")))",
    )


def _collaborator_manager_of_row(customer: str) -> Sql:
    return Sql(
        "exists (select 1 from collaborators k join users u on u.id = k.user_id"
        f" where k.customer_id = {customer}.id and u.department_id = any(",
        _MANAGED,
        "))",
    )


def _collaborator_of_many(customer: str) -> Sql:
    return Sql(f"{customer}.id in (select k.customer_id from collaborators k where k.user_id = ", _ME, ")")


def _collaborator_manager_of_many(customer: str) -> Sql:
    return Sql(
        f"{customer}.id in (select k.customer_id from collaborators k join users u on u.id = k.user_id"
        " where u.department_id = any(",
        _MANAGED,
        "))",
    )


def _everybody(_customer: str) -> Sql:
    return TRUE


def _approver(customer: str) -> Sql:
    request = "ap"
    return Sql(
        f"{customer}.id = any(array(select {request}.customer_id from approvals {request} where ",
        approvals.may_decide(request), "))",
    )  # fmt: skip


def _approver_of_row(customer: str) -> Sql:
    request = "ap"
    return Sql(
        f"exists (select from approvals {request} where {request}.customer_id = {customer}.id and ",
        approvals.may_decide(request), ")",
    )  # fmt: skip


def _not_yet(_customer: str) -> Sql:
    """The tables of this relation come later; until then nobody is it."""
    return FALSE


_GRANTS: dict[Ground, Granted | None] = {Relation.GRANT_HOLDER: None} | {one: one for one in Granted}
_granted: dict[Ground, RelationSql] = {
    ground: partial(grants.opened, granted=granted) for ground, granted in _GRANTS.items()
}

RELATIONS: dict[Ground, RelationSql] = {
    Relation.OWNER: _owner,
    Relation.COLLABORATOR: _collaborator,
    Relation.MANAGER: _manager,
    Relation.TICKET_HANDLER: _not_yet,
    Relation.SAME_DEPARTMENT: _same_department,
    Relation.COLLABORATOR_MANAGER: _collaborator_manager,
    Relation.STAFF_TICKET: _not_yet,
    **_granted,
    Relation.APPROVER: _approver,
    Relation.HANDOVER_HR: _not_yet,
    Relation.STAFF: _everybody,
}

PER_ROW: dict[RelationSql, RelationSql] = {
    _collaborator: _collaborator_of_row,
    _collaborator_manager: _collaborator_manager_of_row,
    _approver: _approver_of_row,
    **{_granted[ground]: partial(grants.opened_in_row, granted=granted) for ground, granted in _GRANTS.items()},
}
"""The same relations where few rows are asked about: each looks into an index instead of at all that a viewer has."""

OF_MANY: dict[RelationSql, RelationSql] = {
    _collaborator: _collaborator_of_many,
    _collaborator_manager: _collaborator_manager_of_many,
    **{_granted[ground]: partial(grants.opened_of_many, granted=granted) for ground, granted in _GRANTS.items()},
}
"""The same where all rows are asked about: PostgreSQL hashes a sub-select, and walks an array for each row."""

OF_MANAGERS = frozenset({Relation.MANAGER, Relation.COLLABORATOR_MANAGER})
"""Relations that nobody has who manages no department."""

OF_DECIDERS = frozenset({Relation.APPROVER})
"""Relations that nobody has who decides about nothing (D34). Whoever manages a department sees its requests anyhow."""

OF_HOLDERS = frozenset(_GRANTS)
"""Grounds that nobody has who holds no access grant (D45)."""

NOT_YET = frozenset(relation for relation, sql in RELATIONS.items() if sql is _not_yet)
