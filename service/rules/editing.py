"""Who enters and who edits customers (D3)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from service.core.enums import Relation, Role

ENTERING = frozenset({Role.SALES, Role.SERVICE, Role.SALES_MANAGER, Role.SERVICE_MANAGER, Role.ADMIN})
"""Managers do what their staff do; the administrator does everything."""

_EDITING: dict[Role, frozenset[Relation]] = {
    Role.SALES: frozenset({Relation.OWNER, Relation.COLLABORATOR, Relation.MANAGER}),
    Role.SERVICE: frozenset({Relation.OWNER, Relation.COLLABORATOR, Relation.TICKET_HANDLER, Relation.MANAGER}),
    Role.SALES_MANAGER: frozenset({Relation.OWNER, Relation.COLLABORATOR, Relation.MANAGER}),
    Role.SERVICE_MANAGER: frozenset({Relation.OWNER, Relation.COLLABORATOR, Relation.MANAGER}),
    Role.ADMIN: frozenset(Relation),
}
"""What one must be to a customer to edit it, by role. A role that is not here never edits."""


def may_enter(roles: AbstractSet[Role]) -> bool:
    """Whether somebody with these roles enters customers."""
    return not ENTERING.isdisjoint(roles)


def may_edit(roles: AbstractSet[Role], relations: AbstractSet[Relation]) -> bool:
    """Whether somebody with these roles, being that to a customer, edits it."""
    return any(not _EDITING.get(role, frozenset[Relation]()).isdisjoint(relations) for role in roles)


def may_change_owner(roles: AbstractSet[Role], relations: AbstractSet[Relation]) -> bool:
    """Only a manager or the administrator changes the owner."""
    return Role.ADMIN in roles or (Relation.MANAGER in relations and may_edit(roles, relations))
