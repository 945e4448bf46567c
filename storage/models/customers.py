"""Customers and who works on them (D5–D14)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import SqlDefault
from tortoise.models import Model

from service.core import enums
from storage.models.base import Record, Versioned, code
from storage.models.people import Department, User


class Customer(Versioned):
    """An enterprise or an individual."""

    number = fields.CharField(max_length=40, null=True, unique=True)
    number_day = fields.DateField(null=True)
    number_serial = fields.IntField(null=True)
    kind = code(enums.CustomerKind)
    type = code(enums.CustomerType, null=True)
    state = code(enums.CustomerState)
    name = fields.CharField(max_length=100, null=True)
    name_key = fields.CharField(max_length=100, null=True)
    """The name without blanks, brackets and case: what duplicates are found by."""
    name_sort = fields.CharField(max_length=600, null=True)
    """Pinyin: what lists are sorted by."""
    short_name = fields.CharField(max_length=50, null=True)
    short_name_sort = fields.CharField(max_length=300, null=True)
    """Pinyin: what it is found by."""
    uscc = fields.CharField(max_length=18, null=True)
    no_uscc_reason = fields.CharField(max_length=200, null=True)
    enterprise_type = code(enums.EnterpriseType, null=True)
    industry_code = fields.CharField(max_length=8, null=True)
    industry_other = fields.CharField(max_length=100, null=True)
    size_band = code(enums.SizeBand, null=True)
    revenue_band = code(enums.RevenueBand, null=True)
    region_code = fields.CharField(max_length=6, null=True)
    city = fields.CharField(max_length=50, null=True)
    """Of the region: what is shown of a masked street address (§9)."""
    address = fields.CharField(max_length=200, null=True)
    registered_region_code = fields.CharField(max_length=6, null=True)
    registered_city = fields.CharField(max_length=50, null=True)
    registered_address = fields.CharField(max_length=200, null=True)
    delivery_region_code = fields.CharField(max_length=6, null=True)
    delivery_city = fields.CharField(max_length=50, null=True)
    delivery_address = fields.CharField(max_length=200, null=True)
    latitude = fields.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = fields.DecimalField(max_digits=9, decimal_places=6, null=True)
    founded_on = fields.DateField(null=True)
    registered_capital = fields.DecimalField(max_digits=18, decimal_places=2, null=True)
    registered_capital_currency = fields.CharField(max_length=3, null=True)
    legal_representative = fields.CharField(max_length=50, null=True)
    tax_number = fields.CharField(max_length=20, null=True)
    parent_unit = fields.CharField(max_length=100, null=True)
    number_of_stores = fields.IntField(null=True)
    business_form = code(enums.BusinessForm, null=True)
    main_business = fields.TextField(null=True)
    core_products = fields.TextField(null=True)
    website = fields.CharField(max_length=200, null=True)
    shop_url = fields.CharField(max_length=200, null=True)
    business_code = fields.CharField(max_length=50, null=True)
    salutation = code(enums.Salutation, null=True)
    mobile = fields.CharField(max_length=11, null=True)
    id_number_last_four = fields.CharField(max_length=4, null=True)
    id_number = fields.CharField(max_length=8, null=True)
    """As it is shown: four stars and the last four. The value itself is in `protected_values`."""
    id_number_digest = fields.CharField(max_length=64, null=True)
    bank_account = fields.CharField(max_length=8, null=True)
    bank_account_digest = fields.CharField(max_length=64, null=True)
    source = code(enums.SourceChannel, null=True)
    stage = code(enums.Stage, default=enums.Stage.LEAD.value)
    stage_since = fields.DatetimeField(null=True)
    grade = code(enums.Grade, null=True)
    intent = code(enums.Intent, null=True)
    credit_rating = code(enums.CreditRating, null=True)
    risk_level = code(enums.RiskLevel, null=True)
    assessed_on = fields.DateField(null=True)
    deduction = code(enums.Deduction, null=True)
    trade_goods = fields.TextField(null=True)
    packaging: fields.Field[list[str] | None] = ArrayField("text", null=True)
    bank_name = fields.CharField(max_length=100, null=True)
    service_level = fields.CharField(max_length=50, null=True)
    cooperation_scope = fields.TextField(null=True)
    cooperation_from = fields.DateField(null=True)
    cooperation_until = fields.DateField(null=True)
    cooperation_history = fields.TextField(null=True)
    notes = fields.TextField(null=True)
    first_contact_at = fields.DatetimeField(null=True)
    last_followed_up_at = fields.DatetimeField(null=True)
    effective_at = fields.DatetimeField(null=True)
    custom: fields.Field[dict[str, Any]] = fields.JSONField(  # pyright: ignore[reportUnknownVariableType]
        default=dict, db_default=SqlDefault("'{}'::jsonb")
    )
    """By key, the values of fields that administrators defined; one that is not set is not in it. Numbers, amounts and
    days are texts, so that no digit is lost."""
    submission_evidence = code(enums.Evidence, null=True)
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
    referrer_user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="referred", null=True, on_delete=fields.RESTRICT
    )
    referrer_customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="referred", null=True, on_delete=fields.RESTRICT
    )
    assessed_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="assessed", null=True, on_delete=fields.RESTRICT
    )
    owner_id: UUID | None
    department_id: UUID | None
    created_by_id: UUID
    updated_by_id: UUID
    referrer_user_id: UUID | None
    referrer_customer_id: UUID | None
    assessed_by_id: UUID | None

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


class EditPermission(Record):
    """Somebody may edit what he sees in full of a customer, without being responsible for it (D3)."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="edit_permissions", on_delete=fields.CASCADE
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="edit_permissions", on_delete=fields.RESTRICT
    )
    granted_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="granted_edit_permissions", on_delete=fields.RESTRICT
    )
    customer_id: UUID
    user_id: UUID
    granted_by_id: UUID

    class Meta:
        table = "edit_permissions"
        unique_together = (("customer", "user"),)
        indexes = (("user_id",),)


class CustomerNumberCounter(Model):
    """The last serial given on one business day (D6)."""

    day = fields.DateField(primary_key=True)
    last_serial = fields.IntField()

    class Meta:
        table = "customer_number_counters"
