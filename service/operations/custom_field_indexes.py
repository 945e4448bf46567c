"""An index for a field that administrators defined, by a job that can be followed (D10).

PostgreSQL builds it on a connection of its own, for as long as that takes; the job looks in now and then. Where the
process that builds dies, the next look finds nobody at it and begins anew.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

import structlog

from service.boundary import audit
from service.boundary.jobs import in_batches
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import CustomFieldType, IndexState, JobKind, JobState
from service.core.errors import ErrorCode
from service.core.fields import CUSTOM_FIELD
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations import administration, custom_fields, jobs
from service.operations.faults import Faults
from service.operations.jobs import Hindrance
from storage import custom_indexes
from storage.models import CustomField, Job

RUN = "custom_field.index"
LOOKS_EVERY = 0.5
"""Seconds."""

log = structlog.get_logger()
_BUILDING: dict[str, asyncio.Task[bool]] = {}
"""What this process builds, by the key of the field. The loop itself holds its tasks only weakly."""


@operation("custom_field.build_index", on=CUSTOM_FIELD.name)
async def ask(viewer: Viewer, field_id: UUID) -> UUID:
    """Have an index built that serves filters and orders by the field; the job."""
    administration.admit(viewer)
    field = await custom_fields.one(field_id)
    if field.index_state == IndexState.BUILDING:
        faults = Faults()
        faults.add(ErrorCode.INDEX_BEING_BUILT, "id")
        faults.settle()
    job = await Job.create(kind=JobKind.CUSTOM_FIELD_INDEX.value, requested_by_id=viewer.id)
    before = await _mark(field, IndexState.BUILDING)
    await enqueue(RUN, key=f"job:{job.id}", job_id=job.id, field_id=field.id)
    changes = {"index_state": (before, IndexState.BUILDING.value)}
    await audit.record(viewer, "custom_field.build_index", subject=(CUSTOM_FIELD.name, field.id), changes=changes)
    return job.id


async def _mark(field: CustomField, state: IndexState) -> str:
    before, field.index_state = field.index_state, state.value
    await field.save(update_fields=["index_state"])
    return before


async def _given_up(job_id: UUID, field_id: UUID) -> None:
    await _end(await Job.get(id=job_id), await custom_fields.one(field_id), ErrorCode.INDEX_NOT_BUILT)


async def _end(job: Job, field: CustomField, hindrance: ErrorCode | None = None) -> None:
    await _mark(field, IndexState.FAILED if hindrance else IndexState.READY)
    if hindrance:
        jobs.end(job, JobState.FAILED, Hindrance(None, None, hindrance))
    else:
        job.done = job.total
        jobs.end(job, JobState.DONE)
    await job.save()


@in_batches(RUN, given_up=_given_up)
async def run(job_id: UUID, field_id: UUID) -> bool:
    """Look how far the index is, and have it built where nobody does; whether there is more to wait for."""
    await asyncio.sleep(LOOKS_EVERY)
    job, field = await Job.get(id=job_id), await custom_fields.one(field_id)
    if job.state in jobs.ENDED:
        return False
    kind, url = CustomFieldType(field.type), settings().database_owner_url
    task = _BUILDING.get(field.key)
    if task is not None and task.done():
        del _BUILDING[field.key]
        if (error := task.exception()) is not None:
            # Its name alone: the text may hold a customer's data.
            log.warning("index_failed", key=field.key, error=type(error).__name__)
            await _end(job, field, ErrorCode.INDEX_NOT_BUILT)
            return False
    elif task is None and url is not None and not await custom_indexes.is_ready(field.key, kind):
        # Beside this transaction, which must not be what the build waits for.
        _BUILDING[field.key] = asyncio.create_task(custom_indexes.build(url.get_secret_value(), field.key, kind))
    return await _noted(job, field, url.get_secret_value() if url else None)


async def _noted(job: Job, field: CustomField, owner_url: str | None) -> bool:
    """Note how far it is; whether there is more to wait for."""
    ready = await custom_indexes.is_ready(field.key, CustomFieldType(field.type))
    if field.key not in _BUILDING and ready:
        await _end(job, field)
    elif owner_url is None:
        await _end(job, field, ErrorCode.INDEX_NEEDS_OPERATOR)
    else:
        job.state, job.started_at = JobState.RUNNING, job.started_at or clock.now()
        job.done, job.total = await custom_indexes.progress(owner_url)
        await job.save()
    return job.state not in jobs.ENDED
