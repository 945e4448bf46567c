"""Scanning again what is stored: after new signatures, or because an administrator wants it (D41)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.files import folders, scanner
from service.boundary.jobs import in_batches
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import AttachmentState, FileType, JobKind, JobState, RejectionReason
from service.core.errors import ErrorCode
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations import administration, jobs, reasons
from service.operations.attachments.checking import examiner, note
from service.operations.faults import Faults
from service.operations.jobs import Hindrance
from service.rules.files import keys, types
from service.rules.files.verdict import Rejected
from storage import objects
from storage.models import Attachment, FileContent, Job
from storage.queries import attachments
from storage.scanning.verdict import Verdict

RUN = "attachment.rescan"


@operation("attachment.rescan")
async def ask(viewer: Viewer, reason: str | None = None) -> UUID:
    """Have every stored content scanned once more; the job. What is found takes its attachments out of use."""
    administration.admit(viewer)
    faults = Faults()
    words = reasons.checked(reason, faults, required=False)
    faults.settle()
    total = await attachments.in_use()
    job = await Job.create(kind=JobKind.RESCAN.value, requested_by_id=viewer.id, total=total)
    await enqueue(RUN, key=f"job:{job.id}", job_id=job.id)
    changes = {"total": (None, total)}
    await audit.record(viewer, "attachment.rescan", subject=(jobs.NAME, job.id), changes=changes, reason=words)
    return job.id


async def _given_up(job_id: UUID) -> None:
    job = await Job.filter(id=job_id).select_for_update(no_key=True).get_or_none()
    if job is not None and job.state not in jobs.ENDED:
        jobs.end(job, JobState.FAILED)
        await job.save()


@in_batches(RUN, given_up=_given_up)
async def run(job_id: UUID) -> bool:
    """Scan the next contents; whether there is more to do. The checkpoint is a place in the order of hashes."""
    job = await Job.filter(id=job_id).select_for_update(no_key=True).get_or_none()
    if job is None or job.state in jobs.ENDED:
        return False
    job.state, job.started_at = JobState.RUNNING, job.started_at or clock.now()
    found = await attachments.next_in_use(job.checkpoint)
    for content in found:
        verdict = await _scanned(content)
        if verdict is not None:
            await _settle(job, content, verdict)
        job.done += 1
    if found:
        job.checkpoint = int(found[0][:7], 16) + 1
    else:
        jobs.end(job, JobState.DONE)
    await job.save()
    return job.state not in jobs.ENDED


async def _scanned(content: str) -> Verdict | None:
    """None where the object is not there."""
    own = settings()
    with folders.folder() as folder:
        file, opened = folder / "content", folder / "opened"
        found = await asyncio.to_thread(objects.fetch, own, own.s3_bucket, keys.content(content), file, types.LARGEST)
        if found is None:
            return None
        kind = FileType((await FileContent.get(sha256=content)).file_type)
        with suppress(Rejected):  # its structure was good enough before; what is wanted is what its streams hold
            await asyncio.to_thread(examiner().examine, file, kind, opened)
        return await scanner.scanner().scan(file, opened)


async def _settle(job: Job, content: str, verdict: Verdict) -> None:
    """Note the verdict on every attachment that has this content."""
    values: dict[str, Any] = {"checked_at": clock.now(), "scanned_by": verdict.engine.name}
    if verdict.virus is not None:
        values |= {"state": AttachmentState.REJECTED.value, "rejection": RejectionReason.VIRUS.value}
        values |= {"content_id": None}
        job.failed += 1
    for attachment in await Attachment.filter(content_id=content).select_for_update():
        await note(attachment, "attachment.rescan", dict(values))
        if verdict.virus is not None:
            jobs.note(job, [Hindrance(attachment.id, None, ErrorCode.VIRUS)])
    if verdict.virus is not None:
        await attachments.let_go(content, for_good=True)
