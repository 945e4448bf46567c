"""The grams of the search box stand beside the documents (D48), so that PostgreSQL can count them and look at them."""

from typing import Any

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import SqlDefault
from tortoise.migrations import operations as ops

from storage import declared, search

BATCH = 5_000
_NEXT = """select max(id::text)::uuid as last
from (select customer_id as id from customer_search where customer_id > $1 order by customer_id limit $2) c"""
_FILL = """update customer_search set open_grams = search_hashes(search_grams(open_text)),
    personal_grams = search_hashes(search_grams(personal_text))
where customer_id > $1 and customer_id <= $2"""
_NOBODY = "00000000-0000-0000-0000-000000000000"


async def fill(_apps: Any, editor: Any) -> None:
    """The grams of the documents that there are, some thousand at a time and each time committed.

    Nothing that is changed meanwhile is lost: the triggers write grams already, and each row is read as it is now.
    """
    client, last = editor.client, _NOBODY
    while (until := (await client.execute_query_dict(_NEXT, [last, BATCH]))[0]["last"]) is not None:
        await client.execute_query(_FILL, [last, until])
        last = until


def _without_lock(statement: str) -> str:
    """The same, while others go on writing (SEC-I6)."""
    return statement.replace(" index ", " index concurrently ", 1)


class Migration(migrations.Migration):
    dependencies = [("mingce", "0015_counts")]
    atomic = False

    operations = [
        *(
            ops.AddField(
                model_name="CustomerSearch",
                name=name,
                field=ArrayField("int", db_default=SqlDefault("'{}'")),
            )
            for name in ("open_grams", "personal_grams")
        ),
        *(ops.RunSQL(made, unmade) for made, unmade in search.HASHED),
        ops.RunSQL(search.KEEP_HASHED, ""),
        # How often each gram occurs, and how many customers each owner has, decides how a search is planned: ten times as
        # many are counted as by default.
        *(
            ops.RunSQL(f"alter table {table} alter {column} set statistics 1000",
                       f"alter table {table} alter {column} set statistics -1")
            for table, column in (("customer_search", "open_grams"), ("customer_search", "personal_grams"),
                                  ("customers", "owner_id"), ("customers", "department_id"))
        ),
        ops.RunPython(fill, ops.RunPython.noop),
        *(
            ops.RunSQL(sql, unmade)
            for made, unmade in declared.made_by(declared.GRAMS)
            for sql in (unmade.replace("drop index", "drop index concurrently if exists"), _without_lock(made))
        ),
        # What served before: an index of an expression, which was worked out anew wherever the index was not used.
        ops.RunSQL("drop index concurrently if exists customer_search_open", ""),
        ops.RunSQL("drop index concurrently if exists customer_search_personal", ""),
        ops.RunSQL("analyze customer_search", ""),
        ops.RunSQL("analyze customers (owner_id, department_id)", ""),
    ]
