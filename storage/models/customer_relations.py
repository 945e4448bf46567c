"""Relations between customers (D11)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields

from service.core import enums
from storage.models.base import Versioned, code
from storage.models.customers import Customer


class CustomerRelation(Versioned):
    """What one customer is to another: `to_customer` is the `kind` of `from_customer`."""

    from_customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="relations_out", on_delete=fields.CASCADE
    )
    to_customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="relations_in", on_delete=fields.CASCADE
    )
    from_customer_id: UUID
    to_customer_id: UUID
    kind = code(enums.CustomerRelationKind)
    note = fields.CharField(max_length=200, null=True)
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "customer_relations"
