"""Contacts (D16)."""

from __future__ import annotations

from datetime import datetime
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
    name: str | None = fields.CharField(max_length=50, null=True)
    name_sort: str | None = fields.CharField(max_length=300, null=True)
    salutation: str | None = code(enums.Salutation, null=True)
    title: str | None = fields.CharField(max_length=50, null=True)
    department_name: str | None = fields.CharField(max_length=50, null=True)
    decision_role: str | None = code(enums.DecisionRole, null=True)
    mobile: str | None = fields.CharField(max_length=11, null=True)
    landline: str | None = fields.CharField(max_length=30, null=True)
    email: str | None = fields.CharField(max_length=254, null=True)
    email_note: str | None = fields.CharField(max_length=100, null=True)
    wechat: str | None = fields.CharField(max_length=50, null=True)
    birthday: str | None = fields.CharField(max_length=5, null=True)
    is_primary: bool = fields.BooleanField(default=False)
    removed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "contacts"
