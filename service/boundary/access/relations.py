"""What a viewer can be to a customer, as SQL (D42). One line for each relation; guards are made of nothing else."""

from __future__ import annotations

from service.core.enums import Relation
from storage.reader.guards import RelationSql
from storage.reader.sql import FALSE, TRUE, Sql, viewer

_ME = viewer("id", "uuid")
_MY_DEPARTMENT = viewer("department_id", "uuid")
_MANAGED = viewer("managed", "uuid[]")


def _owner(customer: str) -> Sql:
    return Sql(f"{customer}.owner_id is not distinct from ", _ME)


def _collaborator(customer: str) -> Sql:
    # An array that is computed once a statement: the planner can combine it with other indexes, an EXISTS it cannot.
    return Sql(f"{customer}.id = any(array(select k.customer_id from collaborators k where k.user_id = ", _ME, "))")


def _manager(customer: str) -> Sql:
    return Sql(f"coalesce({customer}.department_id = any(", _MANAGED, "), false)")


def _same_department(customer: str) -> Sql:
    return Sql(f"coalesce({customer}.department_id = ", _MY_DEPARTMENT, ", false)")


def _collaborator_manager(customer: str) -> Sql:
    return Sql(
        f"{customer}.id = any(array(select k.customer_id from collaborators k join users u on u.id = k.user_id"
        " where u.department_id = any(", _MANAGED, ")))",
    )


def _everybody(_customer: str) -> Sql:
    return TRUE


def _not_yet(_customer: str) -> Sql:
    """The tables of this relation come later; until then nobody is it."""
    return FALSE


RELATIONS: dict[Relation, RelationSql] = {
    Relation.OWNER: _owner,
    Relation.COLLABORATOR: _collaborator,
    Relation.MANAGER: _manager,
    Relation.TICKET_HANDLER: _not_yet,
    Relation.SAME_DEPARTMENT: _same_department,
    Relation.COLLABORATOR_MANAGER: _collaborator_manager,
    Relation.STAFF_TICKET: _not_yet,
    Relation.GRANT_HOLDER: _not_yet,
    Relation.APPROVER: _not_yet,
    Relation.HANDOVER_HR: _not_yet,
    Relation.STAFF: _everybody,
}

NOT_YET = frozenset(relation for relation, sql in RELATIONS.items() if sql is _not_yet)
