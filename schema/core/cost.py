"""What an operation costs, from its document and its variables alone (SEC-C2).

Each list multiplies what stands under it by its page size. What hidden rows would take never counts, since the cost is
shown: it must be the same whatever a viewer may not see (D43). So it is an estimate, calibrated in docs/benchmarks.md.
The part that variables do not change is reckoned once for a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
    value_from_ast_untyped,
)

from schema.core.selections import DEFAULT_PAGE

UNIT = 10
"""Reckoned in tenths of what clients are shown."""
REQUEST = 20 * UNIT
MUTATION = 300 * UNIT
INTROSPECTION = 1000 * UNIT
COUNTED = 2000 * UNIT
"""A `totalCount`, or an aggregate, of everything: many rows are looked at."""
SCANNED = 1500 * UNIT
"""A list of everything that is filtered or sorted: at worst each row is looked at, however few come back."""
LINKED = 10 * UNIT
"""The same of the few records that are linked to one."""
CONDITION = 5 * UNIT
RECORD = UNIT
LEAF = 1
LARGEST_PAGE = 100
"""More is refused when it is read."""

_SIZES = ("first", "last", "ids", "keys")
_SCANNING = ("where", "search", "orderBy", "savedFilter")
_AGGREGATES = "Aggregate"
_CONNECTION = "Connection"
_ONE_FAULT = "UserError"
"""A list that is empty where all is well."""


class Variables(dict[str, Any]):
    """The variables of one request, and what was reckoned from them already."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given)
        self.reckoned: dict[int, int] = {}


Amount = Callable[[Variables], int]
"""Some cost, or some size, as it depends on the variables."""

Size: TypeAlias = "int | Amount"


