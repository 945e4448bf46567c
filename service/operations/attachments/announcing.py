"""Announcing a file: what it will be, and where its content goes (D38, D39)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.files.links import SECONDS
from service.boundary.work import operation
from service.core import clock
from service.core.enums import AttachmentKind, AttachmentState, FileType
from service.core.errors import ErrorCode, NotFound
from service.core.fields import ATTACHMENT
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations.attachments import subjects
from service.operations.attachments.subjects import Place, Subject
from service.operations.faults import Faults
from service.rules.files import keys, names, types
from storage import objects
from storage.models import Attachment
from storage.queries import attachments

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """Where a content is to be sent, and how."""

    url: str
    headers: Mapping[str, str]
    expires_at: datetime
    method: str = "PUT"


@operation("attachment.create")
async def announce(viewer: Viewer, subject: Subject, given: dict[str, Any]) -> UUID:
    """Announce a file. Who announces the same one again, before or after its content came, gets the same record."""
    place = await subjects.place_of(subject)
    kind = AttachmentKind(given["kind"])
    await subjects.attachable(viewer, place, kind)
    faults = Faults()
    values = _checked(given, kind, faults)
    faults.settle()
    same = await _same(viewer, place, values)
    if same is not None:
        return same.id
    await _check_quotas(viewer, place, values["size"], faults)
    faults.settle()
    made = await Attachment.create(
        **values, customer_id=place.customer_id, contact_id=place.contact_id, follow_up_id=place.follow_up_id,
        uploaded_by_id=viewer.id,
    )  # fmt: skip
    await audit.record(
        viewer, "attachment.create", subject=(ATTACHMENT.name, made.id), customer_id=place.customer_id,
        changes={name: (None, value) for name, value in values.items()},
    )  # fmt: skip
    return made.id


def _checked(given: dict[str, Any], kind: AttachmentKind, faults: Faults) -> dict[str, Any]:
    """The columns. What can be known to be wrong already is refused here, in the terms in which a check would."""
    named = faults.tried(("file_name",), names.checked_file_name, given["file_name"])
    file_name, by_name = named or (given["file_name"], None)
    declared = types.of_media_type(given["content_type"])
    if declared is None:
        faults.add(ErrorCode.TYPE_NOT_ACCEPTED, "content_type")
    elif by_name not in (None, declared):
        faults.add(ErrorCode.TYPE_MISMATCH, "content_type")
    if not 0 < given["size"] <= types.LARGEST:
        faults.add(ErrorCode.TOO_LARGE if given["size"] > 0 else ErrorCode.EMPTY, "size")
    digest = given["sha256"].lower()
    if not _SHA256.fullmatch(digest):
        faults.add(ErrorCode.SHA256_FORMAT, "sha256")
    title = given.get("display_name")
    if title is None and kind is not AttachmentKind.QUALIFICATION:
        title = file_name.rpartition(".")[0][: names.LONGEST_DISPLAY_NAME]
    title = faults.tried(("display_name",), names.checked_display_name, title or "")
    return {
        "kind": kind.value, "display_name": title, "file_name": file_name, "size": given["size"], "sha256": digest,
        "file_type": (declared or FileType.PDF).value,
    }  # fmt: skip


async def _same(viewer: Viewer, place: Place, values: dict[str, Any]) -> Attachment | None:
    """The same file, announced by the same person for the same record."""
    alive = [AttachmentState.PENDING_UPLOAD, AttachmentState.QUARANTINED, AttachmentState.CLEAN]
    return await Attachment.get_or_none(
        uploaded_by_id=viewer.id, customer_id=place.customer_id, contact_id=place.contact_id,
        follow_up_id=place.follow_up_id, kind=values["kind"], sha256=values["sha256"], state__in=alive, removed_at=None,
    )  # fmt: skip


async def _check_quotas(viewer: Viewer, place: Place, size: int, faults: Faults) -> None:
    own = settings()
    if await attachments.bytes_of_user(viewer.id) + size > own.attachment_mb_per_user * _MIB:
        faults.add(ErrorCode.QUOTA_OF_USER, "size", maximum=own.attachment_mb_per_user)
    if await attachments.bytes_of_customer(place.customer_id) + size > own.attachment_mb_per_customer * _MIB:
        faults.add(ErrorCode.QUOTA_OF_CUSTOMER, "size", maximum=own.attachment_mb_per_customer)


async def upload_of(viewer: Viewer, attachment_id: UUID) -> Upload | None:
    """Where the content of an own attachment goes; None where it has come already. NOT_FOUND for anybody else."""
    attachment = await Attachment.get_or_none(id=attachment_id, uploaded_by_id=viewer.id, removed_at=None)
    if attachment is None:
        raise NotFound
    if attachment.state != AttachmentState.PENDING_UPLOAD:
        return None
    media_type = types.media_type(FileType(attachment.file_type))
    url = objects.signed_upload(settings(), keys.uploaded(attachment.id), media_type, attachment.size, SECONDS)
    headers = {"Content-Type": media_type, "Content-Length": str(attachment.size)}
    return Upload(url, headers, clock.now() + timedelta(seconds=SECONDS))
