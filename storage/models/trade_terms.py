"""Payment terms and procedures (D15)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from tortoise import fields

from service.core import enums
from storage.models.base import Record, Versioned, code
from storage.models.contacts import Contact
from storage.models.customers import Customer


class PaymentTerm(Record):
    """When a customer pays a share. All terms of a customer are set anew together."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="payment_terms", on_delete=fields.CASCADE
    )
    customer_id: UUID
    kind = code(enums.PaymentTermKind)
    share: Decimal = fields.DecimalField(max_digits=5, decimal_places=2)
    days = fields.IntField(null=True)
    day_of_month = fields.IntField(null=True)
    amount = fields.DecimalField(max_digits=18, decimal_places=2, null=True)
    amount_currency = fields.CharField(max_length=3, null=True)
    position = fields.IntField()

    class Meta:
        table = "payment_terms"


class Procedure(Versioned):
    """How one orders, reconciles or settles with a customer."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="procedures", on_delete=fields.CASCADE
    )
    contact: fields.ForeignKeyNullableRelation[Contact] = fields.ForeignKeyField(
        "mingce.Contact", related_name="procedures", null=True, on_delete=fields.SET_NULL
    )
    customer_id: UUID
    contact_id: UUID | None
    kind = code(enums.ProcedureKind)
    text = fields.TextField(null=True)
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "procedures"
