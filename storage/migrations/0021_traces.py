"""Messages carry the span that asked for them."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("mingce", "0015_counts")]

    operations = [
        ops.AddField(model_name="OutboxMessage", name="traceparent", field=fields.CharField(null=True, max_length=55)),
    ]
