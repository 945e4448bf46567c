"""A viewer's rights on one customer, for operations: what he may see is what the reader shows him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from service.boundary.access.snapshot import SNAPSHOT
from service.core.enums import CustomerKind, CustomerState, DataClass, Level, Relation
from service.core.errors import FieldForbidden, Forbidden, NotFound
from service.core.fields.spec import EntitySpec, FieldSpec
from service.core.selection import Request
from service.core.text import camel
from service.core.viewer import Viewer
from service.rules import editing
from storage.models import Customer
from storage.queries import rows
from storage.reader.rights import rights


@dataclass(frozen=True)
class Access:
    """What the viewer is to the customer, and what he sees of it."""

    customer_id: UUID
    kind: CustomerKind
    state: CustomerState
    version: int
    relations: frozenset[Relation]
    full: frozenset[DataClass]
    masked: frozenset[DataClass]
    permitted: bool
    """Whether the viewer was given an edit permission (D3)."""
    locked: Customer | None = field(default=None, compare=False)
    """The customer as it is while nobody else can change it; None where it was not locked."""

    @property
    def is_draft_of_viewer(self) -> bool:
        return self.state is CustomerState.DRAFT and Relation.OWNER in self.relations

    def shown_whole(self, spec: EntitySpec, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the values whose field the viewer is shown in full, of his own draft as well.

        Of links those to staff: another record may be hidden from him.
        """
        staff = {f"{relation.name}_id" for relation in spec.relations if relation.target == "User"}
        seen = {field.name for field in spec.fields if field.class_for(self.kind) in self.full}
        return {name: value for name, value in values.items() if name in staff | seen}

    def require_full(self, spec: EntitySpec, names: Iterable[str | FieldSpec]) -> None:
        """FIELD_FORBIDDEN for a field, even null, on which the viewer has not FULL (D43).

        A field that administrators defined is given by what follows from its definition.
        """
        if self.is_draft_of_viewer:
            return  # what he typed himself and nobody has seen yet
        for name in names:
            known = name if isinstance(name, FieldSpec) else spec.by_name.get(name)
            if known is not None and known.class_for(self.kind) not in self.full:
                shown = known.name if "." in known.name else camel(known.name)
                raise FieldForbidden(field=f"{spec.name}.{shown}")


def row_exists(access: Access, spec: EntitySpec, row: Any) -> bool:
    """Whether a row of the customer exists for the viewer, as for the reader; `row` has its columns as attributes."""
    strict = (one for one in spec.stricter if one.holds(row))
    return spec.row_class in access.masked and all(one.data_class in access.full for one in strict)


async def access_to(viewer: Viewer, customer_id: UUID, *, lock: bool = True) -> Access:
    """The viewer's rights; the customer stays locked. NOT_FOUND where it does not exist for him."""
    found = await accesses(viewer, (customer_id,), lock=lock)
    if customer_id not in found:
        raise NotFound
    return found[customer_id]


async def accesses(viewer: Viewer, customers: Iterable[UUID], *, lock: bool = False) -> dict[UUID, Access]:
    """The viewer's rights on each of the customers that exists for him, in one statement."""
    guards = await SNAPSHOT.guards(viewer)
    return {
        key: Access(
            customer_id=key,
            kind=CustomerKind(row["kind"]),
            state=CustomerState(row["state"]),
            version=row["version"],
            relations=frozenset(relation for relation in Relation if row[relation.value]),
            full=frozenset(c for c in DataClass if row[f"{c}_{Level.FULL}"]),
            masked=frozenset(c for c in DataClass if row[f"{c}_{Level.MASKED}"]),
            permitted=row["permitted"],
            locked=rows.made(Customer, row) if lock else None,
        )
        for key, row in (await rights(guards, customers, Request({}, viewer.facts), lock=lock, whole=lock)).items()
    }


async def is_in_effect_for(viewer: Viewer, customer_id: UUID) -> bool:
    """Whether there is such a customer in effect, or archived, for the viewer: one that another may refer to."""
    try:
        access = await access_to(viewer, customer_id, lock=False)
    except NotFound:
        return False
    return access.state in (CustomerState.ACTIVE, CustomerState.ARCHIVED)


async def editable(viewer: Viewer, customer_id: UUID, child: EntitySpec | None = None) -> Access:
    """The viewer's rights on a customer that he may edit (D3). FORBIDDEN where he sees it and may not.

    `child`: the type of a record of the customer that is to be edited. NOT_FOUND where such rows do not exist for him,
    before anything else: otherwise FORBIDDEN would tell that this one exists (SEC-B2).
    """
    access = await access_to(viewer, customer_id)
    require_editable(viewer, access, child)
    return access


def require_editable(viewer: Viewer, access: Access, child: EntitySpec | None = None) -> None:
    """The same, of rights that are known."""
    if child is not None and child.row_class not in access.masked:
        raise NotFound
    if not editing.may_edit(viewer.roles, access.relations, permitted=access.permitted):
        raise Forbidden
    if access.state not in (CustomerState.DRAFT, CustomerState.ACTIVE):
        raise Forbidden("read_only_state")
