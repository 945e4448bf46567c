"""The content of a file comes: straight to the store, or through the API for simple clients (D38, D40)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from service.boundary import audit
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import AttachmentState, FileType
from service.core.errors import ErrorCode, StoreAway, UploadStalled
from service.core.fields import ATTACHMENT
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations.attachments import subjects
from service.operations.faults import Faults
from service.rules.files import keys, types
from storage import objects
from storage.models import Attachment

CHECK = "attachment.check"
LARGEST = types.LARGEST
"""Bytes that a content may have at most (D39)."""
PIECE_SECONDS = 30.0
"""How long the next piece of a content may take to come."""


async def complete(viewer: Viewer, attachment_id: UUID) -> UUID:
    """Say that the content was sent. It is checked in the background; once more changes nothing."""
    try:
        size = await asyncio.to_thread(objects.size_in_quarantine, settings(), keys.uploaded(attachment_id))
    except objects.StoreError as error:
        raise StoreAway from error
    return await _complete(viewer, attachment_id, size)


@operation("attachment.complete", on=ATTACHMENT.name)
async def _complete(viewer: Viewer, attachment_id: UUID, size: int | None) -> UUID:
    attachment = await _own(viewer, attachment_id)
    if attachment.state in (AttachmentState.QUARANTINED, AttachmentState.CLEAN, AttachmentState.REJECTED):
        return attachment_id
    faults = Faults()
    if attachment.state == AttachmentState.EXPIRED:
        faults.add(ErrorCode.UPLOAD_EXPIRED, "id")
    elif size is None:
        faults.add(ErrorCode.NOT_UPLOADED, "id")
    elif size != attachment.size:
        faults.add(ErrorCode.SIZE_MISMATCH, "id")
    faults.settle()
    now = clock.now()
    before = attachment.state
    attachment.state, attachment.completed_at = AttachmentState.QUARANTINED.value, now
    await attachment.save(update_fields=["state", "completed_at"])
    await enqueue(CHECK, key=f"attachment:{attachment_id}", attachment_id=attachment_id)
    await audit.record(
        viewer, "attachment.complete", subject=(ATTACHMENT.name, attachment_id), customer_id=attachment.customer_id,
        changes={"state": (before, attachment.state), "completed_at": (None, now)},
    )  # fmt: skip
    return attachment_id


async def _own(viewer: Viewer, attachment_id: UUID) -> Attachment:
    return (await subjects.found(viewer, attachment_id, by_uploader=True))[0]


@operation("attachment.renew", on=ATTACHMENT.name, repeatable=False)
async def renew(viewer: Viewer, attachment_id: UUID) -> UUID:
    """Whether an own attachment may still be sent content: another address is made for it."""
    await _own(viewer, attachment_id)
    return attachment_id


@operation("attachment.receive", on=ATTACHMENT.name, repeatable=False)
async def awaited(viewer: Viewer, attachment_id: UUID) -> Attachment:
    """An own attachment, whose content may come."""
    return await _own(viewer, attachment_id)


async def receive(
    viewer: Viewer, attachment_id: UUID, media_type: str, length: int | None, content: AsyncIterator[bytes]
) -> UUID:
    """Take the content itself piece by piece, and complete the attachment. UserErrors as soon as it is wrong."""
    attachment = await awaited(viewer, attachment_id)
    if attachment.state in (AttachmentState.QUARANTINED, AttachmentState.CLEAN, AttachmentState.REJECTED):
        return attachment_id
    faults = Faults()
    if attachment.state == AttachmentState.EXPIRED:
        faults.add(ErrorCode.UPLOAD_EXPIRED, "id")
    if types.of_media_type(media_type) is not FileType(attachment.file_type):
        faults.add(ErrorCode.TYPE_MISMATCH, "contentType")
    if length is not None and length != attachment.size:
        faults.add(ErrorCode.SIZE_MISMATCH, "size")
    faults.settle()
    arriving = _Arriving(attachment, content)
    key, declared = keys.uploaded(attachment_id), types.media_type(FileType(attachment.file_type))
    try:
        await asyncio.to_thread(objects.upload, settings(), key, declared, attachment.size, arriving.pieces())
    except objects.StoreError as error:
        arriving.settle()
        raise StoreAway from error
    arriving.settle()
    return await complete(viewer, attachment_id)


class _Arriving:
    """A content on its way through: the thread that sends it on draws it from the event loop piece by piece."""

    def __init__(self, attachment: Attachment, content: AsyncIterator[bytes]) -> None:
        self._attachment = attachment
        self._content = content
        self._loop = asyncio.get_running_loop()
        self._size, self._digest = 0, hashlib.sha256()

    def pieces(self) -> Iterator[bytes]:
        while True:
            piece = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            if not piece:
                return
            if self._size == 0 and types.sniffed(piece) is not FileType(self._attachment.file_type):
                self._size = -1
                return
            self._size += len(piece)
            self._digest.update(piece)
            if self._size > self._attachment.size:
                return
            yield piece

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                return await anext(self._content, b"")
        except TimeoutError:
            raise UploadStalled from None

    def settle(self) -> None:
        """Raises UserErrors where it was not what was announced."""
        faults = Faults()
        if self._size < 0:
            faults.add(ErrorCode.TYPE_MISMATCH, "content")
        elif self._size != self._attachment.size:
            faults.add(ErrorCode.SIZE_MISMATCH, "content")
        elif self._digest.hexdigest() != self._attachment.sha256:
            faults.add(ErrorCode.HASH_MISMATCH, "content")
        faults.settle()