@dataclass(frozen=True)
class Cost:
    """The cost of one operation: what is always the same, and what variables add."""

    fixed: int
    varying: tuple[Amount, ...]

    def of(self, given: dict[str, Any]) -> int:
        """What is shown and charged."""
        if not self.varying:
            return -(-self.fixed // UNIT)
        variables = Variables(given)
        return -(-(self.fixed + sum(amount(variables) for amount in self.varying)) // UNIT)


def cost_of(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Iterable[FragmentDefinitionNode]
) -> Cost:
    """The cost of an operation of a valid document."""
    return _Reckoning(schema, operation, {f.name.value: f for f in fragments}).operation()


def _times(size: Size, cost: Cost) -> Cost:
    if isinstance(size, int):
        return Cost(size * cost.fixed, (lambda v: size * sum(a(v) for a in cost.varying),) if cost.varying else ())
    return Cost(0, (lambda v: size(v) * (cost.fixed + sum(a(v) for a in cost.varying)),))


def _sum(costs: Iterable[Cost]) -> Cost:
    found = list(costs)
    return Cost(sum(c.fixed for c in found), tuple(amount for c in found for amount in c.varying))


def _once(amount: Amount) -> Amount:
    """An amount that many places share is reckoned once for a request, however often fragments are spread."""

    def reckoned(variables: Variables) -> int:
        if id(amount) not in variables.reckoned:
            variables.reckoned[id(amount)] = amount(variables)
        return variables.reckoned[id(amount)]

    return reckoned


class _Reckoning:
    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
    ) -> None:
        self._schema, self._operation, self._fragments = schema, operation, fragments
        self._spread: dict[tuple[str, Size], Cost] = {}
        defaults = (d for d in operation.variable_definitions or () if d.default_value is not None)
        self._defaults = {d.variable.name.value: value_from_ast_untyped(d.default_value) for d in defaults}  # type: ignore[arg-type]

    def operation(self) -> Cost:
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None
        return _sum((Cost(REQUEST, ()), self._selections(self._operation.selection_set, root)))

    def _selections(self, selections: SelectionSetNode, kind: Any, size: Size = 1) -> Cost:
        """`size`: how many records a connection has, where `kind` is one."""
        return _sum(self._conditional(node, self._selection(node, kind, size)) for node in selections.selections)

    def _selection(self, node: SelectionNode, kind: Any, size: Size) -> Cost:
        if isinstance(node, FieldNode):
            return self._field(node, kind, size)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(self._fragments[node.name.value], size)
        condition = node.type_condition  # type: ignore[attr-defined]
        inner = self._schema.type_map[condition.name.value] if condition else kind
        return self._selections(node.selection_set, inner, size)  # type: ignore[attr-defined]

    def _fragment(self, fragment: FragmentDefinitionNode, size: Size) -> Cost:
        key = (fragment.name.value, size)
        if key not in self._spread:
            kind = self._schema.type_map[fragment.type_condition.name.value]
            found = self._selections(fragment.selection_set, kind, size)
            shared = (_once(lambda v: sum(a(v) for a in found.varying)),) if found.varying else ()
            self._spread[key] = Cost(found.fixed, shared)
        return self._spread[key]

    def _conditional(self, node: SelectionNode, cost: Cost) -> Cost:
        for directive in node.directives or ():
            value = directive.arguments[0].value if directive.arguments else None
            if isinstance(value, VariableNode):
                left_out = directive.name.value == "skip"
                asked = self._variable(value, lambda given, out=left_out: int(given is not out))
                cost = _times(asked, cost)
        return cost

    def _field(self, node: FieldNode, kind: Any, size: Size) -> Cost:
        name = node.name.value
        if name.startswith("__"):
            return Cost(LEAF if name == "__typename" else INTROSPECTION, ())
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        field, linked = kind.fields[name], kind not in (self._schema.query_type, self._schema.mutation_type)
        costs = [self._own(node, kind), *self._scanning(node, linked)]
        if node.selection_set is not None:
            named = get_named_type(field.type)
            if named.name.endswith(_CONNECTION):
                costs.append(self._selections(node.selection_set, named, self._size(node, field)))
            else:
                times = size if kind.name.endswith(_CONNECTION) else self._size(node, field)
                costs.append(_times(times, _sum((Cost(RECORD, ()), self._selections(node.selection_set, named)))))
        return _sum(costs)

    def _own(self, node: FieldNode, kind: Any) -> Cost:
        if kind is self._schema.mutation_type:
            return Cost(MUTATION, ())
        if node.name.value == "totalCount" or node.name.value.endswith(_AGGREGATES):
            return Cost(COUNTED, ())
        return Cost(0 if node.selection_set else LEAF, ())

    def _scanning(self, node: FieldNode, linked: bool) -> list[Cost]:
        """What filters and orders of a list cost: once the looking, and each condition."""
        given = [
            a for a in node.arguments or () if a.name.value in _SCANNING and not isinstance(a.value, NullValueNode)
        ]
        if not given:
            return []
        looking = LINKED if linked else SCANNED
        costs = [self._condition(a.value) for a in given if a.name.value == "where"]
        names = [a.value.name.value for a in given if isinstance(a.value, VariableNode)]
        if len(names) < len(given):
            return [Cost(looking, ()), *costs]
        defaults = self._defaults
        return [
            Cost(0, (lambda v: looking * any(v.get(name, defaults.get(name)) is not None for name in names),)),
            *costs,
        ]

    def _size(self, node: FieldNode, field: GraphQLField) -> Size:
        """How many records the field gives at most."""
        named = get_named_type(field.type)
        if not named.name.endswith(_CONNECTION) and not is_list_type(get_nullable_type(field.type)):
            return 1
        if named.name == _ONE_FAULT:
            return 1
        given = [a.value for a in node.arguments or () if a.name.value in _SIZES]
        return _added([self._page(value) for value in given]) if given else DEFAULT_PAGE

    def _page(self, value: Any) -> Size:
        if isinstance(value, VariableNode):
            return self._variable(value, _page_of)
        if isinstance(value, IntValueNode):
            return _page_of(int(value.value))
        return min(len(value.values), LARGEST_PAGE) if isinstance(value, ListValueNode) else DEFAULT_PAGE

    def _variable(self, node: VariableNode, read: Callable[[Any], int]) -> Amount:
        name = node.name.value
        default = self._defaults.get(name)
        return lambda variables: read(variables.get(name, default))

    def _condition(self, value: Any) -> Cost:
        if isinstance(value, VariableNode):
            return Cost(0, (self._variable(value, _conditions),))
        if isinstance(value, ObjectValueNode):
            return _sum(self._condition(field.value) for field in value.fields)
        if isinstance(value, ListValueNode):
            return _sum(self._listed(item) for item in value.values)
        return Cost(CONDITION, ())

    def _listed(self, item: Any) -> Cost:
        """A condition in a list of them, or one value of many to compare with."""
        return self._condition(item) if isinstance(item, ObjectValueNode | VariableNode) else Cost(LEAF, ())


def _added(sizes: list[Size]) -> Size:
    """`first` and `last`, of which one is null: the other counts."""
    if len(sizes) == 1:
        return sizes[0]
    if all(isinstance(size, int) for size in sizes):
        return max(sizes)  # type: ignore[type-var]
    return lambda variables: max(size if isinstance(size, int) else size(variables) for size in sizes)


def _page_of(given: Any) -> int:
    if isinstance(given, list):
        return min(len(given), LARGEST_PAGE)
    return min(max(given, 0), LARGEST_PAGE) if isinstance(given, int) else DEFAULT_PAGE


def _conditions(given: Any) -> int:
    """What a `where` costs that came as a variable: as much as the same as a literal."""
    if isinstance(given, dict):
        return sum(map(_conditions, given.values()))
    if given is None:
        return 0
    if isinstance(given, list):
        return sum(_conditions(item) if isinstance(item, dict) else LEAF for item in given)
    return CONDITION
