"""What rows are grouped by: visible keys, their order, and how the answer writes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.core.enums import CustomFieldType, Level
from service.core.errors import BadRequest, FieldNotVisible
from service.core.fields import ENTITIES
from service.core.fields.groups import GroupKey, group_keys, shown_at
from service.core.fields.spec import FieldSpec, FieldType, Part, RelationSpec
from service.core.settings import settings
from service.core.text import camel
from storage.reader import custom, mapping
from storage.reader.conditions import refuse_never
from storage.reader.guards import Scope
from storage.reader.objects import Rows
from storage.reader.sql import FALSE, TRUE, Sql, param

_MEMBERS = {CustomFieldType.CHOICE: "code", CustomFieldType.BOOLEAN: "boolean"}
"""The own fields that records are grouped by, and where the answer shows their keys."""

_PARTS: dict[Part, str] = {
    Part.SECTION: "case when {c} ~ '^[A-T][0-9]' then left({c}, 1) else {c} end",
    Part.PROVINCE: "left({c}, 2) || '0000'",
    Part.CITY: "left({c}, 4) || '00'",
}


@dataclass(frozen=True)
class Key:
    """One key. `value` is what a row shows of it; `shown` makes of a column of groups what the answer has, `order` what
    they sort by before the key itself."""

    name: str
    value: Sql
    shown: Callable[[str], Sql] = Sql
    order: Callable[[str], Sql] | None = None
    custom: bool = False
    member: str = ""


def key_of(name: str, entity: str, rows: Rows) -> Key:
    """The key with that name. FIELD_NOT_VISIBLE where the viewer can never see its field."""
    key = group_keys(entity)[name]
    if isinstance(key.source, RelationSpec):
        column = Sql(f"{rows.row}.{mapping.LINKS[entity, key.source.name].column}")
        return Key(name, where_shown(column, link_shown(key.source, entity, rows.scope)))
    column = mapping.column(entity, key.source, rows.row)
    value = where_shown(_part(key, key.source, column), field_shown(key.source, entity, rows.scope))
    if key.part is Part.MONTH:
        return Key(name, value, lambda k: Sql(f"to_char({k}, 'YYYY-MM')"))
    field = key.source
    is_choice = mapping.position(field, column) is not None
    return Key(name, value, order=(lambda k: mapping.position(field, Sql(k)) or Sql(k)) if is_choice else None)


def custom_key(name: str, entity: str, rows: Rows) -> Key:
    """The key of a field that administrators defined. BAD_USER_INPUT where nothing is grouped by its type."""
    assert rows.scope is not None
    definition = custom.defined(rows.scope.guards.custom, name)
    if definition.type not in _MEMBERS:
        raise BadRequest("custom_field_not_grouped", key=definition.key)
    value = where_shown(custom.value(definition, rows.row), field_shown(definition.spec, entity, rows.scope))
    return Key(
        definition.key,
        value,
        order=lambda k: custom.order(definition, k),
        custom=True,
        member=_MEMBERS[definition.type],
    )


def where_shown(value: Sql, visible: Sql) -> Sql:
    """The value of a row that shows it, else null."""
    return value if visible is TRUE else Sql("(case when ", visible, " then ", value, " end)")


def field_shown(field: FieldSpec, entity: str, scope: Scope | None) -> Sql:
    """«The row shows this value as it is». A field that the viewer can never see is refused by name."""
    if scope is None:
        return TRUE
    wanted = shown_at(field)
    refuse_never(scope.guards, field, wanted, ENTITIES[entity])
    return scope.field_level(field, wanted)


def link_shown(relation: RelationSpec, entity: str, scope: Scope | None) -> Sql:
    """«The row shows where this link leads»: at MASKED, as in selections."""
    if relation.data_class is None or scope is None:
        return TRUE
    visible = scope.level(relation.data_class, Level.MASKED)
    if visible is FALSE:
        raise FieldNotVisible("field_not_visible", field=f"{entity}.{camel(relation.name)}")
    return visible


def _part(key: GroupKey, field: FieldSpec, column: Sql) -> Sql:
    if key.part is Part.WHOLE:
        return column
    if key.part is not Part.MONTH:
        (text,) = column.parts
        return Sql(f"({_PARTS[key.part].format(c=text)})")
    if field.type is FieldType.DATE:
        return Sql("date_trunc('month', ", column, "::timestamp)")
    # A month is one of the business: the same moment belongs to another one elsewhere.
    return Sql("date_trunc('month', ", column, " at time zone ", param(settings().business_timezone, "text"), ")")
