"""How one orders, reconciles and settles with a customer (D15)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, editable
from service.boundary.work import operation
from service.core import clock
from service.core.errors import ErrorCode, FieldError, NotFound
from service.core.fields import CONTACT, CUSTOMER, PROCEDURE
from service.core.viewer import Viewer
from service.operations import edits, follow_ups
from service.operations.faults import Faults
from service.rules import texts
from storage.models import Procedure

Saved = tuple[UUID, list[FieldError]]
"""The procedure's key, and what is worth a warning."""

LONGEST_TEXT = 1000


def admit(access: Access) -> None:
    """What every change of a procedure takes besides: to see procedures in full."""
    access.require_full(PROCEDURE, ("kind",))


def require_fields(access: Access, given: Collection[str]) -> None:
    """FULL on what is set; who names a contact, or takes one away, sees contacts in full."""
    admit(access)
    access.require_full(PROCEDURE, given)
    if "contact_id" in given:
        access.require_full(CONTACT, ("name",))


async def _checked(access: Access, given: dict[str, Any], faults: Faults, present: UUID | None) -> dict[str, Any]:
    """The columns that an input sets. `present` is the contact that the record shows the viewer."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name == "contact_id":
            if value != present:
                values[name] = value
            if value is not None and not await follow_ups.has_contact(access, value):
                faults.add(ErrorCode.NOT_FOUND, name)
        elif texts.is_blank(value):
            faults.add(ErrorCode.REQUIRED, name)
        elif name == "text":
            values[name] = faults.text((name,), value, maximum=LONGEST_TEXT, required=True)
        else:
            values[name] = getattr(value, "value", value)
    return values


@operation("procedure.create", on=CUSTOMER.name)
async def create(viewer: Viewer, customer_id: UUID, given: dict[str, Any]) -> Saved:
    """Say how something is done with a customer. There may be several procedures of a kind."""
    access = await editable(viewer, customer_id, PROCEDURE)
    require_fields(access, given)
    faults = Faults()
    values = await _checked(access, {"text": None, **given}, faults, None)
    faults.settle()
    procedure = await Procedure.create(customer_id=customer_id, **values)
    logged = {n: (None, v) for n, v in values.items() if v is not None}
    await audit.record(
        viewer, "procedure.create", subject=(PROCEDURE.name, procedure.id), customer_id=customer_id, changes=logged
    )
    return procedure.id, faults.warnings


async def _find(viewer: Viewer, procedure_id: UUID) -> tuple[Procedure, Access]:
    """The procedure with the viewer's rights; NOT_FOUND where it does not exist for him."""
    procedure = await Procedure.get_or_none(id=procedure_id, removed_at=None)
    if procedure is None:
        raise NotFound
    access = await editable(viewer, procedure.customer_id, PROCEDURE)
    # Read again: the customer is locked only now.
    procedure = await Procedure.get_or_none(id=procedure_id, removed_at=None)
    if procedure is None:
        raise NotFound
    return procedure, access


async def _shown_contact(access: Access, procedure: Procedure) -> UUID | None:
    """The contact as it is shown: one that was removed exists for nobody, and is not there to be taken away (D43)."""
    contact_id = procedure.contact_id
    return contact_id if contact_id and await follow_ups.has_contact(access, contact_id) else None


@operation("procedure.update", on=PROCEDURE.name)
async def update(viewer: Viewer, procedure_id: UUID, version: int, given: dict[str, Any]) -> Saved:
    """Change a procedure."""
    procedure, access = await _find(viewer, procedure_id)
    require_fields(access, given)
    await edits.require_version(PROCEDURE, procedure, version, access.shown_whole(PROCEDURE, given))
    faults = Faults()
    values = await _checked(access, given, faults, await _shown_contact(access, procedure))
    faults.settle()
    await edits.save(viewer, "procedure.update", PROCEDURE, procedure, values, customer_id=procedure.customer_id)
    return procedure.id, faults.warnings


@operation("procedure.remove", on=PROCEDURE.name)
async def remove(viewer: Viewer, procedure_id: UUID, version: int) -> UUID:
    """Take a procedure away; it stays in the log."""
    procedure, access = await _find(viewer, procedure_id)
    admit(access)
    await edits.require_version(PROCEDURE, procedure, version, {})
    values = {"removed_at": clock.now()}
    await edits.save(viewer, "procedure.remove", PROCEDURE, procedure, values, customer_id=procedure.customer_id)
    return procedure.customer_id
