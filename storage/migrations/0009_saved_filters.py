"""Saved filters (D49), and an index for the newest change of a customer (D47)."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.ids import new_id
from storage import declared


class Migration(migrations.Migration):
    dependencies = [("mingce", "0008_custom_fields")]

    operations = [
        ops.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("owner", fields.ForeignKeyField("mingce.User", source_field="owner_id", db_constraint=True, to_field="id", related_name="saved_filters", on_delete=OnDelete.RESTRICT)),
                ("department", fields.ForeignKeyField("mingce.Department", source_field="department_id", null=True, db_constraint=True, to_field="id", related_name="saved_filters", on_delete=OnDelete.SET_NULL)),
                ("name", fields.CharField(max_length=50)),
                ("entity", fields.CharField(description="FilterEntity", max_length=32)),
                ("where", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("order_by", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("columns", ArrayField(element_type="text")),
            ],
            options={"table": "saved_filters", "app": "mingce", "unique_together": (("owner", "name"),), "pk_attr": "id", "table_description": "A filter under a name, as its owner wrote it; shared with a department and those below it, or private."},
            bases=["Versioned"],
        ),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.FILTERS)),
        ops.RunSQL(f"grant {declared.READ_WRITE} on saved_filters to {declared.APPLICATION}", ""),
    ]
