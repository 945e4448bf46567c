"""From a GraphQL document to a `Selection`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionNode,
    VariableNode,
    get_named_type,
)

from schema.core.arguments import arguments
from service.core.errors import BadRequest
from service.core.fields import ENTITIES
from service.core.fields.spec import EntitySpec
from service.core.selection import (
    ALWAYS_TRUE,
    All,
    Any_,
    Changed,
    Compare,
    CompareCustom,
    Condition,
    ConnectionItem,
    ConnectionSelection,
    Custom,
    Edge,
    Edges,
    Leaf,
    Many,
    Nodes,
    Not,
    ObjectItem,
    ObjectSelection,
    One,
    Order,
    Page,
    PageInfo,
    Related,
    Slot,
    TotalCount,
    TypeName,
)
from service.core.text import snake

DEFAULT_PAGE = 20
INTERFACE = "Node"
CUSTOM = "customFields"
CHANGED = "fields"


class Selector:
    """Reads the selections of one operation. `variables` hold Slots where a value is a parameter."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]) -> None:
        self.fragments = fragments
        self.variables = variables

    def record(self, nodes: Iterable[FieldNode], kind: GraphQLObjectType) -> ObjectSelection:
        """What is asked of one record."""
        spec = ENTITIES[kind.name]
        items = [self._object_item(key, found, kind, spec) for key, found in self.collect(nodes, kind).items()]
        return ObjectSelection(kind.name, tuple(items))

    def _object_item(self, key: str, nodes: list[FieldNode], kind: GraphQLObjectType, spec: EntitySpec) -> ObjectItem:
        name = nodes[0].name.value
        if name == "__typename":
            return TypeName(key)
        relation = spec.relation_by_name.get(snake(name))
        field = kind.fields[name]
        target = get_named_type(field.type)
        if spec.extensible and name == CUSTOM:
            keys = arguments(field, nodes[0], self.variables).get("keys")
            return Custom(key, None if keys is None else tuple(listed(keys)), self._custom_parts(nodes, target))
        if spec.holds_changes and name == CHANGED:
            return Changed(key, self._custom_parts(nodes, target))
        if relation is None:
            return self.leaf(key, nodes, target)
        assert isinstance(target, GraphQLObjectType)
        if not relation.many:
            return One(key, relation.name, self.record(nodes, target))
        return Many(key, relation.name, self.connection(nodes, field))

    def leaf(self, key: str, nodes: list[FieldNode], target: Any) -> Leaf:
        parts = self.collect(nodes, target) if isinstance(target, GraphQLObjectType) else {}
        return Leaf(key, snake(nodes[0].name.value), tuple(plain(k, n[0].name.value) for k, n in parts.items()))

    def _custom_parts(self, nodes: list[FieldNode], kind: Any) -> tuple[Leaf | TypeName, ...]:
        found = self.collect(nodes, kind)
        return tuple(
            TypeName(key)
            if given[0].name.value == "__typename"
            else self.leaf(key, given, get_named_type(kind.fields[given[0].name.value].type))
            for key, given in found.items()
        )

    def connection(
        self,
        nodes: list[FieldNode],
        field: GraphQLField,
        extra: dict[str, Any] | None = None,
        only: Condition = ALWAYS_TRUE,
    ) -> ConnectionSelection:
        """What is asked of a list, with its arguments; `only` holds of everything in it."""
        kind = get_named_type(field.type)
        assert isinstance(kind, GraphQLObjectType)
        target = get_named_type(kind.fields["nodes"].type)
        assert isinstance(target, GraphQLObjectType)
        given = arguments(field, nodes[0], self.variables) | (extra or {})
        spec = ENTITIES[target.name]
        items = [self._connection_item(key, found, kind) for key, found in self.collect(nodes, kind).items()]
        where = restricted(given, spec, only)
        order = order_of(given.get("orderBy"))
        return ConnectionSelection(target.name, tuple(items), page_of(given), where, order, given.get("search"))

    def _connection_item(self, key: str, nodes: list[FieldNode], kind: GraphQLObjectType) -> ConnectionItem:
        name = nodes[0].name.value
        if name == "__typename":
            return TypeName(key)
        if name == "totalCount":
            return TotalCount(key)
        target = get_named_type(kind.fields[name].type)
        assert isinstance(target, GraphQLObjectType)
        match name:
            case "nodes":
                return Nodes(key, self.record(nodes, target))
            case "edges":
                return Edges(key, self._edge(nodes, target))
            case _:
                found = self.collect(nodes, target)
                return PageInfo(key, tuple(plain(k, n[0].name.value) for k, n in found.items()))

    def _edge(self, nodes: list[FieldNode], kind: GraphQLObjectType) -> Edge:
        target = get_named_type(kind.fields["node"].type)
        assert isinstance(target, GraphQLObjectType)
        items: list[Leaf | TypeName | Nodes] = []
        for key, found in self.collect(nodes, kind).items():
            name = found[0].name.value
            items.append(Nodes(key, self.record(found, target)) if name == "node" else plain(key, name))
        return Edge(tuple(items))

    def collect(self, nodes: Iterable[FieldNode], kind: GraphQLObjectType) -> dict[str, list[FieldNode]]:
        """The sub-selections by response key, fragments spread, `@skip` and `@include` obeyed."""
        grouped: dict[str, list[FieldNode]] = {}
        for node in nodes:
            if node.selection_set:
                self._gather(node.selection_set.selections, kind, grouped)
        return grouped

    def _gather(
        self, selections: Iterable[SelectionNode], kind: GraphQLObjectType, grouped: dict[str, list[FieldNode]]
    ) -> None:
        for selection in selections:
            if not self._included(selection):
                continue
            match selection:
                case FieldNode():
                    key = selection.alias.value if selection.alias else selection.name.value
                    grouped.setdefault(key, []).append(selection)
                case InlineFragmentNode():
                    condition = selection.type_condition
                    if condition is None or condition.name.value in (kind.name, INTERFACE):
                        self._gather(selection.selection_set.selections, kind, grouped)
                case FragmentSpreadNode():
                    fragment = self.fragments[selection.name.value]
                    if fragment.type_condition.name.value in (kind.name, INTERFACE):
                        self._gather(fragment.selection_set.selections, kind, grouped)

    def _included(self, selection: SelectionNode) -> bool:
        for directive in selection.directives or ():
            name = directive.name.value
            if name in ("skip", "include") and directive.arguments:
                value = directive.arguments[0].value
                holds = self.variables[value.name.value] if isinstance(value, VariableNode) else value.value  # type: ignore[attr-defined]
                if holds is (name == "skip"):
                    return False
        return True


