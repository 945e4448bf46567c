"""What administrators see of background work, and what they may start: dead letters, queues, upkeep.

A message shows its task, its job and what became of it, never what it is about: ids of records belong to those who see
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.boundary import audit
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import JobKind, MessageState, Upkeep
from service.core.errors import BadRequest, ErrorCode, NotFound, UserErrors
from service.core.ids import new_id
from service.core.queues import QUEUES, queue_of
from service.core.viewer import Viewer
from service.operations import jobs
from service.operations.administration import admit
from service.operations.faults import Faults
from storage.models import Job, OutboxMessage
from storage.queries import outbox

NAME = "Message"
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Message:
    """One piece of background work."""

    id: UUID
    task: str
    queue: str
    state: MessageState
    attempts: int
    last_error: str | None
    request_id: str | None
    job_id: UUID | None
    """The job that it is the work of, where it is of one."""
    created_at: datetime
    available_at: datetime
    dead_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class Queue:
    """What waits in one queue."""

    name: str
    open: int = 0
    """Due and not done; what waits for a later time does not count."""
    dead: int = 0
    oldest_seconds: float = 0.0
    """How long the oldest of those has been due."""


async def dead(viewer: Viewer, first: int) -> list[Message]:
    """What was given up, the newest first."""
    admit(viewer)
    if not 0 <= first <= MOST_AT_ONCE:
        raise BadRequest("page_size", largest=MOST_AT_ONCE, given=first)
    rows = OutboxMessage.filter(dead_at__not_isnull=True, done_at=None)
    return [_shown(row) for row in await rows.order_by("-dead_at", "-id").limit(first)]


async def message(viewer: Viewer, message_id: UUID) -> Message | None:
    """One message as it stands; None where there is none any more."""
    admit(viewer)
    row = await OutboxMessage.get_or_none(id=message_id)
    return _shown(row) if row else None


async def queues_of(viewer: Viewer) -> list[Queue]:
    """All queues."""
    admit(viewer)
    return await queues()


async def queues() -> list[Queue]:
    """All queues, as metrics show them: counts, nothing that belongs to anybody."""
    found = {name: Queue(name) for name in QUEUES}
    for row in await outbox.ages():
        known = found[queue_of(row.task)]
        found[known.name] = Queue(
            known.name, known.open + row.open, known.dead + row.dead, max(known.oldest_seconds, row.oldest_seconds)
        )
    return list(found.values())


@operation("job.retry", on=NAME)
async def retry(viewer: Viewer, message_id: UUID) -> UUID:
    """Send what was given up once more, with all its attempts before it."""
    admit(viewer)
    row = await OutboxMessage.filter(id=message_id).select_for_update().get_or_none()
    if row is None:
        raise NotFound
    return await _send_again(viewer, row)


@operation("job.retry", on=jobs.NAME)
async def retry_of_job(viewer: Viewer, job_id: UUID) -> UUID:
    """The same for the message of a job that was given up; the message."""
    admit(viewer)
    if not await Job.exists(id=job_id):
        raise NotFound
    given_up = OutboxMessage.filter(dead_at__not_isnull=True, arguments__contains={"job_id": str(job_id)})
    return await _send_again(viewer, await given_up.select_for_update().first())


async def _send_again(viewer: Viewer, row: OutboxMessage | None) -> UUID:
    if row is None or row.dead_at is None or row.done_at is not None:
        faults = Faults()
        faults.add(ErrorCode.NOT_GIVEN_UP, "id")
        raise UserErrors(faults.errors)
    before = row.dead_at
    row.dead_at, row.sent_at, row.attempts, row.available_at = None, None, 0, clock.now()
    await row.save(update_fields=["dead_at", "sent_at", "attempts", "available_at"])
    if (job_id := _job_of(row)) is not None:
        await jobs.again(job_id)
    await audit.record(viewer, "job.retry", subject=(NAME, row.id), changes={"dead_at": (before, None)})
    return row.id


@operation("job.run")
async def run(viewer: Viewer, upkeep: Upkeep) -> UUID:
    """Have upkeep done now that the clock would do later, as a job; its message. Where it is asked for and not begun,
    that is the answer."""
    admit(viewer)
    key, job_id = f"upkeep:{upkeep.task}", new_id()
    # Of a message that is open nothing is asked anew; it may be done, and its key free, before it is found.
    while (row := await OutboxMessage.get_or_none(key=key)) is None:
        await enqueue(upkeep.task, key=key, job_id=job_id)
    if _job_of(row) == job_id:
        await Job.create(id=job_id, kind=JobKind.UPKEEP.value, upkeep=upkeep.value, requested_by_id=viewer.id)
    await audit.record(viewer, "job.run", subject=(NAME, row.id), reason=upkeep.task)
    return row.id


def _job_of(row: OutboxMessage) -> UUID | None:
    return UUID(row.arguments["job_id"]) if "job_id" in row.arguments else None


def _shown(row: OutboxMessage) -> Message:
    if row.done_at is not None:
        state = MessageState.DONE
    elif row.dead_at is not None:
        state = MessageState.DEAD
    else:
        state = MessageState.SENT if row.sent_at is not None else MessageState.WAITING
    return Message(
        row.id, row.task, queue_of(row.task), state, row.attempts, row.last_error, row.request_id,
        _job_of(row), row.created_at, row.available_at, row.dead_at, row.done_at,
    )  # fmt: skip
