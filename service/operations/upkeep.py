"""What administrators see of background work, and what they may start: dead letters, queues, upkeep.

A message shows its task and what became of it, never what it is about: ids of records belong to those who see them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.boundary import audit
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import MessageState, Upkeep
from service.core.errors import BadRequest, ErrorCode, NotFound
from service.core.queues import QUEUES, queue_of
from service.core.viewer import Viewer
from service.operations.administration import admit
from service.operations.faults import Faults
from storage.models import OutboxMessage
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
    faults = Faults()
    if row.dead_at is None or row.done_at is not None:
        faults.add(ErrorCode.NOT_GIVEN_UP, "id")
    faults.settle()
    before = row.dead_at
    row.dead_at, row.sent_at, row.attempts, row.available_at = None, None, 0, clock.now()
    await row.save(update_fields=["dead_at", "sent_at", "attempts", "available_at"])
    await audit.record(viewer, "job.retry", subject=(NAME, message_id), changes={"dead_at": (before, None)})
    return message_id


@operation("job.run")
async def run(viewer: Viewer, upkeep: Upkeep) -> UUID:
    """Have upkeep done now that the clock would do later. Where it is asked for and not begun, that is the answer."""
    admit(viewer)
    key = f"upkeep:{upkeep.task}"
    # Of a message that is open nothing is asked anew; it may be done, and its key free, before it is found.
    while (row := await OutboxMessage.get_or_none(key=key)) is None:
        await enqueue(upkeep.task, key=key)
    await audit.record(viewer, "job.run", subject=(NAME, row.id), reason=upkeep.task)
    return row.id


def _shown(row: OutboxMessage) -> Message:
    if row.done_at is not None:
        state = MessageState.DONE
    elif row.dead_at is not None:
        state = MessageState.DEAD
    else:
        state = MessageState.SENT if row.sent_at is not None else MessageState.WAITING
    return Message(
        row.id, row.task, queue_of(row.task), state, row.attempts, row.last_error, row.request_id,
        row.created_at, row.available_at, row.dead_at, row.done_at,
    )  # fmt: skip
