"""Background work that somebody asked for: its progress, and what it is about (D4)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from service.core import enums
from storage.models.base import Record, code
from storage.models.people import User


class Job(Record):
    """One piece of work in batches. A batch and its progress are one transaction: a job goes on where it stopped."""

    kind = code(enums.JobKind)
    state = code(enums.JobState, default=enums.JobState.QUEUED.value)
    requested_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="jobs", on_delete=fields.RESTRICT
    )
    requested_by_id: UUID
    total = fields.IntField(default=0)
    done = fields.IntField(default=0)
    failed = fields.IntField(default=0)
    errors: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)  # pyright: ignore[reportUnknownVariableType]
    """The first hundred: record, number, code."""
    checkpoint = fields.IntField(default=0)
    """How many of the records have been looked at."""
    upkeep = code(enums.Upkeep, null=True)
    """What is done, where it is upkeep that an administrator has started."""
    started_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "jobs"


class HandOver(Record):
    """What a job of kind HAND_OVER or DEPARTMENT_MOVE is about."""

    job: fields.OneToOneRelation[Job] = fields.OneToOneField(
        "mingce.Job", related_name="hand_over", on_delete=fields.CASCADE
    )
    from_user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="handed_over", null=True, on_delete=fields.RESTRICT
    )
    to_user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="taken_over", on_delete=fields.RESTRICT
    )
    approved_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="approved_hand_overs", null=True, on_delete=fields.RESTRICT
    )
    """Whose rights count, where somebody has approved it; else those of who asked."""
    job_id: UUID
    from_user_id: UUID | None
    to_user_id: UUID
    approved_by_id: UUID | None
    reason = fields.CharField(max_length=200, null=True)
    mode = code(enums.HandOverMode)
    customer_ids: fields.Field[list[UUID]] = ArrayField("uuid")
    """In ascending order: the order in which customers are locked."""
    checked = fields.BooleanField(default=False)
    """Whether every customer was found movable, where it is all or nothing."""
    reverting = fields.BooleanField(default=False)
    """Whether what was moved is being put back, because something in the way came up after the check."""

    class Meta:
        table = "hand_overs"
