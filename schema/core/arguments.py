"""Arguments as the reader takes them: what changes the statement as it is, every other value as a `Slot`."""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
)
from graphql.utilities import coerce_input_literal

from service.core.selection import FieldKey, Slot

ABSENT = object()

SHAPING = ("OrderField", "OrderDirection", "GroupBy", "GroupOrder")
"""Enumerations whose values stand in the statement: what to sort and to group by, and which way."""


def _shapes(value: Any) -> bool:
    """Whether a scalar changes the statement: null, true and false, what to sort by, keys of custom fields do."""
    return value is None or isinstance(value, bool | FieldKey) or (isinstance(value, Enum) and _is_shaping(type(value)))


def _is_shaping(enum: type[Enum]) -> bool:
    return enum.__name__.endswith(SHAPING)


def shape(value: Any) -> Hashable:
    """What of the variables the statement depends on. Equal shapes share a plan."""
    if isinstance(value, dict):
        return tuple((key, shape(item)) for key, item in value.items())
    if isinstance(value, list):
        stands = value and (isinstance(value[0], dict) or all(map(_shapes, value)))
        return tuple(shape(item) for item in value) if stands else "[]"
    return value if _shapes(value) else "$"


def symbolic(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    """The variables with a `Slot` for every value that is a parameter of the statement."""
    if isinstance(value, dict):
        return {key: symbolic(item, (*path, key)) for key, item in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [symbolic(item, (*path, index)) for index, item in enumerate(value)]
    if isinstance(value, list) and value and all(_shapes(item) for item in value):
        return value
    return value if not isinstance(value, list) and _shapes(value) else Slot(path)


def arguments(field: GraphQLField, node: FieldNode, variables: dict[str, Any]) -> dict[str, Any]:
    """The arguments of one field. What was not given is not in it."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    values: dict[str, Any] = {}
    for name, definition in field.args.items():
        value = _value(given[name], definition.type, variables) if name in given else ABSENT
        if value is not ABSENT:
            values[name] = value
    return values


def _value(node: ValueNode, kind: Any, variables: dict[str, Any]) -> Any:
    kind = get_nullable_type(kind)
    match node:
        case VariableNode():
            return variables.get(node.name.value, ABSENT)
        case NullValueNode():
            return None
        case ListValueNode() if is_list_type(kind):
            return [_value(item, kind.of_type, variables) for item in node.values]
        case ObjectValueNode() if is_input_object_type(kind):
            return _object(node, kind, variables)
        case _ if is_list_type(kind):
            return [_value(node, kind.of_type, variables)]
        case _:
            return coerce_input_literal(node, get_named_type(kind))


def _object(node: ObjectValueNode, kind: Any, variables: dict[str, Any]) -> dict[str, Any]:
    found = {f.name.value: _value(f.value, kind.fields[f.name.value].type, variables) for f in node.fields}
    return {name: value for name, value in found.items() if value is not ABSENT}
