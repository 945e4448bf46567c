"""Messages say which request asked for them, relays are woken by those that come, and dead ones are found."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from storage import declared

_SILENT = "drop trigger ring_outbox on outbox_messages; drop function ring_outbox()"


class Migration(migrations.Migration):
    dependencies = [("mingce", "0012_idempotency_keys")]

    operations = [
        ops.AddField(model_name="OutboxMessage", name="request_id", field=fields.CharField(null=True, max_length=64)),
        ops.RunSQL(declared.OUTBOX_BELL, _SILENT),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.WATCH)),
    ]
