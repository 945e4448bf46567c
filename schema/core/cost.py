"""What an operation costs, from its document and its variables alone (SEC-C2).

Each list multiplies what stands under it by its page size. What hidden rows would take never counts, since the cost is
shown: it must be the same whatever a viewer may not see (D43). So it is an estimate, calibrated in docs/benchmarks.md.
The part that variables do not change is reckoned once for a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

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
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
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
COUNTED = 100 * UNIT
"""A `totalCount`, or an aggregate: many rows are looked at."""
CONDITION = 5 * UNIT
RECORD = UNIT
LEAF = 1
LARGEST_PAGE = 100
"""More is refused when it is read."""

_SIZES = ("first", "last", "ids", "keys")
_AGGREGATES = "Aggregate"
_ONE_FAULT = "UserError"
"""A list that is empty where all is well."""


class Variables(dict[str, Any]):
    """The variables of one request, and what was reckoned from them already."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given)
        self.reckoned: dict[int, int] = {}


Amount = Callable[[Variables], int]
"""Some cost, or some size, as it depends on the variables."""


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


def _times(size: int | Amount, cost: Cost) -> Cost:
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
        self._spread: dict[str, Cost] = {}
        defaults = (d for d in operation.variable_definitions or () if d.default_value is not None)
        self._defaults = {d.variable.name.value: value_from_ast_untyped(d.default_value) for d in defaults}  # type: ignore[arg-type]

    def operation(self) -> Cost:
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None
        return _sum((Cost(REQUEST, ()), self._selections(self._operation.selection_set, root)))

    def _selections(self, selections: SelectionSetNode, kind: Any) -> Cost:
        return _sum(self._conditional(node, self._selection(node, kind)) for node in selections.selections)

    def _selection(self, node: SelectionNode, kind: Any) -> Cost:
        if isinstance(node, FieldNode):
            return self._field(node, kind)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(self._fragments[node.name.value])
        condition = node.type_condition  # type: ignore[attr-defined]
        inner = self._schema.type_map[condition.name.value] if condition else kind
        return self._selections(node.selection_set, inner)  # type: ignore[attr-defined]

    def _fragment(self, fragment: FragmentDefinitionNode) -> Cost:
        name = fragment.name.value
        if name not in self._spread:
            found = self._selections(fragment.selection_set, self._schema.type_map[fragment.type_condition.name.value])
            shared = (_once(lambda v: sum(a(v) for a in found.varying)),) if found.varying else ()
            self._spread[name] = Cost(found.fixed, shared)
        return self._spread[name]

    def _conditional(self, node: SelectionNode, cost: Cost) -> Cost:
        for directive in node.directives or ():
            value = directive.arguments[0].value if directive.arguments else None
            if isinstance(value, VariableNode):
                left_out = directive.name.value == "skip"
                asked = self._variable(value, lambda given, out=left_out: int(given is not out))
                cost = _times(asked, cost)
        return cost

    def _field(self, node: FieldNode, kind: Any) -> Cost:
        name = node.name.value
        if name.startswith("__"):
            return Cost(LEAF if name == "__typename" else INTROSPECTION, ())
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        field = kind.fields[name]
        own = [self._own(node, field, kind)]
        own += [self._condition(a.value) for a in node.arguments or () if a.name.value in ("where", "search")]
        if node.selection_set is None:
            return _sum(own)
        inner = self._selections(node.selection_set, get_named_type(field.type))
        if name in ("nodes", "edges") and kind.name.endswith("Connection"):
            return _sum((*own, inner))  # its connection has multiplied already
        return _sum((*own, _times(self._size(node, field), _sum((Cost(RECORD, ()), inner)))))

    def _own(self, node: FieldNode, field: GraphQLField, kind: Any) -> Cost:
        if self._operation.operation is OperationType.MUTATION and kind is self._schema.mutation_type:
            return Cost(MUTATION, ())
        if node.name.value == "totalCount" or node.name.value.endswith(_AGGREGATES):
            return Cost(COUNTED, ())
        return Cost(0 if node.selection_set else LEAF, ())

    def _size(self, node: FieldNode, field: GraphQLField) -> int | Amount:
        """How many records the field gives at most."""
        named = get_named_type(field.type)
        if not named.name.endswith("Connection") and not is_list_type(get_nullable_type(field.type)):
            return 1
        if named.name == _ONE_FAULT:
            return 1
        given = [a.value for a in node.arguments or () if a.name.value in _SIZES]
        return _added([self._page(value) for value in given]) if given else DEFAULT_PAGE

    def _page(self, value: Any) -> int | Amount:
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


def _added(sizes: list[int | Amount]) -> int | Amount:
    """`first` and `last`, of which one is null: the other counts."""
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
    if isinstance(given, list):
        return sum(_conditions(item) if isinstance(item, dict) else LEAF for item in given)
    return CONDITION
