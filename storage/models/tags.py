"""Tags (D19)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields

from storage.models.base import Record, Versioned
from storage.models.customers import Customer


class Tag(Versioned):
    """A word that customers are sorted by."""

    name = fields.CharField(max_length=10)
    is_system = fields.BooleanField(default=False)
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "tags"
        unique_together = (("name", "is_system"),)


class CustomerTag(Record):
    """A tag on a customer."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="taggings", on_delete=fields.CASCADE
    )
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField(
        "mingce.Tag", related_name="taggings", on_delete=fields.RESTRICT
    )
    customer_id: UUID
    tag_id: UUID

    class Meta:
        table = "customer_tags"
        unique_together = (("customer", "tag"),)
        indexes = (("tag_id", "customer_id"),)
