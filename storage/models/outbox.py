"""Background work that was asked for inside a transaction (design §4)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from typing import Any

from tortoise import fields

from storage.models.base import Record


class OutboxMessage(Record):
    """One piece of background work. It is done exactly when `done_at` is set, in the transaction of its effect."""

    task = fields.CharField(max_length=64)
    arguments: fields.Field[dict[str, Any]] = fields.JSONField()  # pyright: ignore[reportUnknownVariableType]
    """Ids only."""
    key = fields.CharField(max_length=100, null=True, unique=True)
    """Names work of which one message may be open at a time, however often somebody asks. Gone when it is done."""
    available_at = fields.DatetimeField()
    """Not to be sent before; moved on after a failure."""
    sent_at = fields.DatetimeField(null=True)
    """When it was handed to the broker; null while it waits for that."""
    attempts = fields.IntField(default=0)
    """How often a worker has begun it."""
    done_at = fields.DatetimeField(null=True)
    dead_at = fields.DatetimeField(null=True)
    """When it was given up, after too many attempts."""
    last_error = fields.CharField(max_length=200, null=True)
    """The name of what went wrong last. Never its text, which may hold a customer's data."""

    request_id = fields.CharField(max_length=64, null=True)
    """The request that asked for it; null where the clock did."""
    traceparent = fields.CharField(max_length=55, null=True)
    """The span that asked for it, as the W3C writes one; null where nothing is traced."""

    class Meta:
        table = "outbox_messages"
