"""Sums, least, greatest and average of numbers, amounts and flags, over the rows that show them (D43).

Each measure has columns in `g`, by what is asked of it: `n` how many rows show a value, `s` the sum, `l` the least,
`h` the greatest, `t` how many are true. Amounts are kept apart by currency: two are never added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from service.core.enums import CustomFieldType
from service.core.errors import BadRequest
from service.core.fields import ENTITIES
from service.core.fields.custom_fields import Definition
from service.core.fields.spec import FieldType
from service.core.selection import CustomMeasures, Leaf, Measure, TypeName
from storage.reader import custom, mapping
from storage.reader.grouping import field_shown, where_shown
from storage.reader.json import json_object
from storage.reader.objects import Rows
from storage.reader.sql import TRUE, Sql, join

NULL = Sql("null")
_OF_ROWS = {"n": "count({v})", "s": "sum({v})", "l": "min({v})", "h": "max({v})", "t": "count(nullif({v}, false))"}
_OF_GROUPS = {"n": "sum({c})", "s": "sum({c})", "l": "min({c})", "h": "max({c})", "t": "sum({c})"}
_NEEDS = {"count": "n", "sum": "s", "min": "l", "max": "h", "avg": "ns", "true_count": "t", "share": "nt"}
_NUMBER = {
    "count": "coalesce({a}{m}n, 0)",
    "sum": "{a}{m}s::text",
    "min": "{a}{m}l::text",
    "max": "{a}{m}h::text",
    "avg": "trim_scale(round({a}{m}s::numeric / nullif({a}{m}n, 0), 6))::text",
    "true_count": "coalesce({a}{m}t, 0)",
    "share": "trim_scale(round({a}{m}t::numeric / nullif({a}{m}n, 0), 6))",
}
_KINDS = {
    FieldType.INT: "Number", FieldType.DECIMAL: "Number", FieldType.MONEY: "Money", FieldType.BOOLEAN: "Flag",
}  # fmt: skip
_TYPES = {CustomFieldType.NUMBER: "number", CustomFieldType.MONEY: "money", CustomFieldType.BOOLEAN: "boolean"}
"""The own fields that are summed up, and where the answer shows it."""


@dataclass
class _Asked:
    """One field that something is asked of."""

    number: int
    value: Sql
    visible: Sql
    currency: Sql | None
    kind: str
    wanted: set[str] = field(default_factory=set[str])

    @property
    def name(self) -> str:
        return f"m{self.number}"


@dataclass
class Measures:
    """All measures of one aggregate."""

    entity: str
    rows: Rows
    asked: dict[tuple[str, bool], _Asked] = field(default_factory=dict[tuple[str, bool], _Asked])
    joined: dict[str, list[tuple[int, Sql]]] = field(default_factory=dict[str, list[tuple[int, Sql]]])
    """What is shown of amounts, by where it is shown: in each group (`x`) or of all (`t`)."""

    def json(self, item: Measure | CustomMeasures, at: str) -> Sql:
        """What is wanted, from the columns of `at`."""
        if isinstance(item, Measure):
            return self._one(self._of(item.field), item.parts, at)
        assert self.rows.scope is not None
        found = [custom.defined(self.rows.scope.guards.custom, key) for key in dict.fromkeys(item.keys)]
        values = [self._custom(definition, item, at) for definition in found]
        return Sql("array_to_json(array[", join(", ", values), "])") if values else Sql("'[]'::json")

    def currencies(self) -> list[Sql]:
        return [
            Sql(where_shown(one.currency, one.visible), f" as c{one.number}")
            for one in self.asked.values()
            if one.currency is not None
        ]

    def columns(self) -> list[Sql]:
        """What is computed of the rows of each group."""
        return [
            Sql(_aggregate(_OF_ROWS[kind], one.value), _filter(one.visible), f" as {one.name}{kind}")
            for one in self.asked.values()
            for kind in sorted(one.wanted)
        ]

    def again(self) -> Sql:
        """The same of groups that are put together."""
        return Sql(self._again(self.asked.values()))

    def _again(self, asked: Iterable[_Asked]) -> str:
        return "".join(
            f", {_OF_GROUPS[kind].format(c=one.name + kind)} as {one.name}{kind}"
            for one in asked
            for kind in sorted(one.wanted)
        )

    def steps(self, keys: list[str]) -> list[Sql]:
        """From `g` to `h`, the groups without currencies; `p` numbers them, so that amounts find their group."""
        if not keys:
            return []
        names = ", ".join(keys)
        if not self.currencies():
            return [Sql("h as (select * from g)")]
        numbered = f"p as (select g.*, dense_rank() over (order by {names}) as gid from g)"
        put_together = Sql(f"h as (select gid, {names}, sum(n)::bigint as n", self.again(), " from p group by gid, ")
        return [Sql(numbered), Sql(put_together, f"{names})")]

    def joins(self, at: str) -> Sql:
        """What amounts read from: of each group or of all, an array with one element a currency."""
        found: list[Sql] = []
        for place, (number, value) in enumerate(self.joined.get(at, [])):
            alias = f"{at}m{place}"
            groups, source = ("gid, ", "p") if at == "x" else ("", "g")
            sums = self._again(one for one in self.asked.values() if one.number == number)
            each = Sql(f"select {groups}c{number}{sums} from {source} where c{number} is not null")
            each = Sql("select ", groups, "json_agg(", value, f" order by c{number}) as j from (", each,
                       f" group by {groups}c{number}) q", " group by gid" if at == "x" else "")  # fmt: skip
            found.append(Sql(" left join (", each, f") {alias} on ", f"{alias}.gid = x.gid" if at == "x" else "true"))
        return Sql(*found)

    def _of(self, name: str) -> _Asked:
        if (name, False) not in self.asked:
            spec = ENTITIES[self.entity].by_name[name]
            self.asked[name, False] = _Asked(
                len(self.asked),
                mapping.column(self.entity, spec, self.rows.row),
                field_shown(spec, self.entity, self.rows.scope),
                mapping.currency(spec, self.rows.row) if spec.type is FieldType.MONEY else None,
                _KINDS[spec.type],
            )
        return self.asked[name, False]

    def _of_custom(self, definition: Definition) -> _Asked:
        if definition.type not in _TYPES:
            raise BadRequest("custom_field_not_measured", key=definition.key)
        if (definition.key, True) not in self.asked:
            is_money = definition.type is CustomFieldType.MONEY
            self.asked[definition.key, True] = _Asked(
                len(self.asked),
                custom.value(definition, self.rows.row),
                field_shown(definition.spec, self.entity, self.rows.scope),
                custom.currency(definition, self.rows.row) if is_money else None,
                _KINDS[definition.spec.type],
            )
        return self.asked[definition.key, True]

    def _custom(self, definition: Definition, item: CustomMeasures, at: str) -> Sql:
        columns: list[tuple[str, Sql]] = []
        for one in item.items:
            match one:
                case TypeName(key=key):
                    columns.append((key, Sql("'CustomFieldAggregate'")))
                case Leaf(key=key):
                    columns.append((key, Sql(f"'{definition.key}'")))
                case Measure(key=key, field=member, parts=parts):
                    asked = self._of_custom(definition)
                    mine = member == _TYPES[definition.type]
                    columns.append((key, self._one(asked, parts, at) if mine else NULL))
        return json_object(columns)

    def _one(self, asked: _Asked, parts: tuple[Leaf | TypeName, ...], at: str) -> Sql:
        for part in parts:
            if isinstance(part, Leaf) and part.field in _NEEDS:
                asked.wanted |= set(_NEEDS[part.field])
        if asked.currency is None:
            return json_object([(part.key, _part(part, asked, f"{at}.")) for part in parts])
        value = json_object([(part.key, _part(part, asked, "q.")) for part in parts])
        places = self.joined.setdefault(at, [])
        places.append((asked.number, value))
        return Sql(f"coalesce({at}m{len(places) - 1}.j, '[]'::json)")


def _aggregate(template: str, value: Sql) -> Sql:
    (text,) = value.parts
    return Sql(template.format(v=text))


def _filter(visible: Sql) -> Sql:
    return Sql("") if visible is TRUE else Sql(" filter (where ", visible, ")")


def _part(part: Leaf | TypeName, asked: _Asked, at: str) -> Sql:
    if isinstance(part, TypeName):
        return Sql(f"'{asked.kind}Aggregate'")
    if part.field == "currency":
        return Sql(f"{at}c{asked.number}")
    return Sql(_NUMBER[part.field].format(a=at, m=asked.name))
