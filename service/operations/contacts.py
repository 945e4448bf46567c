"""Contacts (D16, D17)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, editable
from service.boundary.work import operation
from service.core import clock
from service.core.enums import CustomerKind, CustomerState
from service.core.errors import ErrorCode, FieldError, NotFound
from service.core.fields import CONTACT, CUSTOMER
from service.core.viewer import Viewer
from service.operations import contact_fields, edits
from service.operations.faults import Faults
from service.rules import contacts as rules
from storage.models import Contact
from storage.queries import rows

Saved = tuple[UUID, list[FieldError]]
"""The contact's key, and what is worth a warning."""


def check_one_primary(given: list[dict[str, Any]], faults: Faults) -> None:
    """Of several new contacts one at most is marked as primary."""
    marked = [place for place, values in enumerate(given) if values.get("is_primary")]
    for place in marked[1:]:
        faults.add(ErrorCode.SEVERAL_PRIMARY_CONTACTS, "contacts", str(place), "is_primary")


async def add_all(viewer: Viewer, customer_id: UUID, people: list[dict[str, Any]], *, at: datetime) -> None:
    """Add checked contacts to a customer that has none yet. Where none is named, the first is the primary one."""
    primary = next((place for place, values in enumerate(people) if values.get("is_primary")), 0)
    for place, values in enumerate(people):
        await _add(viewer, customer_id, {**values, "is_primary": place == primary, "created_at": at})


async def _add(viewer: Viewer, customer_id: UUID, values: dict[str, Any]) -> UUID:
    contact_id = await rows.insert(Contact, {"customer_id": customer_id, **values})
    logged = {n: (None, v) for n, v in values.items() if n in CONTACT.by_name and v is not None and n != "created_at"}
    await audit.record(
        viewer, "contact.create", subject=(CONTACT.name, contact_id), customer_id=customer_id, changes=logged
    )
    return contact_id


def admit_any(access: Access) -> None:
    """Whatever is given: whether there is a contact already must not show."""
    access.require_full(CONTACT, ("name",))


@operation("contact.create", on=CUSTOMER.name)
async def create(viewer: Viewer, customer_id: UUID, given: dict[str, Any]) -> Saved:
    """Add a contact. The first one of a customer is its primary one."""
    access = await editable(viewer, customer_id)
    admit_any(access)
    access.require_full(CONTACT, given)
    faults = Faults()
    values = contact_fields.checked(given, faults)
    faults.settle()
    if not await Contact.exists(customer_id=customer_id, removed_at=None):
        values["is_primary"] = True
    elif values.get("is_primary"):
        await _hand_over_primary(viewer, customer_id)
    contact_id = await _add(viewer, customer_id, values)
    await _require(access, faults)
    return contact_id, faults.warnings


async def _find(viewer: Viewer, contact_id: UUID) -> tuple[Contact, Access]:
    """The contact with the viewer's rights; NOT_FOUND where it does not exist for him."""
    contact = await Contact.get_or_none(id=contact_id, removed_at=None)
    if contact is None:
        raise NotFound
    access = await editable(viewer, contact.customer_id, CONTACT)
    # Read again: the customer is locked only now.
    contact = await Contact.get_or_none(id=contact_id, removed_at=None)
    if contact is None:
        raise NotFound
    return contact, access


@operation("contact.update", on=CONTACT.name)
async def update(viewer: Viewer, contact_id: UUID, version: int, given: dict[str, Any]) -> Saved:
    """Change a contact. The primary one stays so until another one is named."""
    contact, access = await _find(viewer, contact_id)
    access.require_full(CONTACT, given)
    await edits.require_version(CONTACT, contact, version, access.shown_whole(CONTACT, given))
    faults = Faults()
    values = contact_fields.checked(given, faults, email_note=contact.email_note)
    if contact.is_primary and values.get("is_primary") is False:
        faults.add(ErrorCode.PRIMARY_CONTACT_REQUIRED, "is_primary")
    faults.settle()
    if values.get("is_primary") and not contact.is_primary:
        await _hand_over_primary(viewer, contact.customer_id)
    await edits.save(
        viewer,
        "contact.update",
        CONTACT,
        contact,
        values,
        customer_id=contact.customer_id,
        hidden=contact_fields.DERIVED,
    )
    await _require(access, faults)
    return contact.id, faults.warnings


@operation("contact.remove", on=CONTACT.name)
async def remove(viewer: Viewer, contact_id: UUID, version: int, new_primary_id: UUID | None = None) -> UUID:
    """Take a contact away. Not the last one of an enterprise, nor the primary one without naming another (D17)."""
    contact, access = await _find(viewer, contact_id)
    admit_any(access)
    await edits.require_version(CONTACT, contact, version, {})
    others = await _others(contact)
    faults = Faults()
    heir = await _heir(contact, new_primary_id, faults)
    if not faults.errors:
        path = "new_primary_id" if others else "id"
        faults.tried((path,), check_removal, access, contact, others=others, names_another=heir is not None)
    if heir is not None and _must_be_whole(access) and rules.missing_of_primary((heir.name, heir.title, heir.mobile)):
        faults.add(ErrorCode.PRIMARY_CONTACT_REQUIRED, "new_primary_id")
    faults.settle()
    await edits.save(
        viewer,
        "contact.remove",
        CONTACT,
        contact,
        {"removed_at": clock.now(), "is_primary": False},
        customer_id=contact.customer_id,
    )
    if heir is not None:
        await _hand_over_primary(viewer, contact.customer_id)
        await edits.save(viewer, "contact.update", CONTACT, heir, {"is_primary": True}, customer_id=contact.customer_id)
    return contact.customer_id


def check_removal(access: Access, contact: Contact, *, others: int, names_another: bool) -> None:
    """Raise LAST_CONTACT and PRIMARY_CONTACT_REQUIRED (D17); an individual needs no contact at all."""
    if access.kind is CustomerKind.ENTERPRISE or others:
        rules.check_removal(is_primary=contact.is_primary, others=others, names_another_primary=names_another)


async def _heir(contact: Contact, heir_id: UUID | None, faults: Faults) -> Contact | None:
    """Another contact of the same customer, who becomes the primary one."""
    if heir_id is None:
        return None
    others = Contact.filter(customer_id=contact.customer_id, removed_at=None).exclude(id=contact.id)
    heir = await others.get_or_none(id=heir_id)
    if heir is None:
        faults.add(ErrorCode.NOT_FOUND, "new_primary_id")
    return heir


async def _others(contact: Contact) -> int:
    return await Contact.filter(customer_id=contact.customer_id, removed_at=None).exclude(id=contact.id).count()


async def _hand_over_primary(viewer: Viewer, customer_id: UUID) -> None:
    """Make room for another primary contact."""
    for former in await Contact.filter(customer_id=customer_id, is_primary=True, removed_at=None):
        await edits.save(viewer, "contact.update", CONTACT, former, {"is_primary": False}, customer_id=customer_id)


def _must_be_whole(access: Access) -> bool:
    return access.state is CustomerState.ACTIVE and access.kind is CustomerKind.ENTERPRISE


async def _require(access: Access, faults: Faults) -> None:
    """What submission requires of contacts holds ever after (D31)."""
    if not _must_be_whole(access):
        return
    primary = await Contact.get_or_none(customer_id=access.customer_id, is_primary=True, removed_at=None)
    faults.extend(rules.missing_of_primary(primary and (primary.name, primary.title, primary.mobile)))
    faults.settle()
