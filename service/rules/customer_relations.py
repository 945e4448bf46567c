"""What customers may be to each other (D11)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from service.core.enums import CustomerRelationKind
from service.core.errors import ErrorCode, Invalid

HIERARCHY = frozenset({CustomerRelationKind.SUBSIDIARY, CustomerRelationKind.BRANCH})
"""Kinds that make `from_customer` the parent of `to_customer`."""
SYMMETRIC = frozenset({CustomerRelationKind.PARTNER})
"""Kinds that say the same either way round."""


def ancestors(parent_of: Mapping[UUID, UUID], customer: UUID) -> list[UUID]:
    """The parent, its parent and so on. Ends where a chain would come back to itself."""
    found: list[UUID] = []
    at = parent_of.get(customer)
    while at is not None and at not in found:
        found.append(at)
        at = parent_of.get(at)
    return found


def check_parent(parent_of: Mapping[UUID, UUID], *, parent: UUID, child: UUID) -> None:
    """Refuse a second parent, and one that is the child itself or stands below it.

    `parent_of` holds the parent of the child, of the parent, and of everything above them. Raises HAS_PARENT and
    RELATION_CYCLE.
    """
    if child in (parent, *ancestors(parent_of, parent)):
        raise Invalid(ErrorCode.RELATION_CYCLE)
    if child in parent_of:
        raise Invalid(ErrorCode.HAS_PARENT)
