"""Keys under which callers repeat a mutation (design §4)."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.ids import new_id
from storage import declared


class Migration(migrations.Migration):
    dependencies = [("mingce", "0011_events")]

    operations = [
        ops.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("user_id", fields.UUIDField()),
                ("key", fields.CharField(max_length=64)),
                ("step", fields.IntField()),
                ("input", fields.CharField(max_length=64)),
                ("outcome", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={"table": "idempotency_keys", "app": "mingce", "unique_together": (("user_id", "key", "step"),), "pk_attr": "id", "table_description": "One step of a mutation that was called under a key; it stands there exactly when the step was done."},
            bases=["Record"],
        ),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.REPEATS)),
        ops.RunSQL(f"grant {declared.READ_WRITE} on idempotency_keys to {declared.APPLICATION}", ""),
    ]
