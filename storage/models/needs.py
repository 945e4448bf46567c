"""Needs (D18)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

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
    kinds: fields.Field[list[str]] = ArrayField("text")
    priority = code(enums.NeedPriority, null=True)
    state = code(enums.NeedState, default=enums.NeedState.OPEN.value)
    current_need = fields.TextField(null=True)
    potential_need = fields.TextField(null=True)
    pain_points = fields.TextField(null=True)
    business_goal = fields.TextField(null=True)
    product_preference = fields.TextField(null=True)
    budget_band = code(enums.BudgetBand, null=True)
    expected_purchase = code(enums.ExpectedPurchase, null=True)
    expected_purchase_on = fields.DateField(null=True)
    closed_reason = fields.CharField(max_length=200, null=True)

    class Meta:
        table = "needs"
        indexes = (("customer_id",),)
