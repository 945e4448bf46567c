"""Events, which subscriptions follow."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from service.core.clock import now
from storage import declared


class Migration(migrations.Migration):
    dependencies = [("mingce", "0010_search")]

    operations = [
        ops.CreateModel(
            name="Event",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("sequence", fields.BigIntField(null=True, unique=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("topic", fields.CharField(description="EventTopic", max_length=32)),
                ("key", fields.UUIDField()),
                ("record_id", fields.UUIDField(null=True)),
            ],
            options={"table": "events", "app": "mingce", "pk_attr": "id", "table_description": "Something happened to a customer, a job, or for a person. Written in the transaction in which it happened."},
            bases=["Model"],
        ),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.EVENTS)),
        ops.RunSQL(declared.EVENT_TRIGGERS, declared.NO_EVENT_TRIGGERS),
        ops.RunSQL(f"grant {declared.READ_WRITE} on events to {declared.APPLICATION}", ""),
        ops.RunSQL(f"grant usage on sequence events_id_seq, events_sequence to {declared.APPLICATION}", ""),
    ]
