"""What administrators decide about the words and fields of the business (D10, D13)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from tortoise import fields

from storage.models.base import Versioned


class ListValue(Versioned):
    """One value of a list: a code with its labels. Retired ones stay on the records that have them."""

    list = fields.CharField(max_length=40)
    code = fields.CharField(max_length=32)
    zh = fields.CharField(max_length=50)
    en = fields.CharField(max_length=50)
    definition_zh = fields.CharField(max_length=200, null=True)
    definition_en = fields.CharField(max_length=200, null=True)
    position = fields.IntField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "list_values"
        unique_together = (("list", "code"),)


class FieldSetting(Versioned):
    """What an administrator has set about a built-in field; where there is no row, the specification holds."""

    entity = fields.CharField(max_length=32)
    field = fields.CharField(max_length=64)
    required_of_enterprises = fields.BooleanField(null=True)
    required_of_individuals = fields.BooleanField(null=True)
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "field_settings"
        unique_together = (("entity", "field"),)
