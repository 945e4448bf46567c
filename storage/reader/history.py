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
_CHANGED = """
    select distinct on (k.field) k.field, v.before::jsonb as before
    from change_log l cross join lateral json_object_keys(l.digests) k (field)
    left join change_values v on v.change_id = l.id and v.field = k.field
    where l.subject_id = {today}.id and l.subject_type = '{entity}' and l.outcome = 'DONE' and l.at > """
_FIRST_AFTER = " order by k.field, l.at, l.id"
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
    last = Sql(
        f"(select l.at, l.actor_id from change_log l where l.subject_id = {today}.id and l.subject_type = '{entity}'"
        " and l.outcome = 'DONE' and l.at <= ", at, " order by l.at desc, l.id desc limit 1)",
    )  # fmt: skip
    moment = Sql(" || jsonb_build_object('updated_at', coalesce((select m.at from ", last, f" m), {today}.created_at))")
    who = Sql(
        " || jsonb_build_object('updated_by_id', coalesce((select m.actor_id from ", last,
        f" m), {today}.created_by_id))",
    )  # fmt: skip
    values = Sql(*parts, moment, who if entity == "Customer" else "")
    return Sql(
        f"select (jsonb_populate_record({today}, o.j)).* from (select ", values, " as j from (", changed, ") c) o"
    )  # fmt: skip
