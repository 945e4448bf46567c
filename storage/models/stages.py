"""The history of the stage (D24)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields

from service.core import enums
from storage.models.base import Record, code
from storage.models.customers import Customer
from storage.models.people import User


class StageMove(Record):
    """One move of a customer's stage."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="stage_moves", on_delete=fields.CASCADE
    )
    actor: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="stage_moves", on_delete=fields.RESTRICT
    )
    customer_id: UUID
    actor_id: UUID
    from_stage = code(enums.Stage)
    to_stage = code(enums.Stage)
    lost_reason = code(enums.LostReason, null=True)
    reason = fields.CharField(max_length=200, null=True)
    duration_seconds = fields.IntField(db_default=0)
    """How long the customer had stood at `from_stage`."""

    class Meta:
        table = "stage_moves"
        indexes = (("customer_id", "created_at"),)
