"""From a GraphQL document to an `AggregateSelection`."""

from __future__ import annotations

from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from schema.core.arguments import arguments
from schema.core.selections import CUSTOM, Selector, listed, plain, restricted
from service.core.fields import ENTITIES
from service.core.fields.groups import LARGEST
from service.core.selection import (
    ALWAYS_TRUE,
    AggregateItem,
    AggregateSelection,
    Condition,
    CustomKeys,
    CustomMeasures,
    Groups,
    GroupStep,
    KeysOfGroup,
    Leaf,
    Measure,
    One,
    TypeName,
)
from service.core.text import snake

_COUNTS = ("count", "groupCount", "omittedGroups", "omittedCount")


def aggregate(
    selector: Selector,
    nodes: list[FieldNode],
    field: GraphQLField,
    extra: dict[str, Any] | None = None,
    only: Condition = ALWAYS_TRUE,
) -> AggregateSelection:
    """What is asked of all records together, with its arguments; `only` holds of each of them."""
    kind = get_named_type(field.type)
    assert isinstance(kind, GraphQLObjectType)
    entity = kind.name.removesuffix("Aggregate")
    given = arguments(field, nodes[0], selector.variables) | (extra or {})
    steps = [GroupStep(getattr(key, "value", key)) for key in listed(given.get("groupBy"))]
    steps += [GroupStep(key, custom=True) for key in listed(given.get("groupByCustomFields"))]
    size = LARGEST if given.get("first") is None else given["first"]
    order = given.get("orderBy")
    return AggregateSelection(
        entity,
        tuple(_item(selector, key, found, kind) for key, found in selector.collect(nodes, kind).items()),
        tuple(steps),
        size,
        by_key=getattr(order, "value", order) == "key",
        where=restricted(given, ENTITIES[entity], only),
    )


def _item(selector: Selector, key: str, nodes: list[FieldNode], kind: GraphQLObjectType) -> AggregateItem:
    name = nodes[0].name.value
    if name == "__typename" or name in _COUNTS:
        return plain(key, name)
    field = kind.fields[name]
    target = get_named_type(field.type)
    assert isinstance(target, GraphQLObjectType)
    if name == "groups":
        return Groups(key, tuple(_of_group(selector, k, n, target) for k, n in selector.collect(nodes, target).items()))
    return _measure(selector, key, nodes, kind)


def _of_group(selector: Selector, key: str, nodes: list[FieldNode], kind: GraphQLObjectType) -> Any:
    name = nodes[0].name.value
    if name in ("__typename", "count"):
        return plain(key, name)
    if name != "key":
        return _measure(selector, key, nodes, kind)
    target = get_named_type(kind.fields[name].type)
    assert isinstance(target, GraphQLObjectType)
    return KeysOfGroup(key, tuple(_key(selector, k, n, target) for k, n in selector.collect(nodes, target).items()))


def _key(
    selector: Selector, key: str, nodes: list[FieldNode], kind: GraphQLObjectType
) -> Leaf | TypeName | One | CustomKeys:
    name = nodes[0].name.value
    target = None if name == "__typename" else get_named_type(kind.fields[name].type)
    if not isinstance(target, GraphQLObjectType):
        return plain(key, name)
    if name == CUSTOM:
        return CustomKeys(key, _parts(selector, nodes, target))
    return One(key, snake(name), selector.record(nodes, target))


def _measure(selector: Selector, key: str, nodes: list[FieldNode], kind: GraphQLObjectType) -> Measure | CustomMeasures:
    name = nodes[0].name.value
    field = kind.fields[name]
    target = get_named_type(field.type)
    assert isinstance(target, GraphQLObjectType)
    if name != CUSTOM:
        return Measure(key, snake(name), _parts(selector, nodes, target))
    keys = arguments(field, nodes[0], selector.variables)["keys"]
    found = selector.collect(nodes, target).items()
    return CustomMeasures(key, tuple(listed(keys)), tuple(_member(selector, k, n, target) for k, n in found))


def _member(selector: Selector, key: str, nodes: list[FieldNode], kind: GraphQLObjectType) -> Leaf | TypeName | Measure:
    name = nodes[0].name.value
    target = None if name == "__typename" else get_named_type(kind.fields[name].type)
    if not isinstance(target, GraphQLObjectType):
        return plain(key, name)
    return Measure(key, name, _parts(selector, nodes, target))


def _parts(selector: Selector, nodes: list[FieldNode], kind: GraphQLObjectType) -> tuple[Leaf | TypeName, ...]:
    return tuple(plain(key, found[0].name.value) for key, found in selector.collect(nodes, kind).items())
