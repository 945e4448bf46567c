"""What models cannot say: the change log with its partitions, checks, indexes, grants (`storage.declared`)."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from storage import declared

_GRANT = f"""
grant select, insert on change_log, change_values to {declared.APPLICATION};
grant select on tortoise_migrations to {declared.APPLICATION};
"""


class Migration(migrations.Migration):
    dependencies = [("mingce", "0001_first_tables")]

    operations = [
        ops.RunSQL(declared.CHANGE_LOG, "drop table change_values; drop table change_log;"),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.FIRST)),
        ops.RunSQL(declared.GRANT, ""),
        ops.RunSQL(_GRANT, ""),
    ]
