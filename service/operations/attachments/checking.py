"""The check of a file: nothing is given out that has not passed all of it (D40, SEC-D)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.files import folders, scanner
from service.boundary.files.examiner import Examiner
from service.boundary.jobs import NotNow, prepared
from service.boundary.outbox import enqueue
from service.core import clock
from service.core.enums import AttachmentState, Channel, FileType, RejectionReason
from service.core.fields import ATTACHMENT
from service.core.settings import settings
from service.operations.attachments.receiving import CHECK
from service.rules.files import jpeg, keys, png, types
from service.rules.files.verdict import Findings, Rejected
from storage import objects
from storage.models import Attachment
from storage.queries import attachments, outbox
from storage.scanning.verdict import ScannerFault

PICTURES, RELEASE = "attachment.pictures", "attachment.release"
GUARANTEE = timedelta(seconds=10)
"""After a check its upload is taken away at once; a job looks after that, should the worker be gone by then."""


@cache
def examiner() -> Examiner:
    """The process beside this one that looks at files."""
    return Examiner()


@dataclass(frozen=True)
class Checked:
    """What a check came to. One of `rejection` and `content` is there."""

    attachment_id: UUID
    rejection: RejectionReason | None = None
    content: str | None = None
    """The hash under which it is stored."""
    findings: Findings | None = None
    scanned_by: str | None = None


async def _examine(attachment_id: UUID) -> Checked | None:
    """Look at a file that came, and store it where it is clean. None where there is nothing to check any more."""
    attachment = await Attachment.get_or_none(id=attachment_id, removed_at=None)
    if attachment is None or attachment.state != AttachmentState.QUARANTINED:
        return None
    with folders.folder() as folder:
        try:
            return await _examined(attachment, folder)
        except Rejected as rejected:
            return Checked(attachment_id, rejection=rejected.reason)
        except objects.TooLarge:
            return Checked(attachment_id, rejection=RejectionReason.TOO_LARGE)
        except objects.StoreError as error:
            raise NotNow(f"the object store: {type(error).__name__}") from error
        except ScannerFault as fault:
            raise NotNow(str(fault)) from fault


async def _examined(attachment: Attachment, folder: Path) -> Checked:
    file, opened, kind = folder / "content", folder / "opened", FileType(attachment.file_type)
    await _fetch(attachment, file)
    _require_type(file, kind)
    findings = await asyncio.to_thread(examiner().examine, file, kind, opened)
    verdict = await scanner.scanner().scan(file, opened)
    if verdict.virus is not None:
        return Checked(attachment.id, rejection=RejectionReason.VIRUS, scanned_by=verdict.engine.name)
    content = await _store(file, kind, attachment.sha256, attachment.size)
    return Checked(attachment.id, content=content, findings=findings, scanned_by=verdict.engine.name)


async def _fetch(attachment: Attachment, file: Path) -> None:
    """What is checked is what was announced: the same bytes, whatever was sent after that."""
    own, key = settings(), keys.uploaded(attachment.id)
    fetched = await asyncio.to_thread(objects.fetch, own, own.s3_quarantine_bucket, key, file, types.LARGEST)
    if fetched is None:
        raise NotNow("the uploaded content is not in the object store")
    if fetched.size == 0:
        raise Rejected(RejectionReason.EMPTY)
    if fetched.size != attachment.size:
        raise Rejected(RejectionReason.SIZE_MISMATCH)
    if fetched.sha256 != attachment.sha256:
        raise Rejected(RejectionReason.HASH_MISMATCH)


def _require_type(file: Path, declared: FileType) -> None:
    with file.open("rb") as content:
        found = types.sniffed(content.read(16))
    if found is None:
        raise Rejected(RejectionReason.TYPE_NOT_ACCEPTED)
    if found is not declared:
        raise Rejected(RejectionReason.TYPE_MISMATCH)


async def _store(file: Path, kind: FileType, sha256: str, size: int) -> str:
    """Put it where only this service writes, unless the same content is there already; the hash of what is stored."""
    own = settings()
    if own.strip_photos and kind is not FileType.PDF:
        sha256, size = await asyncio.to_thread(_strip, file, kind)
    if await attachments.claim(sha256, size, kind.value):
        await asyncio.to_thread(objects.keep, own, keys.content(sha256), file, types.media_type(kind))
    return sha256


def _strip(file: Path, kind: FileType) -> tuple[str, int]:
    """Take out of a picture where and with what it was taken; hash and size of what is left."""
    strip = jpeg.without_metadata if kind is FileType.JPEG else png.without_metadata
    stripped = strip(file.read_bytes())
    file.write_bytes(stripped)
    return types.sha256_of(stripped), len(stripped)


async def _clear(checked: Checked | None) -> None:
    """Take the upload out of quarantine at once. Where that fails, the message of `release` has it done later."""
    if checked is None:
        return
    try:
        await _release(checked.attachment_id)
    except NotNow:
        return
    await outbox.spare(_releases(checked.attachment_id))


@prepared(CHECK, _examine, _clear)
async def check(checked: Checked | None) -> None:
    """Note the verdict: CLEAN, or REJECTED with its reason. Once, whatever was repeated before."""
    if checked is None:
        return
    # What was taken away meanwhile must not hold a content.
    waiting = Attachment.filter(id=checked.attachment_id, removed_at=None)
    attachment = await waiting.select_for_update().get_or_none()
    if attachment is None or attachment.state != AttachmentState.QUARANTINED:
        return
    values: dict[str, Any] = {"checked_at": clock.now(), "scanned_by": checked.scanned_by}
    if checked.rejection is not None:
        values |= {"state": AttachmentState.REJECTED.value, "rejection": checked.rejection.value}
    else:
        assert checked.content is not None
        assert checked.findings is not None
        found = checked.findings
        values |= {"state": AttachmentState.CLEAN.value, "content_id": checked.content}
        values |= {"width": found.width, "height": found.height, "pages": found.pages}
        await attachments.use(checked.content)
        await enqueue(PICTURES, key=f"pictures:{attachment.id}", attachment_id=attachment.id)
    await enqueue(RELEASE, at=clock.now() + GUARANTEE, key=_releases(attachment.id), attachment_id=attachment.id)
    await note(attachment, "attachment.check", values)


async def note(attachment: Attachment, action: str, values: dict[str, Any]) -> None:
    """Save what the service itself has found out about a file, and log it."""
    logged = {n: (getattr(attachment, n), v) for n, v in values.items() if getattr(attachment, n) != v}
    for name, value in values.items():
        setattr(attachment, name, value)
    await attachment.save(update_fields=list(values))
    await audit.record(
        None, action, subject=(ATTACHMENT.name, attachment.id), customer_id=attachment.customer_id,
        changes=logged, channel=Channel.JOB.value,
    )  # fmt: skip


def _releases(attachment_id: UUID) -> str:
    return f"release:{attachment_id}"


async def _release(attachment_id: UUID) -> None:
    """Take the upload out of quarantine: it was checked, or will never be."""
    own = settings()
    try:
        await asyncio.to_thread(objects.remove, own, own.s3_quarantine_bucket, [keys.uploaded(attachment_id)])
    except objects.StoreError as error:
        raise NotNow(f"the object store: {type(error).__name__}") from error


@prepared(RELEASE, _release)
async def release(_nothing: None) -> None:
    """The upload is gone: there is nothing else to note."""


@dataclass(frozen=True)
class Drawn:
    """Pictures of a content that are in the store now."""

    content: str
    sizes: list[int]


async def _draw(attachment_id: UUID) -> Drawn | None:
    """Make thumbnails of a clean file and store them; none where it takes too much."""
    attachment = await Attachment.get_or_none(id=attachment_id, state=AttachmentState.CLEAN.value)
    if attachment is None or attachment.content_id is None:
        return None
    content, kind, own = attachment.content_id, FileType(attachment.file_type), settings()
    if await attachments.has_pictures(content):
        return None
    with folders.folder() as folder:
        try:
            key = keys.content(content)
            found = await asyncio.to_thread(objects.fetch, own, own.s3_bucket, key, folder / "content", types.LARGEST)
            if found is None:
                raise NotNow("the content is not in the object store")
            made = await asyncio.to_thread(examiner().thumbnails, folder / "content", kind, folder)
            for size, picture in made.items():
                await asyncio.to_thread(objects.keep, own, keys.picture(content, size), picture, "image/webp")
        except objects.StoreError as error:
            raise NotNow(f"the object store: {type(error).__name__}") from error
    return Drawn(content, sorted(made))


@prepared(PICTURES, _draw)
async def draw(drawn: Drawn | None) -> None:
    """Note which pictures there are (D41)."""
    if drawn is not None:
        await attachments.note_pictures(drawn.content, drawn.sizes)
