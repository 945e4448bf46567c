"""Fields that administrators define (D10). Their values stand in `customers.custom`, their choices in `list_values`."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from tortoise import fields

from service.core import enums
from storage.models.base import Versioned, code


class CustomField(Versioned):
    """The definition of one field."""

    key = fields.CharField(max_length=32, unique=True)
    type = code(enums.CustomFieldType)
    data_class = code(enums.DataClass)
    zh = fields.CharField(max_length=50)
    en = fields.CharField(max_length=50)
    description = fields.CharField(max_length=200, null=True)
    kind = code(enums.CustomerKind, null=True)
    required_of_enterprises = fields.BooleanField(default=False)
    required_of_individuals = fields.BooleanField(default=False)
    position = fields.IntField()
    retired_at = fields.DatetimeField(null=True)
    index_state = code(enums.IndexState, default=enums.IndexState.NONE.value)

    class Meta:
        table = "custom_fields"
