"""The search box (D48): documents of each customer, kept by triggers; a column for the pinyin of short names."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from storage import declared, search

BATCH = 5_000
_NEXT = "select max(id::text)::uuid as last from (select id from customers where id > $1 order by id limit $2) c"
# The documents alone, as they were when this migration landed: their grams came later (0016).
_DOCUMENTS = """
insert into customer_search as s (customer_id, open_text, personal_text)
select c.id,
    search_document(case when c.kind = 'ENTERPRISE' then search_name(c.name, c.name_sort) end,
        search_name(c.short_name, c.short_name_sort), search_key(c.number), search_key(c.uscc)),
    search_document(case when c.kind = 'INDIVIDUAL' then search_name(c.name, c.name_sort) end,
        case when c.kind = 'INDIVIDUAL' then search_key(c.mobile) end, p.keys)
from customers c cross join lateral (
    select string_agg(concat_ws(E'\\n', nullif(search_name(k.name, k.name_sort), ''), search_key(k.mobile)), E'\\n'
        order by k.id) as keys
    from contacts k where k.customer_id = c.id and k.removed_at is null) p
where {which}
on conflict (customer_id)
"""
_ANEW = """do update set open_text = excluded.open_text, personal_text = excluded.personal_text
where (s.open_text, s.personal_text) is distinct from (excluded.open_text, excluded.personal_text)
"""
_KEPT = _DOCUMENTS.format(which="c.id = wanted") + _ANEW
_FILL = _DOCUMENTS.format(which="c.id > $1 and c.id <= $2") + "do nothing"
_NOBODY = "00000000-0000-0000-0000-000000000000"


async def fill(_apps: Any, editor: Any) -> None:
    """The documents of the customers that there are, some thousand at a time and each time committed.

    Nothing that is changed meanwhile is lost: the triggers are there already, and what they wrote stays.
    """
    client, last = editor.client, _NOBODY
    while (until := (await client.execute_query_dict(_NEXT, [last, BATCH]))[0]["last"]) is not None:
        await client.execute_query(_FILL, [last, until])
        last = until


class Migration(migrations.Migration):
    dependencies = [("mingce", "0009_saved_filters")]
    atomic = False

    operations = [
        ops.AddField(model_name="Customer", name="short_name_sort", field=fields.CharField(null=True, max_length=300)),
        ops.CreateModel(
            name="CustomerSearch",
            fields=[
                ("customer_id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                ("open_text", fields.TextField(unique=False)),
                ("personal_text", fields.TextField(unique=False)),
            ],
            options={"table": "customer_search", "app": "mingce", "pk_attr": "customer_id", "table_description": "The keys of one customer, by the class of the fields that they come from. Written by triggers alone."},
            bases=["Model"],
        ),
        ops.RunSQL(f"grant {declared.READ_WRITE} on customer_search to {declared.APPLICATION}", ""),
        *(ops.RunSQL(made, unmade) for made, unmade in search.made(_KEPT)),
        ops.RunPython(fill, ops.RunPython.noop),
    ]
