"""What customers have agreed to (D46)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise import fields

from service.core import enums
from storage.models.attachments import Attachment
from storage.models.base import Versioned, code
from storage.models.customers import Customer
from storage.models.people import User


class Consent(Versioned):
    """What a customer has agreed to. One that was taken back stays; one given again is another one."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="consents", on_delete=fields.CASCADE
    )
    evidence: fields.ForeignKeyNullableRelation[Attachment] = fields.ForeignKeyField(
        "mingce.Attachment", related_name="consents", null=True, on_delete=fields.SET_NULL
    )
    recorded_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="recorded_consents", on_delete=fields.RESTRICT
    )
    customer_id: UUID
    evidence_id: UUID | None
    recorded_by_id: UUID
    purpose = code(enums.ConsentPurpose)
    state = code(enums.ConsentState, default=enums.ConsentState.GIVEN.value)
    recipient = fields.CharField(max_length=100, null=True)
    given_on: date = fields.DateField()
    withdrawn_at: datetime | None = fields.DatetimeField(null=True)
    note = fields.CharField(max_length=200, null=True)

    class Meta:
        table = "consents"
