"""What is left over: uploads that never came, rejected files, contents and objects that nothing uses (D40)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from service.boundary import audit
from service.boundary.jobs import scheduled
from service.boundary.outbox import enqueue
from service.core import clock
from service.core.enums import AttachmentState, Channel
from service.core.fields import ATTACHMENT
from service.core.settings import Settings, settings
from service.rules.files import keys
from storage import objects
from storage.queries import attachments

NEVER_CAME = timedelta(days=1)
YOUNG = timedelta(hours=1)
"""An object younger than this may be one whose row is being written."""
AT_ONCE = 200
LOOKED_AT = 5_000
"""Objects of a bucket that one sweep looks at, of those that are not young."""


@scheduled("attachment.expire")
async def expire() -> int:
    """Give up uploads that did not come within a day, and forget rejected files after their time; how many it was."""
    expired = await attachments.expire(NEVER_CAME, AT_ONCE)
    for row in expired:
        await enqueue("attachment.release", key=f"release:{row['id']}", attachment_id=row["id"])
        await _note(row, "attachment.expire", {"state": (AttachmentState.PENDING_UPLOAD, AttachmentState.EXPIRED)})
    forgotten = await attachments.forget_rejected(timedelta(days=settings().rejected_days), AT_ONCE)
    for row in forgotten:
        await _note(row, "attachment.forget", {})
    return len(expired) + len(forgotten)


async def _note(row: dict[str, Any], action: str, changes: audit.Changes) -> None:
    await audit.record(
        None, action, subject=(ATTACHMENT.name, row["id"]), customer_id=row["customer_id"], changes=changes,
        channel=Channel.JOB.value,
    )  # fmt: skip


@scheduled("attachment.erase")
async def erase() -> int:
    """Erase for good what nothing uses any more since the time of grace; how many contents it was.

    Their rows are locked meanwhile: who stores the same content waits, and stores it anew.
    """
    own = settings()
    unused = await attachments.unused(max(timedelta(days=own.erase_days), YOUNG), AT_ONCE)
    if unused:
        gone = [key for sha256 in unused for key in _objects_of(sha256)]
        await asyncio.to_thread(objects.remove, own, own.s3_bucket, gone)
        await attachments.erase(unused)
    return len(unused)


def _objects_of(sha256: str) -> list[str]:
    return [keys.content(sha256), *(keys.picture(sha256, size) for size in keys.SIZES)]


@scheduled("attachment.sweep")
async def sweep() -> int:
    """Remove objects that belong to nothing, in both buckets; how many it was (SEC-J1)."""
    own, before = settings(), clock.now() - YOUNG
    return await _sweep_quarantine(own, before) + await _sweep_contents(own, before)


async def _sweep_quarantine(own: Settings, before: datetime) -> int:
    found = await asyncio.to_thread(_old_ones, own, own.s3_quarantine_bucket, before)
    owners = {key: keys.attachment_of(key) for key in found}
    awaited = await attachments.awaited([owner for owner in owners.values() if owner])
    return await _removed(own, own.s3_quarantine_bucket, (k for k, owner in owners.items() if owner not in awaited))


async def _sweep_contents(own: Settings, before: datetime) -> int:
    found = await asyncio.to_thread(_old_ones, own, own.s3_bucket, before)
    owners = {key: keys.content_of(key) for key in found}
    known = await attachments.known([owner for owner in owners.values() if owner])
    # What bears no name of ours is somebody else's: it stays.
    return await _removed(own, own.s3_bucket, (k for k, owner in owners.items() if owner and owner not in known))


def _old_ones(own: Settings, bucket: str, before: datetime) -> list[str]:
    return list(islice((key for key, written in objects.listed(own, bucket) if written < before), LOOKED_AT))


async def _removed(own: Settings, bucket: str, orphans: Iterable[str]) -> int:
    gone = list(orphans)
    await asyncio.to_thread(objects.remove, own, bucket, gone)
    return len(gone)
