"""What models cannot say: the change log with its partitions, checks, indexes, grants (`storage.declared`)."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from storage import declared

_GRANT = f"""
do $$
declare t text;
begin
    for t in select c.relname from pg_class c
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
               and c.relname not in ('tortoise_migrations', 'change_log', 'change_values')
    loop
        execute format('grant {declared.READ_WRITE} on %I to {declared.APPLICATION}', t);
    end loop;
end $$;
grant select, insert on change_log, change_values to {declared.APPLICATION};
grant select on tortoise_migrations to {declared.APPLICATION};
"""


class Migration(migrations.Migration):
    dependencies = [("mingce", "0001_first_tables")]

    operations = [
        ops.RunSQL(declared.CHANGE_LOG, "drop table change_values; drop table change_log;"),
        *(ops.RunSQL(c.sql, f"alter table {c.table} drop constraint {c.name}") for c in declared.CHECKS if c.since == declared.FIRST),
        *(ops.RunSQL(i.sql, f"drop index {i.name}") for i in declared.INDEXES if i.since == declared.FIRST),
        ops.RunSQL(_GRANT, ""),
    ]
