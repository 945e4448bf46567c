"""What open subscriptions are told of: that something happened, never what."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from service.core import clock, enums
from storage.models.base import code


class Event(Model):
    """Something happened to a customer, a job, or for a person. Written in the transaction in which it happened."""

    id = fields.BigIntField(primary_key=True, generated=True)
    """In the order of writing, which is not that of committing."""
    sequence = fields.BigIntField(null=True, unique=True)
    """In an order in which none comes before one that was seen. Given after commit: see `storage.queries.events`."""
    created_at = fields.DatetimeField(default=clock.now)
    topic = code(enums.EventTopic)
    key: UUID = fields.UUIDField()  # pyright: ignore[reportAssignmentType]
    """The customer or job; of a reminder, whom it is for."""
    record_id: UUID | None = fields.UUIDField(null=True)  # pyright: ignore[reportAssignmentType]
    """The reminder."""

    class Meta:
        table = "events"
