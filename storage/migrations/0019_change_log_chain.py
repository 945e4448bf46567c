"""The chain of the change log (D35): what waits to be sealed, the segments, and indexes for who reads the log."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from storage import declared

_PARTITIONS = "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'change_log'::regclass"
_INDEXES = {"newest": "(at, id)", "of_actor": "(actor_id, at, id)"}


async def index(_apps: Any, editor: Any) -> None:
    """Each partition by itself, while others go on writing; the table's own index then takes these in (SEC-I6)."""
    client = editor.client
    for suffix, columns in _INDEXES.items():
        for row in await client.execute_query_dict(_PARTITIONS, []):
            name = f"{row['name']}_{suffix}"
            # One that was broken off is not valid: it is made anew.
            await client.execute_script(f"drop index concurrently if exists {name}")
            await client.execute_script(f"create index concurrently {name} on {row['name']} {columns}")
        await client.execute_script(f"create index change_log_{suffix} on change_log {columns}")


async def no_index(_apps: Any, editor: Any) -> None:
    for suffix in _INDEXES:
        await editor.client.execute_script(f"drop index if exists change_log_{suffix}")


class Migration(migrations.Migration):
    dependencies = [("mingce", "0017_traces_and_upkeep_jobs")]
    atomic = False

    operations = [
        ops.RunSQL(declared.CHANGE_LOG_CHAIN, declared.NO_CHANGE_LOG_CHAIN),
        ops.RunSQL("create index change_log_segments_of_month on change_log_segments (month)", ""),
        *(
            ops.RunSQL(f"grant {declared.GRANTS[table]} on {table} to {declared.APPLICATION}", "")
            for table in ("change_log_unsealed", "change_log_segments", "change_log_drops")
        ),
        # What was logged before. From the trigger on, nothing is left out and nothing comes twice.
        ops.RunSQL("insert into change_log_unsealed select id, at from change_log on conflict do nothing", ""),
        ops.RunPython(index, no_index),
    ]
