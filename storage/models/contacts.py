"""Contacts (D16)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields

from service.core import enums
from storage.models.base import Versioned, code
from storage.models.customers import Customer


class Contact(Versioned):
    """A person at a customer."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="contacts", on_delete=fields.CASCADE
    )
    customer_id: UUID
    name = fields.CharField(max_length=50, null=True)
    name_sort = fields.CharField(max_length=300, null=True)
    salutation = code(enums.Salutation, null=True)
    title = fields.CharField(max_length=50, null=True)
    department_name = fields.CharField(max_length=50, null=True)
    decision_role = code(enums.DecisionRole, null=True)
    mobile = fields.CharField(max_length=11, null=True)
    landline = fields.CharField(max_length=30, null=True)
    email = fields.CharField(max_length=254, null=True)
    email_is_personal = fields.BooleanField(null=True)
    email_note = fields.CharField(max_length=100, null=True)
    wechat = fields.CharField(max_length=50, null=True)
    staff_number = fields.CharField(max_length=50, null=True)
    birthday = fields.CharField(max_length=5, null=True)
    is_primary = fields.BooleanField(default=False)
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "contacts"
