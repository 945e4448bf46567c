"""Background work is asked for in the transaction that makes it necessary (design §4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service.core import clock, tracing, trail
from storage.models import OutboxMessage
from storage.queries import rows


async def enqueue(task: str, *, at: datetime | None = None, key: str | None = None, **ids: UUID) -> None:
    """Ask for `task` with these ids, once this transaction has committed, not before `at`.

    With a `key` one message is open at a time: a second one is dropped in silence until the first is done.
    """
    message = {
        "task": task,
        "arguments": {name: str(record) for name, record in ids.items()},
        "key": key,
        "available_at": at or clock.now(),
        "request_id": trail.request_id(),
        "traceparent": tracing.here(),
    }
    await rows.insert(OutboxMessage, message, unless_there=key is not None)
