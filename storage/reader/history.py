"""A record as it was (D36): today's row with what the change log says of every field that changed since.

Values only are of then. Who sees them follows from today: the guards stand on today's row.
"""

from __future__ import annotations

from service.core.fields.custom_fields import logged_name
from storage.reader.sql import Param, Sql

_OWN = logged_name("")
"""How names of fields begin in the log that administrators defined."""

KEPT = ("Customer", "Contact")
"""Types of which every change is in the log, field by field."""

# Of a change the digests name every field; a value that is not kept (IDENTITY, or erased since) is not known any more.
# Which change was the first after that moment is found without values: of a thousand changes three are looked up.
_CHANGED = """
    select f.field, v.before::jsonb as before from (
        select distinct on (field) json_object_keys(l.digests) collate "C" as field, l.id
        from change_log l
        where l.subject_id = {today}.id and l.subject_type = '{entity}' and l.outcome = 'DONE' and l.at > """
_FIRST_AFTER = """
        order by field, l.at, l.id) f
    left join lateral (select v.before from change_values v where v.change_id = f.id and v.field = f.field) v on true"""
_DERIVED = {
    "Customer": (("region_code", "city"), ("registered_region_code", "registered_city"),
                 ("delivery_region_code", "delivery_city")),
    "Contact": (),
}  # fmt: skip
"""Columns that are not in the log, and the ones that they follow from: what they were is not known."""
_NOT_LOGGED = {"Customer": ("last_followed_up_at", "first_contact_at"), "Contact": ()}


def as_of(entity: str, today: str, at: Param | Sql) -> Sql:
    """A sub-select with one row: the columns of that type as they were at that moment."""
    changed = Sql(_CHANGED.format(today=today, entity=entity), at, _FIRST_AFTER)
    parts = [f"coalesce(jsonb_object_agg(c.field, c.before) filter (where c.field not like '{_OWN}%'), '{{}}')"]
    unknown = [f"'{name}', null" for name in _NOT_LOGGED[entity]]
    if unknown:
        parts.append(f" || jsonb_build_object({', '.join(unknown)})")
    for source, derived in _DERIVED[entity]:
        parts.append(
            f" || case when bool_or(c.field = '{source}') then '{{\"{derived}\": null}}' else '{{}}' end::jsonb"
        )
    if entity == "Customer":
        own = f"substr(c.field, {len(_OWN) + 1})"
        parts.append(
            f" || jsonb_build_object('custom', jsonb_strip_nulls({today}.custom || coalesce("
            f"jsonb_object_agg({own}, c.before) filter (where c.field like '{_OWN}%'), '{{}}')))"
        )
    return Sql(
        "select r.* from (select ", Sql(*parts), " as j from (", changed, ") c) o",
        " left join lateral (select l.at, l.actor_id"
        f" from change_log l where l.subject_id = {today}.id and l.subject_type = '{entity}' and l.outcome = 'DONE'"
        " and l.at <= ", at, " order by l.at desc, l.id desc limit 1) m on true"
        f" cross join lateral jsonb_populate_record({today}, o.j || jsonb_build_object({_last(entity, today)})) r",
    )  # fmt: skip


def _last(entity: str, today: str) -> str:
    """When it was changed last by then, and by whom: its creation, where nothing is in the log."""
    moment = f"'updated_at', coalesce(m.at, {today}.created_at)"
    return f"{moment}, 'updated_by_id', coalesce(m.actor_id, {today}.created_by_id)" if entity == "Customer" else moment
