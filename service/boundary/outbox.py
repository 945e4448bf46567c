"""Background work is asked for in the transaction that makes it necessary (design §4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service.core import clock
from storage.models import OutboxMessage


async def enqueue(task: str, *, at: datetime | None = None, **ids: UUID) -> None:
    """Ask for `task` with these ids, once this transaction has committed, not before `at`."""
    await OutboxMessage.create(
        task=task, arguments={name: str(key) for name, key in ids.items()}, available_at=at or clock.now()
    )
