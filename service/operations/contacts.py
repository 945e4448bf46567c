"""Contacts (D16, D17)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, editable
from service.boundary.work import operation
from service.core import clock
from service.core.enums import CustomerKind, CustomerState
from service.core.errors import FieldError, NotFound
from service.core.fields import CONTACT
from service.core.viewer import Viewer
from service.operations import contact_fields, edits
from service.operations.faults import Faults
from service.rules import contacts as rules
from storage.models import Contact, Customer

Saved = tuple[UUID, list[FieldError]]
"""The contact's key, and what is worth a warning."""


async def add_all(viewer: Viewer, customer: Customer, people: list[dict[str, Any]]) -> None:
    """Add checked contacts to a customer that has none yet. Where none is named, the first is the primary one."""
    primary = next((place for place, values in enumerate(people) if values.get("is_primary")), 0)
    for place, values in enumerate(people):
        await _add(viewer, customer.id, {**values, "is_primary": place == primary, "created_at": customer.created_at})


async def _add(viewer: Viewer, customer_id: UUID, values: dict[str, Any]) -> Contact:
    contact = await Contact.create(customer_id=customer_id, **values)
    logged = {n: (None, v) for n, v in values.items() if n in CONTACT.by_name and v is not None and n != "created_at"}
    await audit.record(
        viewer, "contact.create", subject=(CONTACT.name, contact.id), customer_id=customer_id, changes=logged
    )
    return contact


@operation("contact.create")
async def create(viewer: Viewer, customer_id: UUID, given: dict[str, Any]) -> Saved:
    """Add a contact. The first one of a customer is its primary one."""
    access = await editable(viewer, customer_id)
    access.require_full(CONTACT, given)
    faults = Faults()
    values = contact_fields.checked(given, faults)
    faults.settle()
    if not await Contact.exists(customer_id=customer_id, removed_at=None):
        values["is_primary"] = True
    elif values.get("is_primary"):
        await _hand_over_primary(viewer, customer_id)
    contact = await _add(viewer, customer_id, values)
    await _require(access, faults)
    return contact.id, faults.warnings


async def _find(viewer: Viewer, contact_id: UUID) -> tuple[Contact, Access]:
    """The contact with the viewer's rights; NOT_FOUND where it does not exist for him."""
    contact = await Contact.get_or_none(id=contact_id, removed_at=None)
    if contact is None:
        raise NotFound
    access = await editable(viewer, contact.customer_id)
    # Read again: the customer is locked only now.
    contact = await Contact.get_or_none(id=contact_id, removed_at=None)
    if contact is None or CONTACT.row_class not in access.masked:
        raise NotFound
    return contact, access


@operation("contact.update")
async def update(viewer: Viewer, contact_id: UUID, version: int, given: dict[str, Any]) -> Saved:
    """Change a contact. The primary one stays so until another one is named."""
    contact, access = await _find(viewer, contact_id)
    access.require_full(CONTACT, given)
    await edits.require_version(CONTACT, contact, version, given)
    faults = Faults()
    values = contact_fields.checked(given, faults, email_note=contact.email_note)
    if contact.is_primary and values.get("is_primary") is False:
        others = await _others(contact)
        faults.tried(("is_primary",), rules.check_removal, is_primary=True, others=others, names_another_primary=False)
    faults.settle()
    if values.get("is_primary") and not contact.is_primary:
        await _hand_over_primary(viewer, contact.customer_id)
    await edits.save(
        viewer, "contact.update", CONTACT, contact, values, customer_id=contact.customer_id,
        hidden=contact_fields.DERIVED,
    )
    await _require(access, faults)
    return contact.id, faults.warnings


@operation("contact.remove")
async def remove(viewer: Viewer, contact_id: UUID, version: int, new_primary_id: UUID | None = None) -> UUID:
    """Take a contact away. Not the last one of an enterprise, nor the primary one without naming another (D17)."""
    contact, access = await _find(viewer, contact_id)
    access.require_full(CONTACT, ("name",))
    await edits.require_version(CONTACT, contact, version, {})
    others = await _others(contact)
    heir = await Contact.get_or_none(id=new_primary_id, customer_id=contact.customer_id, removed_at=None)
    faults = Faults()
    if access.kind is CustomerKind.ENTERPRISE or others:
        named = heir is not None and heir.id != contact.id
        faults.tried(
            ("id",), rules.check_removal, is_primary=contact.is_primary, others=others, names_another_primary=named
        )
    faults.settle()
    await edits.save(
        viewer, "contact.remove", CONTACT, contact, {"removed_at": clock.now(), "is_primary": False},
        customer_id=contact.customer_id,
    )
    if heir is not None and heir.id != contact.id:
        await _hand_over_primary(viewer, contact.customer_id)
        await edits.save(
            viewer, "contact.update", CONTACT, heir, {"is_primary": True}, customer_id=contact.customer_id
        )
    await _require(access, faults)
    return contact.customer_id


async def _others(contact: Contact) -> int:
    return await Contact.filter(customer_id=contact.customer_id, removed_at=None).exclude(id=contact.id).count()


async def _hand_over_primary(viewer: Viewer, customer_id: UUID) -> None:
    """Make room for another primary contact."""
    for former in await Contact.filter(customer_id=customer_id, is_primary=True, removed_at=None):
        await edits.save(
            viewer, "contact.update", CONTACT, former, {"is_primary": False}, customer_id=customer_id
        )


async def _require(access: Access, faults: Faults) -> None:
    """What submission requires of contacts holds ever after (D31)."""
    if access.state is not CustomerState.ACTIVE or access.kind is not CustomerKind.ENTERPRISE:
        return
    primary = await Contact.get_or_none(customer_id=access.customer_id, is_primary=True, removed_at=None)
    faults.extend(rules.missing_of_primary(primary and (primary.name, primary.title, primary.mobile)))
    faults.settle()
