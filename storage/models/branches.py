"""Branches of an enterprise (D7)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields

from service.core import enums
from storage.models.base import Versioned, code
from storage.models.customers import Customer


class Branch(Versioned):
    """A place of an enterprise."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="branches", on_delete=fields.CASCADE
    )
    customer_id: UUID
    name = fields.CharField(max_length=100)
    phone = fields.CharField(max_length=30, null=True)
    business_region_code = fields.CharField(max_length=6, null=True)
    business_city = fields.CharField(max_length=50, null=True)
    """Of the region: what is shown of a masked street address (§9)."""
    business_address = fields.CharField(max_length=200, null=True)
    delivery_region_code = fields.CharField(max_length=6, null=True)
    delivery_city = fields.CharField(max_length=50, null=True)
    delivery_address = fields.CharField(max_length=200, null=True)
    manager_name = fields.CharField(max_length=50, null=True)
    salutation = code(enums.Salutation, null=True)
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "branches"
