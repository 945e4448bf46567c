"""What the search box looks through, as the database keeps it (D48).

`customer_search` holds two documents of each customer, one for each class of field that is searched: `open_text` of
BASIC fields, `personal_text` of CONTACT fields. A document is a list of keys, each between line feeds, so that LIKE
tells an exact match, a prefix and a substring apart. A name has three: its letters, its initials, and its syllables in
capitals with a tab before each, which only the pattern of a whole reading matches.

Triggers write them when the transaction commits: whoever changes a name, a number or a contact, by whatever road,
cannot forget to. `storage.reader.terms` makes of what somebody types the patterns that fit.
"""

from __future__ import annotations

_KEY = r"""
create function search_key(value text) returns text language sql immutable parallel safe as $$
    select nullif(lower(regexp_replace(normalize(value, NFKC) collate "pg_c_utf8",
        '[\s\u00ad\u200b-\u200d\u2060\ufeff(){}<>【】《》〈〉「」『』[\]]+', '', 'g')), '')
$$
"""
_INITIALS = r"""
create function search_initials(sorted text) returns text language sql immutable parallel safe as $$
    select nullif(regexp_replace(regexp_replace(sorted, '([a-z])[a-z]*[1-5] [0-9a-f]{4,5}(?= |$)', '\1', 'g'),
        '~[0-9a-f]{5}| ', '', 'g'), '')
$$
"""
_SOUND = r"""
create function search_sound(sorted text) returns text language sql immutable parallel safe as $$
    select E'\t' || replace(upper(nullif(trim(regexp_replace(regexp_replace(sorted,
        '([a-z]+)[1-5] [0-9a-f]{4,5}(?= |$)', '\1', 'g'), ' *~[0-9a-f]{5}', '', 'g')), '')), ' ', E'\t')
$$
"""
_NAME = r"""
create function search_name(name text, sorted text) returns text language sql immutable parallel safe as $$
    select concat_ws(E'\n', search_key(name), search_initials(sorted), search_sound(sorted))
$$
"""
# One, two and three neighbours, with the line feed before a key as its first. One or two digits are in half of all
# documents: no index of them is worth its size.
_GRAMS = r"""
create function search_grams(document text) returns text[] language sql immutable parallel safe as $$
    select array_agg(distinct g.gram) from (
        select u.c as a, lead(u.c) over w as b, lead(u.c, 2) over w as c
        from unnest(string_to_array(replace(document, E'\t', ''), null)) with ordinality u (c, n)
        window w as (order by u.n)
    ) t, lateral (values
        (case when a <> E'\n' and a !~ '[0-9A-Z]' then a end),
        (case when b <> E'\n' and (a || b) !~ '^[0-9]{2}$' then a || b end),
        (case when b <> E'\n' and c <> E'\n' then a || b || c end)) g (gram)
    where g.gram is not null
$$
"""
_DOCUMENT = r"""
create function search_document(variadic keys text[]) returns text language sql immutable parallel safe as $$
    select E'\n' || array_to_string(array(select k from unnest(keys) k where k <> ''), E'\n') || E'\n'
$$
"""
FILL = """
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
on conflict (customer_id) do update set open_text = excluded.open_text, personal_text = excluded.personal_text
where (s.open_text, s.personal_text) is distinct from (excluded.open_text, excluded.personal_text)
"""
"""Makes the documents of the customers that meet `which`, and writes those that differ."""

_KEEP = f"""
create function search_keep() returns trigger language plpgsql as $$
declare
    wanted uuid;
begin
    if tg_table_name = 'customers' then
        wanted := new.id;
    elsif tg_op = 'DELETE' then
        wanted := old.customer_id;
    else
        wanted := new.customer_id;
    end if;
    {FILL.format(which="c.id = wanted")};
    return null;
end $$
"""


def _trigger(name: str, event: str, table: str) -> tuple[str, str]:
    made = (
        f"create constraint trigger {name} after {event} on {table} deferrable initially deferred"
        " for each row execute function search_keep()"
    )
    return made, f"drop trigger {name} on {table}"


_FUNCTIONS = (
    (_KEY, "search_key(text)"),
    (_INITIALS, "search_initials(text)"),
    (_SOUND, "search_sound(text)"),
    (_NAME, "search_name(text, text)"),
    (_GRAMS, "search_grams(text)"),
    (_DOCUMENT, "search_document(text[])"),
    (_KEEP, "search_keep()"),
)
TRIGGERS = {
    "customers_searched": (
        "insert or update of kind, name, name_sort, short_name, short_name_sort, number, uscc, mobile", "customers"
    ),
    "contacts_searched": (
        "insert or delete or update of customer_id, name, name_sort, mobile, removed_at", "contacts"
    ),
}  # fmt: skip

_OWNED = (
    "alter table customer_search add constraint customer_search_of_customer"
    " foreign key (customer_id) references customers on delete cascade",
    "alter table customer_search drop constraint customer_search_of_customer",
)

MADE: tuple[tuple[str, str], ...] = (
    _OWNED,
    *((made, f"drop function {name}") for made, name in _FUNCTIONS),
    *(_trigger(name, *place) for name, place in TRIGGERS.items()),
)
"""Foreign key, functions and triggers, each with the statement that takes it back."""
