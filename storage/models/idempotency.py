"""What was done under a key that its caller chose (design §4)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from typing import Any
from uuid import UUID

from tortoise import fields

from storage.models.base import Record


class IdempotencyKey(Record):
    """One step of a mutation that was called under a key; it stands there exactly when the step was done."""

    user_id: UUID = fields.UUIDField()  # pyright: ignore[reportAssignmentType]
    key = fields.CharField(max_length=64)
    """A digest of the key, with its user: callers may put anything into a key."""
    step = fields.IntField()
    """Most mutations are one operation; those in bulk are several, one after the other."""
    input = fields.CharField(max_length=64)
    """A digest of mutation and input: the same key with another one is refused."""
    outcome: fields.Field[Any] = fields.JSONField(null=True)  # pyright: ignore[reportUnknownVariableType]
    """What the operation gave back: keys of records, codes. No values of customers."""

    class Meta:
        table = "idempotency_keys"
        unique_together = (("user_id", "key", "step"),)
