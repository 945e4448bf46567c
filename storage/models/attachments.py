"""Attachments, and the contents that they share (D38–D41)."""

# pyright: reportIncompatibleVariableOverride=false
# Tortoise reads a class `Meta` of every model; it is no attribute of the parent's.

from __future__ import annotations

from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from service.core import clock, enums
from storage.models.base import Versioned, code
from storage.models.contacts import Contact
from storage.models.customers import Customer
from storage.models.follow_ups import FollowUp
from storage.models.people import User


class FileContent(Model):
    """A content in the clean bucket. Its key there is its hash: the same content is stored once (D41)."""

    sha256 = fields.CharField(max_length=64, primary_key=True)
    """Of what is stored, in hexadecimal digits."""
    size = fields.IntField()
    file_type = code(enums.FileType)
    thumbnails: fields.Field[list[int]] = ArrayField("int", default=list)
    """The sizes that there are, in pixels of the longer side."""
    created_at = fields.DatetimeField(default=clock.now)
    unused_since = fields.DatetimeField(null=True)
    """When the last attachment let go of it; after a time of grace it is erased."""

    class Meta:
        table = "file_contents"


class Attachment(Versioned):
    """A file of a customer, a contact or a follow-up, from its announcement on."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "mingce.Customer", related_name="attachments", on_delete=fields.CASCADE
    )
    customer_id: UUID
    contact: fields.ForeignKeyNullableRelation[Contact] = fields.ForeignKeyField(
        "mingce.Contact", related_name="attachments", null=True, on_delete=fields.CASCADE
    )
    contact_id: UUID | None
    follow_up: fields.ForeignKeyNullableRelation[FollowUp] = fields.ForeignKeyField(
        "mingce.FollowUp", related_name="attachments", null=True, on_delete=fields.CASCADE
    )
    follow_up_id: UUID | None
    uploaded_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "mingce.User", related_name="attachments", on_delete=fields.RESTRICT
    )
    uploaded_by_id: UUID
    kind = code(enums.AttachmentKind)
    display_name = fields.CharField(max_length=100)
    file_name = fields.CharField(max_length=255)
    file_type = code(enums.FileType)
    size = fields.IntField()
    sha256 = fields.CharField(max_length=64)
    """Of what was announced; what is stored may be without metadata, and have another one."""
    state = code(enums.AttachmentState, default=enums.AttachmentState.PENDING_UPLOAD.value)
    rejection = code(enums.RejectionReason, null=True)
    scanned_by = fields.CharField(max_length=100, null=True)
    checked_at = fields.DatetimeField(null=True)
    width = fields.IntField(null=True)
    height = fields.IntField(null=True)
    pages = fields.IntField(null=True)
    completed_at = fields.DatetimeField(null=True)
    content: fields.ForeignKeyNullableRelation[FileContent] = fields.ForeignKeyField(
        "mingce.FileContent", related_name="attachments", null=True, on_delete=fields.RESTRICT
    )
    content_id: str | None
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "attachments"
