"""What the search box looks through, as the database keeps it (D48).

`customer_search` holds two documents of each customer, one for each class of field that is searched: `open_text` of
BASIC fields, `personal_text` of CONTACT fields. A document is a list of keys, each between line feeds, so that LIKE
tells an exact match, a prefix and a substring apart. A name has three: its letters, its initials, and its syllables in
capitals with a tab before each, which only the pattern of a whole reading matches.

Beside each stand its grams, as hashes: that is what the index holds, what PostgreSQL counts to plan a search, and what
costs nothing to look at where another index is used. Triggers write all of it when the transaction commits: whoever
changes a name, a number or a contact, by whatever road, cannot forget to. `storage.reader.terms` makes of what somebody
types the patterns that fit.
"""

from __future__ import annotations

_KEY = r"""
create function search_key(value text) returns text language sql immutable parallel safe as $$
    select nullif(lower(regexp_replace(normalize(value, NFKC) collate "pg_c_utf8",
        '[\s\u00ad\u200b-\u200d\u2060\ufeff(){}<>【】《》〈〉「」『』[\]]+', '', 'g')), '')
$$
"""
# A sort key is a list of syllables, each with its tone and then its character's code (`zhang1 5f20`), and of runs of
# letters and digits; `~20bb7` is a character that nobody reads.
_NAME = r"""
create function search_name(name text, sorted text) returns text language plpgsql immutable parallel safe as $$
declare
    parts text[] := string_to_array(sorted, ' ');
begin
    return (
        select concat_ws(E'\n', search_key(name),
            nullif(string_agg(case when syllable then left(part, 1) else part end, ''), ''),
            E'\t' || string_agg(upper(case when syllable then left(part, -1) else part end), E'\t'))
        from (select part, part || ' ' || following ~ '^[a-z]+[1-5] [0-9a-f]{4,5}$' as syllable,
                before || ' ' || part ~ '^[a-z]+[1-5] [0-9a-f]{4,5}$' as code
            from unnest(parts, parts[2:], array[null] || parts) u (part, following, before)) t
        where part not like '~%' and code is not true);
end $$
"""
# Of keys one, two and three neighbours, with the line feed before the key as its first, and the first three with it. Of
# readings, which are looked for from the beginning of a syllable, two to six letters from there: in one gram, for
# PostgreSQL knows how often each occurs, not which go together. And each whole, between its line feeds. One or two
# digits are in half of all documents: no index of them is worth its size.
_GRAMS = r"""
create function search_grams(document text) returns text[] language plpgsql immutable parallel safe as $$
declare
    whole text := E'\n' || replace(replace(btrim(document, E'\n'), E'\t', ''), E'\n', E'\n\t\n') || E'\n';
    c text[] := string_to_array(regexp_replace(document, E'\t[^\n]*', '', 'g'), null);
    s text[] := string_to_array(document, E'\t');
begin
    return array_remove(string_to_array(whole, E'\t') || (
        select array_agg(case when a <> E'\n' and not a between '0' and '9' then a end)
            || array_agg(case when b <> E'\n' and not (a between '0' and '9' and b between '0' and '9') then a || b end)
            || array_agg(case when b <> E'\n' and d <> E'\n' then a || b || d end)
            || array_agg(case when a = E'\n' and b <> E'\n' and d <> E'\n' and e <> E'\n' then a || b || d || e end)
        from unnest(c, c[2:], c[3:], c[4:]) t (a, b, d, e)) || (
        select array_agg(l) || array_agg(case when first then E'\n' || l end)
        from (select split_part(concat(p2, p3, p4, p5, p6, p7), E'\n', 1) as sound, right(p1, 1) = E'\n' as first
            from unnest(s, s[2:], s[3:], s[4:], s[5:], s[6:], s[7:]) u (p1, p2, p3, p4, p5, p6, p7)) v,
            unnest(array[left(sound, 2), left(sound, 3), left(sound, 4), left(sound, 5), left(sound, 6)]) l
        where sound <> ''), null);
end $$
"""
_DOCUMENT = r"""
create function search_document(variadic keys text[]) returns text language sql immutable parallel safe as $$
    select E'\n' || array_to_string(array(select k from unnest(keys) k where k <> ''), E'\n') || E'\n'
$$
"""
_HASHES = """
create function search_hashes(grams text[]) returns int[] language sql immutable strict parallel safe as $$
    select coalesce(array_agg(distinct hashtext(g)), '{}') from unnest(grams) g
$$
"""
# The same, for a term. A statement with an unsafe function is planned for one process: a page is through before others
# have started.
_ASKED = """
create function search_asked(grams text[]) returns int[] language sql immutable strict parallel unsafe as $$
    select coalesce(array_agg(distinct hashtext(g)), '{}') from unnest(grams) g
$$
"""
FILL = """
insert into customer_search as s (customer_id, open_text, personal_text, open_grams, personal_grams)
select d.id, d.open, d.personal, search_hashes(search_grams(d.open)), search_hashes(search_grams(d.personal))
from (select c.id,
    search_document(case when c.kind = 'ENTERPRISE' then search_name(c.name, c.name_sort) end,
        search_name(c.short_name, c.short_name_sort), search_key(c.number), search_key(c.uscc)) as open,
    search_document(case when c.kind = 'INDIVIDUAL' then search_name(c.name, c.name_sort) end,
        case when c.kind = 'INDIVIDUAL' then search_key(c.mobile) end, p.keys) as personal
from customers c cross join lateral (
    select string_agg(concat_ws(E'\\n', nullif(search_name(k.name, k.name_sort), ''), search_key(k.mobile)), E'\\n'
        order by k.id) as keys
    from contacts k where k.customer_id = c.id and k.removed_at is null) p
where {which}) d
on conflict (customer_id)
"""
"""Makes the documents of the customers that meet `which`; what happens to those that there are follows it."""

