"""Background work that somebody asked for, as he follows it: progress, state, what went wrong.

A job is the business of who asked for it and of administrators. It belongs to no customer, so it is no record of the
reader: for everybody else it does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from service.boundary import audit
from service.boundary.work import operation
from service.core import clock
from service.core.enums import JobKind, JobState, Role, Upkeep
from service.core.errors import BadRequest, ErrorCode, NotFound
from service.core.viewer import Viewer
from service.operations.faults import Faults
from storage.models import Job
from storage.queries import hand_over
from storage.queries import jobs as queries

NAME = "Job"
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
UNSTOPPABLE = (JobKind.DEPARTMENT_MOVE, JobKind.CUSTOM_FIELD_INDEX)
"""Half of the customers would stay behind; half an index would."""
MOST_AT_ONCE = 50
ERRORS_KEPT = 100


@dataclass(frozen=True)
class Hindrance:
    """Why one record was left as it was."""

    record_id: UUID | None
    number: str | None
    code: ErrorCode

    def kept(self) -> dict[str, Any]:
        return {"record": self.record_id and str(self.record_id), "number": self.number, "code": self.code.value}


@dataclass(frozen=True)
class Progress:
    """A job as it stands."""

    id: UUID
    kind: JobKind
    state: JobState
    total: int
    done: int
    failed: int
    errors: list[Hindrance]
    requested_by_id: UUID
    requested_by_name: str
    upkeep: Upkeep | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


async def one(viewer: Viewer, job_id: UUID) -> Progress | None:
    """A job that the viewer asked for, or any for an administrator; None where it does not exist for him."""
    row = await queries.one(job_id, viewer.id, every=viewer.is_(Role.ADMIN))
    return _progress(row) if row else None


async def newest(viewer: Viewer, first: int) -> list[Progress]:
    """The newest of those jobs."""
    if not 0 <= first <= MOST_AT_ONCE:
        raise BadRequest("page_size", largest=MOST_AT_ONCE, given=first)
    return [_progress(row) for row in await queries.newest(viewer.id, first, every=viewer.is_(Role.ADMIN))]


@operation("job.cancel", on=NAME)
async def cancel(viewer: Viewer, job_id: UUID) -> UUID:
    """Let a job do nothing more. What it has done stays, or is put back where it is all or nothing."""
    job = await Job.filter(id=job_id).select_for_update(no_key=True).get_or_none()
    if job is None or (job.requested_by_id != viewer.id and not viewer.is_(Role.ADMIN)):
        raise NotFound
    faults = Faults()
    if job.state in ENDED:
        faults.add(ErrorCode.JOB_FINISHED, "id")
    elif job.kind in UNSTOPPABLE:
        faults.add(ErrorCode.JOB_CANNOT_BE_CANCELLED, "id")
    faults.settle()
    if job.checkpoint and await hand_over.put_back_if_whole(job_id):
        await audit.record(viewer, "job.cancel", subject=(NAME, job_id))
        return job_id
    before, job.state, job.finished_at = job.state, JobState.CANCELLED, clock.now()
    await job.save(update_fields=["state", "finished_at"])
    await audit.record(
        viewer, "job.cancel", subject=(NAME, job_id), changes={"state": (before, JobState.CANCELLED.value)}
    )
    return job_id


async def again(job_id: UUID) -> None:
    """Let a job that was given up go on from where it stopped; the caller sends its message."""
    job = await Job.filter(id=job_id, state=JobState.FAILED.value).select_for_update(no_key=True).get_or_none()
    if job is None:  # cancelled, or of other work than a job
        return
    job.state, job.finished_at = JobState.QUEUED, None
    job.errors = [error for error in job.errors if error["record"]]  # the others are of the job as a whole
    await job.save(update_fields=["state", "finished_at", "errors"])


def end(job: Job, state: JobState, *hindrances: Hindrance) -> None:
    """Note that a job is over; the caller saves it."""
    job.state, job.finished_at = state, clock.now()
    note(job, list(hindrances))


def note(job: Job, hindrances: list[Hindrance]) -> None:
    """Keep the first hundred of what went wrong; the caller saves it."""
    room = ERRORS_KEPT - len(job.errors)
    job.errors = [*job.errors, *(hindrance.kept() for hindrance in hindrances[:room])]


def _progress(row: dict[str, Any]) -> Progress:
    errors = [
        Hindrance(e["record"] and UUID(e["record"]), e["number"], ErrorCode(e["code"]))
        for e in orjson.loads(row["errors"])
    ]
    typed: dict[str, Any] = {"kind": JobKind(row["kind"]), "state": JobState(row["state"]), "errors": errors}
    typed["upkeep"] = row["upkeep"] and Upkeep(row["upkeep"])
    return Progress(**{**row, **typed})