def plain(key: str, name: str) -> Leaf | TypeName:
    return TypeName(key) if name == "__typename" else Leaf(key, snake(name))


def restricted(given: dict[str, Any], spec: EntitySpec, only: Condition) -> Condition:
    """Which records the arguments of a list ask for."""
    where = conditions(given["where"], spec) if given.get("where") else ALWAYS_TRUE
    if states := given.get("states"):
        where = All((Compare("state", "in", states), where))
    return where if only is ALWAYS_TRUE else All((only, where))


def page_of(given: dict[str, Any]) -> Page:
    """The page that `first`, `after`, `last`, `before` ask for."""
    first, last = given.get("first"), given.get("last")
    if first is not None and last is not None:
        raise BadRequest("first_with_last")
    size = first if first is not None else last if last is not None else DEFAULT_PAGE
    return Page(size, backward=last is not None, after=given.get("after"), before=given.get("before"))


def order_of(given: Any) -> tuple[Order, ...]:
    return tuple(_step(step) for step in listed(given))


def listed(given: Any) -> Sequence[Any]:
    """A list whose members stand in the statement. With none in it, a variable is a `Slot` like any other list."""
    return () if isinstance(given, Slot) else given or ()


def _step(given: dict[str, Any]) -> Order:
    field, key = given.get("field"), given.get("customField")
    if (field is None) == (key is None):
        raise BadRequest("order_field_or_custom")
    direction = _code(given.get("direction") or "asc")
    return Order(_code(field), direction) if key is None else Order(key, direction, custom=True)


def _code(value: Any) -> Any:
    """Enumerations come as members from variables and as their values from literals."""
    return getattr(value, "value", value)


def conditions(given: dict[str, Any], spec: EntitySpec) -> Condition:
    """A `where` input. A member that is null is as if it were not there; an operator that is null is refused."""
    parts: list[Condition] = []
    for name, value in given.items():
        if value is None:
            continue
        match name:
            case "and":
                parts.append(All(tuple(conditions(item, spec) for item in value)))
            case "or":
                parts.append(Any_(tuple(conditions(item, spec) for item in value)))
            case "not":
                parts.append(Not(conditions(value, spec)))
            case "customFields" if spec.extensible:
                parts += [_custom(condition) for condition in value]
            case _:
                parts.append(_member(snake(name), value, spec))
    return All(tuple(parts))


def _custom(given: dict[str, Any]) -> Condition:
    """A condition on a field that administrators defined: one member, whose comparisons all hold."""
    members = {name: value for name, value in given.items() if name != "key" and value is not None}
    if len(members) != 1:
        raise BadRequest("custom_field_condition")
    ((name, value),) = members.items()
    comparisons = {"isNull": value} if name == "isNull" else value
    operand = None if name == "isNull" else name
    if not comparisons:
        raise BadRequest("custom_field_condition")
    return All(
        tuple(
            CompareCustom(given["key"], operand, operator, _operand(given["key"], operator, wanted))
            for operator, wanted in comparisons.items()
        )
    )


def _member(name: str, value: dict[str, Any], spec: EntitySpec) -> Condition:
    relation = spec.relation_by_name.get(name)
    if relation is None:
        return All(tuple(_compare(name, operator, wanted) for operator, wanted in value.items()))
    target = ENTITIES[relation.target]
    if not relation.many:
        return Related(relation.name, "is", conditions(value, target))
    return All(
        tuple(
            Related(relation.name, "some" if quantifier == "some" else "none", conditions(inner, target))
            for quantifier, inner in value.items()
            if inner is not None
        )
    )


def _compare(field: str, operator: str, value: Any) -> Compare:
    return Compare(field, operator, _operand(field, operator, value))


def _operand(field: str, operator: str, value: Any) -> Any:
    if value is None:
        raise BadRequest("null_operand", field=field, operator=operator)
    return value
