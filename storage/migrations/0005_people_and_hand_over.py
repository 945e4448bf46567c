"""Edit permissions (D3), jobs with their progress, and hand-overs (D4)."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.ids import new_id
from storage import declared

_TABLES = ("edit_permissions", "jobs", "hand_overs")


def _key():
    return ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True))


def _created():
    return ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False))


def _user(name, related_name, **also):
    link = fields.ForeignKeyField(
        "mingce.User", source_field=f"{name}_id", db_constraint=True, to_field="id", related_name=related_name,
        on_delete=OnDelete.RESTRICT, **also,
    )
    return (name, link)


class Migration(migrations.Migration):
    dependencies = [("mingce", "0004_full_profile")]

    operations = [
        ops.CreateModel(
            name="EditPermission",
            fields=[
                _key(),
                _created(),
                ("customer", fields.ForeignKeyField("mingce.Customer", source_field="customer_id", db_constraint=True, to_field="id", related_name="edit_permissions", on_delete=OnDelete.CASCADE)),
                _user("user", "edit_permissions"),
                _user("granted_by", "granted_edit_permissions"),
            ],
            options={"table": "edit_permissions", "app": "mingce", "unique_together": (("customer", "user"),), "indexes": [Index(fields=["user_id"])], "pk_attr": "id", "table_description": "Somebody may edit what he sees in full of a customer, without being responsible for it (D3)."},
            bases=["Record"],
        ),
        ops.CreateModel(
            name="Job",
            fields=[
                _key(),
                _created(),
                ("kind", fields.CharField(description="JobKind", max_length=32)),
                ("state", fields.CharField(default="QUEUED", description="JobState", max_length=32)),
                _user("requested_by", "jobs"),
                ("total", fields.IntField(default=0)),
                ("done", fields.IntField(default=0)),
                ("failed", fields.IntField(default=0)),
                ("errors", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("checkpoint", fields.IntField(default=0)),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("finished_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "jobs", "app": "mingce", "pk_attr": "id", "table_description": "One piece of work in batches. A batch and its progress are one transaction: a job goes on where it stopped."},
            bases=["Record"],
        ),
        ops.CreateModel(
            name="HandOver",
            fields=[
                _key(),
                _created(),
                ("job", fields.OneToOneField("mingce.Job", source_field="job_id", db_constraint=True, to_field="id", related_name="hand_over", on_delete=OnDelete.CASCADE)),
                _user("from_user", "handed_over", null=True),
                _user("to_user", "taken_over"),
                ("reason", fields.CharField(null=True, max_length=200)),
                ("mode", fields.CharField(description="HandOverMode", max_length=32)),
                ("customer_ids", ArrayField(element_type="uuid")),
                ("checked", fields.BooleanField(default=False)),
                ("reverting", fields.BooleanField(default=False)),
            ],
            options={"table": "hand_overs", "app": "mingce", "pk_attr": "id", "table_description": "What a job of kind HAND_OVER or DEPARTMENT_MOVE is about."},
            bases=["Record"],
        ),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.PEOPLE)),
        ops.RunSQL(f"grant {declared.READ_WRITE} on {', '.join(_TABLES)} to {declared.APPLICATION}", ""),
    ]
