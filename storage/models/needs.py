"""Needs (D18)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from service.core import enums
from storage.models.base import Versioned, code
from storage.models.customers import Customer


class Need(Versioned):
    """What a customer is after."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="needs", on_delete=fields.CASCADE
    )
    customer_id: UUID
    kinds: list[str] = ArrayField("text")
    priority: str | None = code(enums.NeedPriority, null=True)
    state: str = code(enums.NeedState, default=enums.NeedState.OPEN.value)
    current_need: str | None = fields.TextField(null=True)
    pain_points: str | None = fields.TextField(null=True)
    budget_band: str | None = code(enums.BudgetBand, null=True)
    expected_purchase_on: date | None = fields.DateField(null=True)

    class Meta:
        table = "needs"
        indexes = (("customer_id",),)
