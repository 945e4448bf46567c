"""Protected values (D60)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from service.core import clock
from service.core.ids import new_id
from storage.models.customers import Customer


class ProtectedValue(Model):
    """A value that is kept encrypted. What is shown of it stands in the customer."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="protected_values", on_delete=fields.CASCADE
    )
    customer_id: UUID
    field = fields.CharField(max_length=32)
    """The column of the customer."""
    sealed = fields.BinaryField()
    updated_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "protected_values"
        unique_together = (("customer", "field"),)
