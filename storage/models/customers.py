"""Customers and who works on them (D5–D14)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from service.core import enums
from storage.models.base import Record, Versioned, code
from storage.models.people import Department, User


class Customer(Versioned):
    """An enterprise or an individual."""

    number: str | None = fields.CharField(max_length=40, null=True, unique=True)
    number_day: date | None = fields.DateField(null=True)
    number_serial: int | None = fields.IntField(null=True)
    kind: str = code(enums.CustomerKind)
    type: str | None = code(enums.CustomerType, null=True)
    state: str = code(enums.CustomerState)
    name: str | None = fields.CharField(max_length=100, null=True)
    name_key: str | None = fields.CharField(max_length=100, null=True)
    """The name without blanks, brackets and case: what duplicates are found by."""
    name_sort: str | None = fields.CharField(max_length=600, null=True)
    """Pinyin: what lists are sorted by."""
    short_name: str | None = fields.CharField(max_length=50, null=True)
    uscc: str | None = fields.CharField(max_length=18, null=True)
    no_uscc_reason: str | None = fields.CharField(max_length=200, null=True)
    enterprise_type: str | None = code(enums.EnterpriseType, null=True)
    industry_code: str | None = fields.CharField(max_length=8, null=True)
    industry_other: str | None = fields.CharField(max_length=100, null=True)
    size_band: str | None = code(enums.SizeBand, null=True)
    region_code: str | None = fields.CharField(max_length=6, null=True)
    address: str | None = fields.CharField(max_length=200, null=True)
    website: str | None = fields.CharField(max_length=200, null=True)
    business_code: str | None = fields.CharField(max_length=50, null=True)
    salutation: str | None = code(enums.Salutation, null=True)
    mobile: str | None = fields.CharField(max_length=11, null=True)
    id_number_last_four: str | None = fields.CharField(max_length=4, null=True)
    source: str | None = code(enums.SourceChannel, null=True)
    stage: str = code(enums.Stage, default=enums.Stage.LEAD.value)
    grade: str | None = code(enums.Grade, null=True)
    notes: str | None = fields.TextField(null=True)
    first_contact_at: datetime | None = fields.DatetimeField(null=True)
    last_followed_up_at: datetime | None = fields.DatetimeField(null=True)
    effective_at: datetime | None = fields.DatetimeField(null=True)
    submission_evidence: str | None = code(enums.Evidence, null=True)
    owner: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="owned", null=True, on_delete=fields.RESTRICT
    )
    department: fields.ForeignKeyNullableRelation[Department] = fields.ForeignKeyField(
        "mingce.Department", related_name="customers", null=True, on_delete=fields.RESTRICT
    )
    created_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="entered", on_delete=fields.RESTRICT
    )
    updated_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="changed", on_delete=fields.RESTRICT
    )
    owner_id: UUID | None
    department_id: UUID | None
    created_by_id: UUID
    updated_by_id: UUID

    class Meta:
        table = "customers"


class Collaborator(Record):
    """A member of staff who works on a customer besides its owner (D12)."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="collaborations", on_delete=fields.CASCADE
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="collaborations", on_delete=fields.RESTRICT
    )
    customer_id: UUID
    user_id: UUID

    class Meta:
        table = "collaborators"
        unique_together = (("customer", "user"),)
        indexes = (("user_id",),)


class CustomerNumberCounter(Model):
    """The last serial given on one business day (D6)."""

    day: date = fields.DateField(primary_key=True)
    last_serial: int = fields.IntField()

    class Meta:
        table = "customer_number_counters"
