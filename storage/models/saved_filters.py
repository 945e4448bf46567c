"""Filters that people keep (D49)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from service.core import enums
from storage.models.base import Versioned, code
from storage.models.people import Department, User


class SavedFilter(Versioned):
    """A filter under a name, as its owner wrote it; shared with a department and those below it, or private."""

    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="saved_filters", on_delete=fields.RESTRICT
    )
    owner_id: UUID
    department: fields.ForeignKeyNullableRelation[Department] = fields.ForeignKeyField(
        "mingce.Department", related_name="saved_filters", null=True, on_delete=fields.SET_NULL
    )
    department_id: UUID | None
    name = fields.CharField(max_length=50)
    entity = code(enums.FilterEntity)
    where: fields.Field[Any] = fields.JSONField()
    order_by: fields.Field[Any] = fields.JSONField()
    columns: fields.Field[list[str]] = ArrayField("text")

    class Meta:
        table = "saved_filters"
        unique_together = (("owner", "name"),)
