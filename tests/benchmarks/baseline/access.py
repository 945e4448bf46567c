"""The policy of D42 for one loaded customer, in Python."""

from __future__ import annotations

from service.boundary.access.policy import Policy
from service.core.enums import CustomerKind, DataClass, Level, Relation
from service.core.fields.spec import FieldSpec
from service.core.viewer import Viewer
from service.rules import masks
from storage.models import Customer


class Rights:
    """What the viewer may see of one customer and of what belongs to it."""

    def __init__(self, policy: Policy, viewer: Viewer, customer: Customer) -> None:
        self.kind = CustomerKind(customer.kind)
        self._principals = [*viewer.roles, Relation.STAFF, *_relations(viewer, customer)]
        self._cells = policy.cells
        self._levels: dict[DataClass, int] = {}

    def rank(self, data_class: DataClass) -> int:
        if data_class not in self._levels:
            cells = (self._cells.get((principal, data_class), Level.NONE) for principal in self._principals)
            self._levels[data_class] = max(level.rank for level in cells)
        return self._levels[data_class]

    def exists(self, data_class: DataClass) -> bool:
        return self.rank(data_class) >= Level.MASKED.rank

    def shown(self, spec: FieldSpec, value: str | None, salutation: str | None = None) -> str | None:
        """The value, what its mask leaves of it, or nothing."""
        rank = self.rank(spec.class_for(self.kind))
        if rank == Level.FULL.rank:
            return value
        if rank == Level.NONE.rank and spec.individual_class is None:
            return None
        return masks.shown(spec.shown_masked, value, salutation)  # type: ignore[arg-type]


def _relations(viewer: Viewer, customer: Customer) -> list[Relation]:
    found: list[Relation] = []
    if customer.owner_id == viewer.id:
        found.append(Relation.OWNER)
    if any(row.user_id == viewer.id for row in customer.collaborations):  # type: ignore[attr-defined]
        found.append(Relation.COLLABORATOR)
    if customer.department_id in viewer.managed:
        found.append(Relation.MANAGER)
    if customer.department_id == viewer.department_id:
        found.append(Relation.SAME_DEPARTMENT)
    return found
