"""What a file is attached to, and who may attach to it (D38, D42)."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from service.boundary.access.record import Access, access_to, require_editable, row_exists
from service.core.errors import FieldForbidden, Forbidden, NotFound
from service.core.fields import ATTACHMENT, CONTACT, CUSTOMER, FOLLOW_UP
from service.core.text import camel
from service.core.viewer import Viewer
from storage.models import Attachment, Contact, FollowUp

Subject = tuple[str, UUID]
"""The type and the key of a record that files are attached to."""


@dataclass(frozen=True)
class Place:
    """Where a file hangs: always on a customer, and on one of its records, where that is meant."""

    customer_id: UUID
    contact_id: UUID | None = None
    follow_up_id: UUID | None = None


async def place_of(subject: Subject) -> Place:
    """NOT_FOUND where there is no such record, BAD_USER_INPUT for a type that takes no files."""
    kind, key = subject
    if kind == CUSTOMER.name:
        return Place(key)
    if kind == CONTACT.name:
        contact = await Contact.get_or_none(id=key, removed_at=None)
        if contact is not None:
            return Place(contact.customer_id, contact_id=key)
    if kind == FOLLOW_UP.name:
        follow_up = await FollowUp.get_or_none(id=key, removed_at=None)
        if follow_up is not None:
            return Place(follow_up.customer_id, follow_up_id=key)
    raise NotFound


async def attachable(viewer: Viewer, place: Place, kind: str) -> Access:
    """The viewer's rights on a customer that he may edit, whose files of that kind he is shown in full (D43)."""
    access = await access_to(viewer, place.customer_id)
    # Whether there is such a contact is told to who sees contacts.
    if place.contact_id is not None and CONTACT.row_class not in access.masked:
        raise NotFound
    require_editable(viewer, access, ATTACHMENT)
    admit(access)
    require_stricter(access, SimpleNamespace(kind=kind, contact_id=place.contact_id))
    return access


def require_contact(access: Access) -> None:
    """What attaching to a contact takes besides (D42)."""
    require_stricter(access, SimpleNamespace(kind=None, contact_id=access.customer_id))


def admit(access: Access) -> None:
    """What every change of a file takes besides: to see the names of files in full."""
    access.require_full(ATTACHMENT, ("display_name",))


def admit_uploader(viewer: Viewer, attachment: Attachment) -> None:
    """The content of a file is sent by who has announced it."""
    if attachment.uploaded_by_id != viewer.id:
        raise Forbidden("not_your_upload")


def require_stricter(access: Access, row: Any) -> None:
    """FIELD_FORBIDDEN where a file of this kind, on this record, takes a class that the viewer has not in full."""
    for one in ATTACHMENT.stricter:
        if one.holds(row) and one.data_class not in access.full and not access.is_draft_of_viewer:
            raise FieldForbidden(field=f"{ATTACHMENT.name}.{camel(one.column)}")


async def found(viewer: Viewer, attachment_id: UUID, *, by_uploader: bool = False) -> tuple[Attachment, Access]:
    """An attachment that the viewer may change, locked with its customer. NOT_FOUND where it does not exist for him.

    `by_uploader`: it takes that he has announced it.
    """
    attachment = await Attachment.get_or_none(id=attachment_id, removed_at=None)
    if attachment is None:
        raise NotFound
    access = await access_to(viewer, attachment.customer_id)
    if not row_exists(access, ATTACHMENT, attachment):
        raise NotFound
    require_editable(viewer, access, ATTACHMENT)
    # Read again, under a lock: the worker that checks it does not lock the customer.
    attachment = await Attachment.filter(id=attachment_id, removed_at=None).select_for_update().get_or_none()
    if attachment is None:
        raise NotFound
    if by_uploader:
        admit_uploader(viewer, attachment)
    admit(access)
    return attachment, access
