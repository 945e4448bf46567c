"""Background work that was asked for inside a transaction (design §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tortoise import fields

from storage.models.base import Record


class OutboxMessage(Record):
    """One piece of background work. It is done exactly when `done_at` is set, in the transaction of its effect."""

    task: str = fields.CharField(max_length=64)
    arguments: dict[str, Any] = fields.JSONField()
    """Ids only."""
    available_at: datetime = fields.DatetimeField()
    sent_at: datetime | None = fields.DatetimeField(null=True)
    attempts: int = fields.IntField(default=0)
    done_at: datetime | None = fields.DatetimeField(null=True)
    dead_at: datetime | None = fields.DatetimeField(null=True)
    last_error: str | None = fields.CharField(max_length=200, null=True)

    class Meta:
        table = "outbox_messages"
