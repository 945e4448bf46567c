"""Requests for approval, who stands in for whom, and which flows are on (D31–D34)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from service.core import enums
from service.core.ids import new_id
from storage.models.base import Record, Versioned, code
from storage.models.customers import Customer
from storage.models.people import Department, User


class Approval(Versioned):
    """A request that somebody else has to decide about."""

    kind = code(enums.ApprovalKind)
    state = code(enums.ApprovalState, default=enums.ApprovalState.PENDING.value)
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="approvals", null=True, on_delete=fields.CASCADE
    )
    department: fields.ForeignKeyNullableRelation[Department] = fields.ForeignKeyField(
        "mingce.Department", related_name="approvals", null=True, on_delete=fields.SET_NULL
    )
    """Where its approver is looked for, if it is about no customer, or about one of no department."""
    requester: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="requests", on_delete=fields.RESTRICT
    )
    subject_type = fields.CharField(max_length=32, null=True)
    subject_id = fields.UUIDField(null=True)
    reason = fields.CharField(max_length=200, null=True)
    rule = code(enums.Decider)
    later_rules: fields.Field[list[str]] = ArrayField("text", default=list)
    """By which rules it is decided after that, one after the other."""
    decided_before: fields.Field[list[UUID]] = ArrayField("uuid", default=list)
    """Who has approved the steps before this one."""
    payload: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)  # pyright: ignore[reportUnknownVariableType]
    """What taking effect needs besides. Never shown."""
    expires_at = fields.DatetimeField()
    reminded_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="decisions", null=True, on_delete=fields.RESTRICT
    )
    in_place_of: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="decisions_by_others", null=True, on_delete=fields.RESTRICT
    )
    comment = fields.CharField(max_length=200, null=True)
    customer_id: UUID | None
    department_id: UUID | None
    requester_id: UUID
    decided_by_id: UUID | None
    in_place_of_id: UUID | None

    class Meta:
        table = "approvals"


class ApprovalChange(Model):
    """What a request is to change: one field, before and after. Of a protected value, as it is shown."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    approval: fields.ForeignKeyRelation[Approval] = fields.ForeignKeyField(
        "mingce.Approval", related_name="changes", on_delete=fields.CASCADE
    )
    approval_id: UUID
    field = fields.CharField(max_length=64)
    before: fields.Field[Any] = fields.JSONField(null=True)  # pyright: ignore[reportUnknownVariableType]
    after: fields.Field[Any] = fields.JSONField(null=True)  # pyright: ignore[reportUnknownVariableType]
    sealed = fields.BinaryField(null=True)
    """A protected value itself, encrypted, while the request is open (D60)."""

    class Meta:
        table = "approval_changes"
        unique_together = (("approval", "field"),)


class Delegation(Record):
    """Somebody is away, and another one decides in his place (D34)."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="delegations", on_delete=fields.RESTRICT
    )
    delegate: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="deputises", on_delete=fields.RESTRICT
    )
    user_id: UUID
    delegate_id: UUID
    begins_at = fields.DatetimeField()
    until = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "delegations"
        indexes = (("user_id",),)


class ApprovalFlow(Versioned):
    """Whether requests of one kind are made, and who decides: in a department and those below it, or everywhere."""

    kind = code(enums.ApprovalKind)
    department: fields.ForeignKeyNullableRelation[Department] = fields.ForeignKeyField(
        "mingce.Department", related_name="approval_flows", null=True, on_delete=fields.CASCADE
    )
    department_id: UUID | None
    is_on = fields.BooleanField()
    rules: fields.Field[list[str]] = ArrayField("text")
    """By which rules it is decided, one after the other."""

    class Meta:
        table = "approval_flows"
