"""Indexes that hold what is counted and grouped by most (D43), so that counting need not read whole rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from storage import declared


def _without_lock(statement: str) -> str:
    """The same, while others go on writing (SEC-I6)."""
    return statement.replace(" index ", " index concurrently ", 1)


class Migration(migrations.Migration):
    dependencies = [("mingce", "0013_outbox_trail_and_bell")]
    atomic = False

    operations = [
        ops.RunSQL(sql, unmade)
        for made, unmade in declared.made_by(declared.COUNTS)
        # One that was broken off leaves an index that is not valid: it is made anew.
        for sql in (unmade.replace("drop index", "drop index concurrently if exists"), _without_lock(made))
    ]
