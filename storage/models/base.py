"""What every table has in common."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from service.core import clock
from service.core.ids import new_id


def code(enum: type[StrEnum], *, null: bool = False, **extra: Any) -> Any:
    """A column that holds a code of `enum`. Its values are checked by the database too (`storage.declared`)."""
    return fields.CharField(max_length=32, null=null, description=enum.__name__, **extra)


class Record(Model):
    """A row with a time-ordered key and the time at which it was entered."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        abstract = True


class Versioned(Record):
    """A row that people edit: a stale change is recognised by its version."""

    updated_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)

    class Meta:
        abstract = True
