"""Who enters and who edits customers (D3)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from service.core.enums import CustomerKind, CustomerState, Relation, Role
from service.core.errors import ErrorCode, Invalid

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


def may_be_permitted(roles: AbstractSet[Role]) -> bool:
    """Whether an edit permission has an effect for somebody with these roles: there are roles that never edit."""
    return not _EDITING.keys().isdisjoint(roles)


def may_edit(roles: AbstractSet[Role], relations: AbstractSet[Relation], *, permitted: bool = False) -> bool:
    """Whether somebody with these roles, being that to a customer, edits it. `permitted`: he was given permission."""
    if permitted and may_be_permitted(roles):
        return True
    return any(not _EDITING.get(role, frozenset[Relation]()).isdisjoint(relations) for role in roles)


def may_change_owner(roles: AbstractSet[Role], relations: AbstractSet[Relation]) -> bool:
    """Only a manager or the administrator changes the owner."""
    return Role.ADMIN in roles or (Relation.MANAGER in relations and may_edit(roles, relations))


def may_permit(roles: AbstractSet[Role], relations: AbstractSet[Relation]) -> bool:
    """Who gives and withdraws edit permissions: the owner, who answers for the customer, and who may change him."""
    if Relation.OWNER in relations and may_edit(roles, relations):
        return True
    return may_change_owner(roles, relations)


def may_hand_over(roles: AbstractSet[Role], relations: AbstractSet[Relation]) -> bool:
    """Who hands over customers (D4): human resources, and who may change the owner."""
    return Role.HR in roles or may_change_owner(roles, relations)


def check_draft(state: CustomerState) -> None:
    """Raise NOT_A_DRAFT where the customer was submitted already (D31)."""
    if state is not CustomerState.DRAFT:
        raise Invalid(ErrorCode.NOT_A_DRAFT)


def check_enterprise(kind: CustomerKind) -> None:
    """Raise NOT_FOR_THIS_KIND for an individual: branches are an enterprise's (D7)."""
    if kind is not CustomerKind.ENTERPRISE:
        raise Invalid(ErrorCode.NOT_FOR_THIS_KIND)


def check_in_effect(state: CustomerState) -> None:
    """Raise NOT_IN_EFFECT for a customer that was not submitted yet (D31)."""
    if state is not CustomerState.ACTIVE:
        raise Invalid(ErrorCode.NOT_IN_EFFECT)
