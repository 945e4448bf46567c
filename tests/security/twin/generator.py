"""Random questions, made from the schema itself: whatever it lets a client ask is asked some time."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import orjson
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_enum_type,
    is_list_type,
)

from schema.api import sdl
from service.core.fields import ENTITIES
from service.core.fields.groups import MOST_KEYS, group_keys
from tests.security.twin import aggregates, own_fields
from tests.security.twin.pools import Pools, camel
from tests.security.twin.probes import STATES, Probe

LISTS = "Connection"


@cache
def schema() -> GraphQLSchema:
    return build_schema(sdl())


def _literal(value: Any) -> str:
    """A value as a document writes it: the names of objects without quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(item)}" for name, item in value.items()) + "}"
    return orjson.dumps(value).decode()


class Generator:
    """Makes one random probe after the other."""

    def __init__(self, pools: Pools, seed: int) -> None:
        self.pools, self.rng = pools, random.Random(seed)
        self.cursors: dict[str, list[str]] = {}
        """Cursors that answers gave, by type: right and wrong ones for the next question."""

    def probe(self) -> Probe:
        query = schema().query_type
        assert query is not None
        names = sorted(name for name, one in query.fields.items() if name.endswith("s") and "first" in one.args)
        roots = [self._root(f"r{n}", query.fields, self.rng.choice(names)) for n in range(self.rng.choice((1, 1, 2)))]
        if self.rng.random() < 0.2:
            roots.append(self._node())
        return Probe("{ " + " ".join(roots) + " }")

    def aggregate(self) -> Probe:
        """Counts and sums by keys and conditions at random."""
        entity = self.rng.choice(sorted(aggregates.ROOTS))
        where = schema().type_map[f"{entity}Where"]
        assert isinstance(where, GraphQLInputObjectType)
        names = self.rng.sample(list(group_keys(entity)), self.rng.choice((0, 1, 1, 2, 3)))
        parts = [f"groupBy: [{', '.join(name.upper() for name in names)}]", f"where: {self._where(where, 2)}"]
        parts.append(f"first: {self.rng.choice((0, 2, 200))}, orderBy: {self.rng.choice(('COUNT', 'KEY'))}")
        own, own_keys = "", [one.key for one in self.rng.sample(aggregates.OWN_MEASURES, 2)]
        if entity == "Customer":
            own = aggregates.own_measured(own_keys)
            parts.append(STATES)
            if len(names) < MOST_KEYS:
                parts.append(f'groupByCustomFields: ["{self.rng.choice(aggregates.OWN_KEYS).key}"]')
        key = " ".join(["__typename", *(aggregates.shown_key(entity, name) for name in names)])
        sums = f"{aggregates.measured(entity)} {own}"
        shown = f"count {aggregates.WHOLE} {sums} groups {{ count key {{ {key} }} {sums} }}"
        return Probe(f"{{ r: {aggregates.ROOTS[entity]}({', '.join(parts)}) {{ {shown} }} }}")

    def learn(self, data: Any, entity: str = "") -> None:
        """Remember the cursors of an answer."""
        if isinstance(data, dict):
            entity = str(data.get("__typename", entity)).removesuffix("Edge").removesuffix(LISTS)
            for key, value in data.items():
                if key in ("cursor", "endCursor", "startCursor") and isinstance(value, str):
                    self.cursors.setdefault(entity, []).append(value)
                self.learn(value, entity)
        elif isinstance(data, list):
            for item in data:
                self.learn(item, entity)

    def _root(self, alias: str, fields: dict[str, GraphQLField], name: str) -> str:
        return f"{alias}: {name}{self._arguments(fields[name], root=True)} {self._selection(fields[name], 3)}"

    def _node(self) -> str:
        entity = self.rng.choice(sorted(ENTITIES))
        key = self.rng.choice(self.pools.global_ids(entity))
        kind = schema().type_map[entity]
        assert isinstance(kind, GraphQLObjectType)
        return f'node(id: "{key}") {{ __typename id ... on {entity} {{ {self._object(kind, 2)} }} }}'

    def _selection(self, field: GraphQLField, depth: int) -> str:
        kind = get_named_type(field.type)
        assert isinstance(kind, GraphQLObjectType)
        if not kind.name.endswith(LISTS):
            return f"{{ {self._object(kind, depth)} }}"
        node = get_named_type(kind.fields["nodes"].type)
        assert isinstance(node, GraphQLObjectType)
        inner = self._object(node, depth)
        parts = [
            "__typename",
            "totalCount" if self.rng.random() < 0.5 else "",
            f"nodes {{ {inner} }}" if self.rng.random() < 0.5 else f"edges {{ __typename cursor node {{ {inner} }} }}",
            "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }" if self.rng.random() < 0.4 else "",
        ]
        return f"{{ {' '.join(part for part in parts if part)} }}"

    def _object(self, kind: GraphQLObjectType, depth: int) -> str:
        names = sorted(name for name, one in kind.fields.items() if get_named_type(one.type).name != "Link")
        chosen = self.rng.sample(names, min(len(names), self.rng.randint(2, 6)))
        parts = ["__typename id" if "id" in kind.fields else "__typename"]
        for name in chosen:
            field = kind.fields[name]
            if not isinstance(get_named_type(field.type), GraphQLObjectType):
                parts.append(f"{self.rng.choice(('', f'x{len(parts)}: '))}{name}")
            elif depth > 0:
                parts.append(f"y{len(parts)}: {name}{self._arguments(field)} {self._selection(field, depth - 1)}")
        return " ".join(parts)

    def _arguments(self, field: GraphQLField, *, root: bool = False) -> str:
        if "where" not in field.args:
            return ""
        where, order = (get_named_type(field.args[name].type) for name in ("where", "orderBy"))
        assert isinstance(where, GraphQLInputObjectType)
        parts = [f"{self.rng.choice(('first', 'first', 'last'))}: {self.rng.choice((1, 3, 5, 10) if root else (2, 3))}"]
        if "states" in field.args:
            parts.append(STATES)
        if self.rng.random() < 0.7:
            parts.append(f"where: {self._where(where, 2)}")
        if self.rng.random() < 0.5:
            parts.append(f"orderBy: [{', '.join(self._order(order) for _ in range(self.rng.choice((1, 1, 2))))}]")
        known = self.cursors.get(where.name.removesuffix("Where"), [])
        if known and self.rng.random() < 0.3:
            parts.append(f'{self.rng.choice(("after", "before"))}: "{self.rng.choice(known[-40:])}"')
        return f"({', '.join(parts)})"

    def _order(self, order: Any) -> str:
        if "customField" in order.fields and self.rng.random() < 0.3:
            own = self.rng.choice(own_fields.FIELDS)
            return f'{{customField: "{own.key}", direction: {self.rng.choice(("ASC", "DESC"))}}}'
        field = self.rng.choice(sorted(get_named_type(order.fields["field"].type).values))  # type: ignore[union-attr]
        return f"{{field: {field}, direction: {self.rng.choice(('ASC', 'DESC'))}}}"

    def _where(self, kind: GraphQLInputObjectType, depth: int) -> str:
        """One or two members of a `where`."""
        entity = kind.name.removesuffix("Where")
        members = [self._member(kind, entity, name, depth) for name in self.rng.sample(sorted(kind.fields), 2)]
        kept = [member for member in members if member]
        return f"{{{', '.join(kept[: self.rng.choice((1, 1, 2))])}}}"

    def _member(self, kind: GraphQLInputObjectType, entity: str, name: str, depth: int) -> str:
        inner = get_named_type(kind.fields[name].type)
        assert isinstance(inner, GraphQLInputObjectType)
        if name in ("and", "or", "not") or inner.name.endswith("Where"):
            if depth == 0:
                return ""
            if inner.name.endswith("ListWhere"):
                target = schema().type_map[inner.name.removesuffix("ListWhere") + "Where"]
                assert isinstance(target, GraphQLInputObjectType)
                return f"{name}: {{{self.rng.choice(('some', 'none'))}: {self._where(target, depth - 1)}}}"
            wanted = self._where(inner, depth - 1)
            return (
                f"{name}: [{wanted}, {self._where(inner, depth - 1)}]" if name in ("and", "or") else f"{name}: {wanted}"
            )
        if name == "customFields":
            _, condition = self.rng.choice([*own_fields.conditions(self.pools, self.rng.choice(own_fields.FIELDS))])
            return f"{name}: [{_literal(condition)}]"
        operator = self.rng.choice(sorted(inner.fields))
        operand = self._operand(entity, name, operator, inner)
        return f"{name}: {{{operator}: {operand}}}" if operand else ""

    def _operand(self, entity: str, name: str, operator: str, inner: GraphQLInputObjectType) -> str:
        if operator == "isNull":
            return self.rng.choice(("true", "false"))
        spec = next((f for f in ENTITIES[entity].fields if camel(f.name) == name), None)
        values = self.pools.values(entity, spec) if spec else self.rng.sample(self.pools.global_ids(entity), 2)
        if not values:
            return ""
        kind = inner.fields[operator].type
        value = self.rng.choice(values)
        if operator == "in":
            value = values
        elif isinstance(value, list):
            value = value[0]
        elif operator in ("contains", "startsWith"):
            value = value[: self.rng.randint(1, len(value))]
        text = orjson.dumps(value).decode()
        assert is_list_type(kind) or operator != "in"
        return text.replace('"', "") if is_enum_type(get_named_type(kind)) else text
