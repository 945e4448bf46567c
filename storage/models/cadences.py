"""How often a customer is followed up (D22)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from tortoise import fields

from service.core import enums
from storage.models.base import Versioned, code


class Cadence(Versioned):
    """How many days lie between two follow-ups at one status."""

    status = code(enums.CoarseStatus, unique=True)
    days = fields.IntField()

    class Meta:
        table = "cadences"
