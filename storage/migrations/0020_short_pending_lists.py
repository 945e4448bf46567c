"""The GIN indexes of customers put what was written in its place more often, and each time less of it."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from storage import declared


class Migration(migrations.Migration):
    dependencies = [("mingce", "0019_change_log_chain")]

    operations = [
        ops.RunSQL(declared.SHORT_LISTS, declared.FULL_LISTS),
    ]
