"""Fields that administrators define, as SQL: where their values stand, and what compares, sorts and shows them.

All values of a customer stand in one column of JSON. What is known of them comes from the definitions; of a request
only the key is taken, and only one that is defined gets into a statement.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.core.enums import CustomFieldType
from service.core.errors import BadRequest
from service.core.fields.custom_fields import MEMBERS, OPERANDS, Definition, Definitions, list_name
from service.core.fields.spec import OPERATORS, FieldType
from service.core.selection import CompareCustom, Leaf, TypeName
from storage.reader.json import json_object
from storage.reader.sql import Sql

EXPRESSIONS: dict[CustomFieldType, str] = {
    CustomFieldType.TEXT: "({c}->>'{k}')",
    CustomFieldType.NUMBER: "(({c}->>'{k}')::numeric)",
    # A cast to date depends on the session and so cannot be indexed; this function does not.
    CustomFieldType.DATE: "(iso_date({c}->>'{k}'))",
    CustomFieldType.BOOLEAN: "(({c}->>'{k}')::boolean)",
    CustomFieldType.CHOICE: "({c}->>'{k}')",
    CustomFieldType.MULTI_CHOICE: "({c}->'{k}')",
    CustomFieldType.MONEY: "(({c}->'{k}'->>'amount')::numeric)",
}
"""What filters and orders compare, and what an index of the field is on."""

_SHOWN = {
    **EXPRESSIONS,
    # Texts as they are stored: no digit is lost.
    CustomFieldType.NUMBER: "({c}->>'{k}')",
    CustomFieldType.DATE: "({c}->>'{k}')",
}
_POSITION = "(select v.position from list_values v where v.list = '{list}' and v.code = {column})"
NOTHING = Sql("null")


def defined(definitions: Definitions, key: str) -> Definition:
    """The field with that key. BAD_USER_INPUT where there is none."""
    if key not in definitions:
        raise BadRequest("custom_field_unknown", key=key[:40])
    return definitions[key]


def chosen(definitions: Definitions, keys: tuple[str, ...] | None) -> Iterable[Definition]:
    """The fields with these keys, retired ones as well; without keys, all that are in use."""
    if keys is None:
        return [definition for definition in definitions.values() if not definition.retired]
    return [defined(definitions, key) for key in dict.fromkeys(keys)]


def compared(definitions: Definitions, leaf: CompareCustom) -> Definition:
    """The field of a condition. BAD_USER_INPUT where a field of its type is not compared in this way."""
    definition = defined(definitions, leaf.key)
    operand = OPERANDS[definition.type]
    if leaf.operand not in (None, operand) or leaf.operator not in OPERATORS[definition.spec.type]:
        operators = ", ".join(OPERATORS[definition.spec.type])
        raise BadRequest("custom_field_operand", key=definition.key, operand=operand, operators=operators)
    return definition


def sorted_by(definitions: Definitions, key: str) -> Definition:
    """The field of an order. BAD_USER_INPUT where it holds several values."""
    definition = defined(definitions, key)
    if definition.spec.type.is_list:
        raise BadRequest("custom_field_not_sortable", key=definition.key)
    return definition


def value(definition: Definition, row: str) -> Sql:
    """The value as filters compare it, unguarded."""
    return Sql(EXPRESSIONS[definition.type].format(c=f"{row}.custom", k=definition.key))


def sort_key(definition: Definition, row: str) -> tuple[Sql, FieldType]:
    """What sorting compares, unguarded. Choices sort in the order of their list."""
    column = value(definition, row)
    if definition.type is CustomFieldType.CHOICE:
        (text,) = column.parts
        return order(definition, str(text)), FieldType.INT
    return column, definition.spec.type


def order(definition: Definition, column: str) -> Sql:
    """What a column of such values is sorted by."""
    if definition.type is not CustomFieldType.CHOICE:
        return Sql(column)
    return Sql(_POSITION.format(list=list_name(definition.key), column=column))


def currency(definition: Definition, row: str) -> Sql:
    """The currency of an amount, unguarded."""
    return Sql(f"({row}.custom->'{definition.key}'->>'currency')")


def member(definition: Definition, name: str, row: str, parts: tuple[Leaf | TypeName, ...]) -> Sql:
    """One member of `CustomFieldValue`, unguarded; NOTHING where a field of this type has it not."""
    if name == "key":
        return Sql(f"'{definition.key}'")
    if name == "type":
        return Sql(f"'{definition.type.value}'")
    if name != MEMBERS[definition.type]:
        return NOTHING
    stored = f"({row}.custom->'{definition.key}')"
    if definition.type is CustomFieldType.MONEY:
        columns = [
            (p.key, Sql("'Money'") if isinstance(p, TypeName) else Sql(f"({stored}->>'{p.field}')")) for p in parts
        ]
        return Sql(f"(case when {stored} is not null then ", json_object(columns), " end)")
    return Sql(_SHOWN[definition.type].format(c=f"{row}.custom", k=definition.key))
