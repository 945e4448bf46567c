"""Counts, sums and groups, by what the viewer is shown (D43), in one statement.

Rows are read once: `g` groups them by the visible keys, and by the currency of each amount that is wanted. Everything
else is computed from `g`, which is small: groups without currencies (`h`), the total (`t`), the groups that are given
out (`x`). A value that a row does not show makes its key null, and takes part in no sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from service.core.errors import BadRequest
from service.core.fields import ENTITIES
from service.core.fields.groups import LARGEST, MOST_KEYS
from service.core.selection import (
    AggregateItem,
    AggregateSelection,
    CustomKeys,
    CustomMeasures,
    GroupItem,
    Groups,
    KeysOfGroup,
    Leaf,
    Measure,
    One,
    TypeName,
)
from storage.reader import mapping
from storage.reader.conditions import compile_condition
from storage.reader.grouping import Key, custom_key, key_of
from storage.reader.json import json_object
from storage.reader.measures import Measures
from storage.reader.objects import Compiler, Rows
from storage.reader.sql import Sql, conjunction, join

ZERO, NO_GROUPS, NULL = Sql("0"), Sql("'[]'::json"), Sql("null")
_COUNTS = {
    "count": "t.n",
    "group_count": "(select count(*) from h)",
    "omitted_groups": "((select count(*) from h) - (select count(*) from x))",
    "omitted_count": "(t.n - (select coalesce(sum(n), 0) from x))",
}


@dataclass
class AggregateMaker:
    """The statement of one aggregate."""

    compiler: Compiler
    selection: AggregateSelection

    def sql(self) -> Sql:
        # First what is wanted of each group and of all: it says which sums there have to be.
        answer = json_object([(item.key, self._item(item)) for item in self.selection.items])
        joins = self.measures.joins("t")
        names = [f"k{place}" for place in range(len(self.keys))]
        steps = [
            Sql("g as materialized (", self._grouped(), ")"),
            *self.measures.steps(names),
            Sql("t as (select coalesce(sum(n), 0)::bigint as n", self.measures.again(), " from g)"),
            *([Sql("x as (", self._given(), ")")] if self.keys else []),
        ]
        return Sql("with ", join(", ", steps), " select ", answer, " as j from t", joins)

    @property
    def entity(self) -> str:
        return self.selection.entity

    @cached_property
    def size(self) -> int:
        return self.compiler.page_size(self.selection.size, LARGEST)

    @cached_property
    def rows(self) -> Rows:
        return self.compiler.root_rows(self.entity)

    @cached_property
    def measures(self) -> Measures:
        return Measures(self.entity, self.rows)

    @cached_property
    def keys(self) -> list[Key]:
        steps = tuple(dict.fromkeys(self.selection.group_by))
        if len(steps) > MOST_KEYS:
            raise BadRequest("group_by_too_many", most=MOST_KEYS, given=len(steps))
        make = {True: custom_key, False: key_of}
        return [make[step.custom](step.key, self.entity, self.rows) for step in steps]

    def _item(self, item: AggregateItem) -> Sql:
        match item:
            case TypeName():
                return Sql(f"'{self.entity}Aggregate'")
            case Leaf(field="count"):
                return Sql(_COUNTS["count"])
            case Leaf(field=name):
                return Sql(_COUNTS[name]) if self.keys else ZERO
            case Measure() | CustomMeasures():
                return self.measures.json(item, "t")
            case Groups():
                return self._groups(item) if self.keys else NO_GROUPS

    def _groups(self, groups: Groups) -> Sql:
        joins: list[Sql] = []
        columns = [(item.key, self._of_group(item, joins)) for item in groups.items]
        body = Sql("select x.place, ", json_object(columns), " as j from x", self.measures.joins("x"), *joins)
        return Sql("(select coalesce(json_agg(o.j order by o.place), '[]'::json) from (", body, ") o)")

    def _of_group(self, item: GroupItem, joins: list[Sql]) -> Sql:
        match item:
            case TypeName():
                return Sql(f"'{self.entity}Group'")
            case Leaf():
                return Sql("x.n")
            case Measure() | CustomMeasures():
                return self.measures.json(item, "x")
            case KeysOfGroup(items=items):
                return json_object([(one.key, self._key(one, joins)) for one in items])

    def _key(self, item: Leaf | TypeName | One | CustomKeys, joins: list[Sql]) -> Sql:
        match item:
            case TypeName():
                return Sql(f"'{self.entity}GroupKey'")
            case CustomKeys(parts=parts):
                found = [self._custom_key(key, place, parts) for place, key in enumerate(self.keys) if key.custom]
                return Sql("array_to_json(array[", join(", ", found), "])") if found else NO_GROUPS
            case Leaf(field=name):
                place = self._place(name)
                return NULL if place is None else self.keys[place].shown(f"x.k{place}")
            case One(relation=name):
                place = self._place(name)
                return NULL if place is None else self._record(item, place, joins)

    def _place(self, name: str) -> int | None:
        """Where a key stands; None for one that nothing is grouped by."""
        return next((place for place, key in enumerate(self.keys) if key.name == name and not key.custom), None)

    def _custom_key(self, key: Key, place: int, parts: tuple[Leaf | TypeName, ...]) -> Sql:
        columns: list[tuple[str, Sql]] = []
        for part in parts:
            if isinstance(part, TypeName):
                columns.append((part.key, Sql("'CustomFieldGroup'")))
            elif part.field == "key":
                columns.append((part.key, Sql(f"'{key.name}'")))
            else:
                columns.append((part.key, Sql(f"x.k{place}") if part.field == key.member else NULL))
        return json_object(columns)

    def _record(self, item: One, place: int, joins: list[Sql]) -> Sql:
        """The record that a key leads to: of people and departments, which exist for everybody."""
        target = ENTITIES[self.entity].relation_by_name[item.relation].target
        alias, out = self.compiler.aliases.new(), self.compiler.aliases.new()
        value, inner = self.compiler.record(item.target, alias, None)
        source = f"{mapping.TABLES[target].name} {alias}"
        body = Sql("select ", value, f" as j from {source}", inner, f" where {alias}.id = x.k{place}")
        joins.append(Sql(" left join lateral (", body, f") {out} on true"))
        return Sql(f"{out}.j")

    def _grouped(self) -> Sql:
        keys = [Sql(key.value, f" as k{place}") for place, key in enumerate(self.keys)]
        columns = [*keys, *self.measures.currencies(), Sql("count(*) as n"), *self.measures.columns()]
        filtered = compile_condition(
            self.selection.where, self.entity, self.rows.row, self.rows.scope, self.compiler.aliases
        )
        where = conjunction((*self.rows.conditions, filtered))
        groups = range(1, len(keys) + len(self.measures.currencies()) + 1)
        by = Sql(f" group by {', '.join(map(str, groups))}") if groups else Sql("")
        return Sql("select ", join(", ", columns), " from ", self.rows.source, " where ", where, by)

    def _given(self) -> Sql:
        """The groups that are given out, with their places. A group without a key comes last among equals."""
        order: list[Sql] = [] if self.selection.by_key else [Sql("n desc")]
        for place, key in enumerate(self.keys):
            own = [key.order(f"k{place}")] if key.order else []
            order += [Sql(value, " nulls last") for value in (*own, Sql(f"k{place}"))]
        window = Sql("row_number() over (order by ", join(", ", order), ") as place")
        return Sql("select h.*, ", window, f" from h order by place limit {self.size}")
