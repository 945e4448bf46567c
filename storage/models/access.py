"""Access to fields of customers of another department, for a time (D45)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from service.core import enums
from service.core.ids import new_id
from storage.models.base import Versioned, code
from storage.models.customers import Customer
from storage.models.people import Department, User


class AccessGrant(Versioned):
    """Access that somebody has asked for; in force between its times once it is granted, and until it is ended."""

    holder: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="access_grants", on_delete=fields.RESTRICT
    )
    department: fields.ForeignKeyNullableRelation[Department] = fields.ForeignKeyField(
        "mingce.Department", related_name="access_grants", null=True, on_delete=fields.SET_NULL
    )
    """That of its customers when it was asked for."""
    delivery = code(enums.AccessDelivery, default=enums.AccessDelivery.GRANT.value)
    data_classes: fields.Field[list[str]] = ArrayField("text")
    purpose = fields.CharField(max_length=200)
    customer_count = fields.IntField()
    begins_at = fields.DatetimeField()
    until = fields.DatetimeField()
    recipient = fields.CharField(max_length=100, null=True)
    """Who outside the company is given the file."""
    for_marketing = fields.BooleanField(default=False)
    is_authorised = fields.BooleanField(default=False)
    """Whether its customers have authorised it in writing, so that nobody had to approve."""
    copied_at = fields.DatetimeField(null=True)
    """When the file was written that it is delivered as, as long as that is kept."""
    granted_at = fields.DatetimeField(null=True)
    checked_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="checked_grants", null=True, on_delete=fields.RESTRICT
    )
    granted_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="granted_grants", null=True, on_delete=fields.RESTRICT
    )
    ended_at = fields.DatetimeField(null=True)
    ended_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="ended_grants", null=True, on_delete=fields.RESTRICT
    )
    end_reason = fields.CharField(max_length=200, null=True)
    holder_id: UUID
    department_id: UUID | None
    checked_by_id: UUID | None
    granted_by_id: UUID | None
    ended_by_id: UUID | None

    class Meta:
        table = "access_grants"


class AccessGrantCustomer(Model):
    """One of the customers that a grant is about."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    grant: fields.ForeignKeyRelation[AccessGrant] = fields.ForeignKeyField(
        "mingce.AccessGrant", related_name="members", on_delete=fields.CASCADE
    )
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="access_grants", on_delete=fields.CASCADE
    )
    grant_id: UUID
    customer_id: UUID

    class Meta:
        table = "access_grant_customers"
        unique_together = (("grant", "customer"),)
        indexes = (("customer_id",),)
