"""Follow-ups, tasks and reminders (D20–D22, D59)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields

from service.core import enums
from storage.models.base import Record, Versioned, code
from storage.models.contacts import Contact
from storage.models.customers import Customer
from storage.models.people import User


class FollowUp(Versioned):
    """One communication with a customer."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="follow_ups", on_delete=fields.CASCADE
    )
    contact: fields.ForeignKeyNullableRelation[Contact] = fields.ForeignKeyField(
        "mingce.Contact", related_name="follow_ups", null=True, on_delete=fields.RESTRICT
    )
    author: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="follow_ups", on_delete=fields.RESTRICT
    )
    recorded_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="recorded_follow_ups", on_delete=fields.RESTRICT
    )
    customer_id: UUID
    contact_id: UUID | None
    author_id: UUID
    recorded_by_id: UUID
    occurred_at = fields.DatetimeField()
    duration_minutes = fields.IntField(null=True)
    mode = code(enums.FollowUpMode)
    kind = code(enums.FollowUpKind, null=True)
    content = fields.TextField()
    solution = fields.TextField(null=True)
    feedback = fields.TextField(null=True)
    goods = fields.CharField(max_length=500, null=True)
    return_visit_result = fields.TextField(null=True)
    next_plan_at = fields.DatetimeField(null=True)
    next_plan_mode = code(enums.FollowUpMode, null=True)
    next_plan_goal = fields.CharField(max_length=200, null=True)
    no_plan_reason = fields.CharField(max_length=200, null=True)
    is_late = fields.BooleanField(default=False)
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "follow_ups"


class FollowUpCompanion(Record):
    """A member of staff who went along (D20)."""

    follow_up: fields.ForeignKeyRelation[FollowUp] = fields.ForeignKeyField(
        "mingce.FollowUp", related_name="companionships", on_delete=fields.CASCADE
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="companionships", on_delete=fields.RESTRICT
    )
    follow_up_id: UUID
    user_id: UUID

    class Meta:
        table = "follow_up_companions"
        unique_together = (("follow_up", "user"),)


class Task(Versioned):
    """Something to be done for a customer by a time."""

    title = fields.CharField(max_length=200)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="tasks", on_delete=fields.CASCADE
    )
    assignee: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="tasks", on_delete=fields.RESTRICT
    )
    follow_up: fields.OneToOneNullableRelation[FollowUp] = fields.OneToOneField(
        "mingce.FollowUp", related_name="task", null=True, on_delete=fields.CASCADE
    )
    created_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="created_tasks", null=True, on_delete=fields.RESTRICT
    )
    closed_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="closed_tasks", null=True, on_delete=fields.RESTRICT
    )
    customer_id: UUID
    assignee_id: UUID
    follow_up_id: UUID | None
    created_by_id: UUID | None
    closed_by_id: UUID | None
    due_at = fields.DatetimeField()
    state = code(enums.TaskState, default=enums.TaskState.OPEN.value)
    priority = code(enums.TaskPriority, db_default=enums.TaskPriority.NORMAL.value)
    notes = fields.TextField(null=True)
    reminded_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "tasks"


class Reminder(Record):
    """Says that a task is due. One for each due time of a task."""

    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField(
        "mingce.Task", related_name="reminders", on_delete=fields.CASCADE
    )
    recipient: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="reminders", on_delete=fields.RESTRICT
    )
    task_id: UUID
    recipient_id: UUID
    due_at = fields.DatetimeField()
    dismissed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "reminders"
        unique_together = (("task", "due_at"),)
        indexes = (("recipient_id", "created_at"),)
