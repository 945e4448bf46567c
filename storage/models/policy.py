"""The access policy as data (D42)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from service.core import enums
from storage.models.base import Record, code


class PolicyCell(Record):
    """How much of a data class a role or a relation shows."""

    principal_kind = fields.CharField(max_length=8)
    """ROLE or RELATION."""
    principal = fields.CharField(max_length=32)
    data_class = code(enums.DataClass)
    level = code(enums.Level)

    class Meta:
        table = "policy_cells"
        unique_together = (("principal_kind", "principal", "data_class"),)


class PolicyVersion(Model):
    """One row: the version of the whole policy. Every change raises it."""

    id = fields.IntField(primary_key=True, generated=False)
    version = fields.IntField(default=1)
    updated_by_id = fields.UUIDField(null=True)

    class Meta:
        table = "policy_versions"
