"""Changing what a file is called, and taking it away (D38)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import AttachmentKind, AttachmentState
from service.core.errors import ErrorCode
from service.core.fields import ATTACHMENT
from service.core.viewer import Viewer
from service.operations import edits
from service.operations.attachments import subjects
from service.operations.faults import Faults
from service.rules.files import names
from storage.queries import attachments


@operation("attachment.update", on=ATTACHMENT.name)
async def update(viewer: Viewer, attachment_id: UUID, version: int, given: dict[str, Any]) -> UUID:
    """Change what a file is for, or its display name."""
    attachment, access = await subjects.found(viewer, attachment_id)
    access.require_full(ATTACHMENT, given)
    await edits.require_version(ATTACHMENT, attachment, version, access.shown_whole(ATTACHMENT, given))
    faults, values = Faults(), dict[str, Any]()
    for name, value in given.items():
        if value is None:
            faults.add(ErrorCode.REQUIRED, name)
        elif name == "display_name":
            values[name] = faults.tried((name,), names.checked_display_name, value)
        else:
            values[name] = AttachmentKind(value).value
    faults.settle()
    kind = values.get("kind", attachment.kind)
    subjects.require_stricter(access, SimpleNamespace(kind=kind, contact_id=attachment.contact_id))
    await edits.save(viewer, "attachment.update", ATTACHMENT, attachment, values, customer_id=attachment.customer_id)
    return attachment_id


@operation("attachment.remove", on=ATTACHMENT.name)
async def remove(viewer: Viewer, attachment_id: UUID, version: int) -> UUID:
    """Take a file away. Its content is erased after a time of grace, where nothing else is the same."""
    attachment, _ = await subjects.found(viewer, attachment_id)
    await edits.require_version(ATTACHMENT, attachment, version, {})
    values = {"removed_at": clock.now()}
    await edits.save(viewer, "attachment.remove", ATTACHMENT, attachment, values, customer_id=attachment.customer_id)
    if attachment.content_id is not None:
        await attachments.let_go(attachment.content_id)
    if attachment.state in (AttachmentState.PENDING_UPLOAD, AttachmentState.QUARANTINED):
        await enqueue("attachment.release", key=f"release:{attachment_id}", attachment_id=attachment_id)
    return attachment.customer_id