_ANEW = """do update set open_text = excluded.open_text, personal_text = excluded.personal_text,
    open_grams = excluded.open_grams, personal_grams = excluded.personal_grams
where (s.open_text, s.personal_text) is distinct from (excluded.open_text, excluded.personal_text)
"""

KEEP = r"""
create {again}function search_keep() returns trigger language plpgsql as $$
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
    -- Whoever changes another part of the same customer is through, and seen by what follows.
    perform from customer_search where customer_id = wanted for update;
    {fill};
    return null;
end $$
"""
"""What the triggers run; `fill` makes the documents of the customer `wanted`."""


def _trigger(name: str, event: str, table: str, when: str = "") -> tuple[str, str]:
    made = (
        f"create constraint trigger {name} after {event} on {table} deferrable initially deferred"
        f" for each row {when} execute function search_keep()"
    )
    return made, f"drop trigger {name} on {table}"


def _changed(name: str, table: str, *columns: str) -> tuple[str, str]:
    # Asked at once, row by row: what changes none of these, a hand-over of many customers say, leaves nothing to do.
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    return _trigger(name, f"update of {', '.join(columns)}", table, f"when (({old}) is distinct from ({new}))")


_TRIGGERS = (
    _trigger("customers_searched", "insert", "customers"),
    _changed("customers_searched_anew", "customers", "kind", "name", "name_sort", "short_name", "short_name_sort",
             "number", "uscc", "mobile"),
    _trigger("contacts_searched", "insert or delete", "contacts"),
    _changed("contacts_searched_anew", "contacts", "customer_id", "name", "name_sort", "mobile", "removed_at"),
)  # fmt: skip

_OWNED = (
    "alter table customer_search add constraint customer_search_of_customer"
    " foreign key (customer_id) references customers on delete cascade",
    "alter table customer_search drop constraint customer_search_of_customer",
)

_FUNCTIONS = (
    (_KEY, "search_key(text)"),
    (_NAME, "search_name(text, text)"),
    (_GRAMS, "search_grams(text)"),
    (_DOCUMENT, "search_document(text[])"),
)


def made(fill: str) -> list[tuple[str, str]]:
    """Foreign key, functions and triggers, each with the statement that takes it back."""
    functions = (*_FUNCTIONS, (KEEP.format(again="", fill=fill), "search_keep()"))
    return [_OWNED, *((function, f"drop function {name}") for function, name in functions), *_TRIGGERS]


HASHED: tuple[tuple[str, str], ...] = (
    (_GRAMS.replace("create function", "create or replace function"), ""),
    (_HASHES, "drop function search_hashes(text[])"),
    (_ASKED, "drop function search_asked(text[])"),
)
"""What keeps the grams beside the documents, as numbers, each with the statement that takes it back."""

KEEP_HASHED = KEEP.format(again="or replace ", fill=FILL.format(which="c.id = wanted") + _ANEW)
"""Replaces what the triggers run."""
