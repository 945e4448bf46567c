"""Attachments, and the contents that they share."""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.enums import JobKind, Upkeep
from service.core.ids import new_id
from storage import declared


def _codes(column, names):
    codes = ", ".join(f"'{name}'" for name in names)
    name = f"jobs_{column}_code"
    return f"alter table jobs drop constraint {name}; alter table jobs add constraint {name} check ({column} in ({codes}));"


def _of_jobs(kinds, upkeep):
    return _codes("kind", kinds) + _codes("upkeep", upkeep)


_KINDS, _UPKEEP = [one.value for one in JobKind], [one.value for one in Upkeep]
_ADDED = ("RESCAN", "EXPIRE_UPLOADS", "ERASE_CONTENTS", "SWEEP_OBJECTS")
_OLD_KINDS, _OLD_UPKEEP = ([name for name in names if name not in _ADDED] for names in (_KINDS, _UPKEEP))
_GRANTS = ";".join(f"grant {declared.READ_WRITE} on {table} to {declared.APPLICATION}" for table in ("attachments", "file_contents"))


class Migration(migrations.Migration):
    dependencies = [("mingce", "0020_short_pending_lists")]

    operations = [
        ops.CreateModel(
            name="FileContent",
            fields=[
                ("sha256", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("size", fields.IntField()),
                ("file_type", fields.CharField(description="FileType", max_length=32)),
                ("thumbnails", ArrayField(element_type="int", default=list)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("unused_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "file_contents", "app": "mingce", "pk_attr": "sha256", "table_description": "A content in the clean bucket. Its key there is its hash: the same content is stored once (D41)."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Attachment",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("customer", fields.ForeignKeyField("mingce.Customer", source_field="customer_id", db_constraint=True, to_field="id", related_name="attachments", on_delete=OnDelete.CASCADE)),
                ("contact", fields.ForeignKeyField("mingce.Contact", source_field="contact_id", null=True, db_constraint=True, to_field="id", related_name="attachments", on_delete=OnDelete.CASCADE)),
                ("follow_up", fields.ForeignKeyField("mingce.FollowUp", source_field="follow_up_id", null=True, db_constraint=True, to_field="id", related_name="attachments", on_delete=OnDelete.CASCADE)),
                ("uploaded_by", fields.ForeignKeyField("mingce.User", source_field="uploaded_by_id", db_constraint=True, to_field="id", related_name="attachments", on_delete=OnDelete.RESTRICT)),
                ("kind", fields.CharField(description="AttachmentKind", max_length=32)),
                ("display_name", fields.CharField(max_length=100)),
                ("file_name", fields.CharField(max_length=255)),
                ("file_type", fields.CharField(description="FileType", max_length=32)),
                ("size", fields.IntField()),
                ("sha256", fields.CharField(max_length=64)),
                ("state", fields.CharField(default="PENDING_UPLOAD", description="AttachmentState", max_length=32)),
                ("rejection", fields.CharField(null=True, description="RejectionReason", max_length=32)),
                ("scanned_by", fields.CharField(null=True, max_length=100)),
                ("checked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("width", fields.IntField(null=True)),
                ("height", fields.IntField(null=True)),
                ("pages", fields.IntField(null=True)),
                ("completed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("content", fields.ForeignKeyField("mingce.FileContent", source_field="content_id", null=True, db_constraint=True, to_field="sha256", related_name="attachments", on_delete=OnDelete.RESTRICT)),
                ("removed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "attachments", "app": "mingce", "pk_attr": "id", "table_description": "A file of a customer, a contact or a follow-up, from its announcement on."},
            bases=["Versioned"],
        ),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.FILES)),
        ops.RunSQL(declared.ATTACHMENT_TRIGGER, declared.NO_ATTACHMENT_TRIGGER),
        ops.RunSQL(
            _of_jobs(_KINDS, _UPKEEP),
            f"delete from jobs where kind in {_ADDED} or upkeep in {_ADDED}; " + _of_jobs(_OLD_KINDS, _OLD_UPKEEP),
        ),
        ops.RunSQL(_GRANTS, ""),
    ]
