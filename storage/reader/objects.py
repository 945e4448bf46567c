"""Records and lists as JSON, made by PostgreSQL: from a selection to one statement.

The shape that was measured fastest: the page is cut before anything is joined; relation flags are computed once a
row in a lateral sub-select; children come by lateral joins; each object is `row_to_json` over a sub-select.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from service.core.enums import DataClass, Level
from service.core.errors import BadRequest
from service.core.fields import ENTITIES
from service.core.fields.custom_fields import Definition
from service.core.fields.spec import FieldSpec, FieldType
from service.core.selection import (
    ByIds,
    Changed,
    Condition,
    ConnectionSelection,
    Custom,
    Leaf,
    Many,
    ObjectItem,
    ObjectSelection,
    One,
    Slot,
    TypeName,
)
from storage.crypto import Sealer
from storage.reader import changes, custom, grants, history, mapping
from storage.reader.conditions import Aliases, child_exists, compile_condition, follow
from storage.reader.guards import Guards, Scope
from storage.reader.json import json_object
from storage.reader.lists import LARGEST_PAGE, ListMaker
from storage.reader.masks import masked
from storage.reader.ordering import CursorContext
from storage.reader.sql import FALSE, TRUE, Param, Sql, conjunction, join, param

NULL = Sql("null")


@dataclass(frozen=True)
class Rows:
    """Where rows come from, what each must meet, and the customer under whose guards they stand."""

    source: Sql
    row: str
    conditions: list[Sql]
    scope: Scope | None


@dataclass
class Compiler:
    """Makes the statement for one selection under one set of guards."""

    guards: Guards
    sealer: Sealer
    nonce: Param
    variables: dict[str, Any]
    aliases: Aliases = field(default_factory=Aliases)
    contexts: list[CursorContext] = field(default_factory=list[CursorContext])
    sizes: list[Slot] = field(default_factory=list[Slot])
    """The variables that were read for page sizes: the statement is good for just these."""
    links: list[tuple[Leaf | TypeName, ...]] = field(default_factory=list[tuple["Leaf | TypeName", ...]])
    """What is wanted of each link that is made for every answer anew."""
    marks: bool = False
    """Whether the answer says in which of its objects a grant has opened something."""
    sums_grants: bool = False
    """Whether it depends on grants besides: by a count or a sum."""
    is_search: bool = False
    """Whether a list is searched: which way is fast depends on the term."""

    def page_size(self, size: int | Slot, largest: int = LARGEST_PAGE) -> int:
        """A page size as it stands in the statement. With a parameter there, PostgreSQL reckons with a tenth of the
        table, takes every plan that serves all values for too dear, and plans the statement anew each time."""
        if isinstance(size, Slot):
            self.sizes.append(size)
            size = int(size.read(self.variables))
        if not 0 <= size <= largest:
            raise BadRequest("page_size", largest=largest, given=size)
        return size

    def record(
        self, selection: ObjectSelection, row: str, scope: Scope | None, *, by_grants: bool = False
    ) -> tuple[Sql, Sql]:
        """The JSON of one record, and the lateral joins that it reads from.

        `by_grants`: that it is there may follow from a grant, whatever is shown of it.
        """
        columns: list[tuple[str, Sql]] = []
        joins: list[Sql] = []
        for item in selection.items:
            value, joined = self._item(item, selection.entity, row, scope)
            columns.append((item.key, value))
            joins += joined
        if scope is not None and scope.guards.opened is not None:
            classes = set(DataClass) if by_grants else self._classes(selection, scope)
            opened = grants.mark(scope, classes)
            columns = [(grants.MARK, opened), *columns] if opened else columns  # first: one is found fast
            self.marks = self.marks or opened is not None
        return json_object(columns), Sql(*joins)

    def _classes(self, selection: ObjectSelection, scope: Scope) -> set[DataClass | None]:
        """The classes of what is selected of a record, and that of its type: for that it is there."""
        spec = ENTITIES[selection.entity]
        leaves = {item.field for item in selection.items if isinstance(item, Leaf)}
        values = any((spec.name, name) in mapping.OF_VALUES for name in leaves)
        if values or any(isinstance(item, Changed) for item in selection.items):
            return set(DataClass)  # values of other records, of any class
        own = any(isinstance(item, Custom) for item in selection.items)
        fields = [field for field in spec.fields if field.name in leaves]
        fields += [definition.spec for definition in scope.guards.custom.values()] if own else []
        return {spec.row_class} | {one for field in fields for one in (field.data_class, field.individual_class)}

    def _item(self, item: ObjectItem, entity: str, row: str, scope: Scope | None) -> tuple[Sql, list[Sql]]:
        match item:
            case TypeName():
                return Sql(f"'{entity}'"), []
            case Leaf(field="id"):
                return Sql(f"('{ENTITIES[entity].prefix}_' || {row}.id)"), []
            case Leaf(field=name, parts=parts):
                return self.shown(entity, ENTITIES[entity].by_name[name], row, scope, parts), []
            case Custom() | Changed():
                assert scope is not None
                own = isinstance(item, Custom)
                made = self._custom(item, row, scope) if own else self._changed(entity, item, row, scope)
                return made, []
            case One():
                return self._one(item, entity, row, scope)
            case Many():
                return self._many(item, entity, row, scope)

    def shown(
        self, entity: str, spec: FieldSpec, row: str, scope: Scope | None, parts: tuple[Leaf | TypeName, ...] = ()
    ) -> Sql:
        """The value of a field as this viewer sees it: whole, masked or null."""
        if (entity, spec.name) in mapping.OF_VALUES:
            assert scope is not None
            return changes.names(entity, scope, row, self.aliases)
        made = self._link if spec.type is FieldType.LINK else _as_json
        value = made(entity, spec, row, parts)
        return self.guarded(spec, value, row, scope)

    def _link(self, entity: str, spec: FieldSpec, row: str, parts: tuple[Leaf | TypeName, ...]) -> Sql:
        """A mark that `plans` replaces, with what a link is made of; null where there is none."""
        number = len(self.links)
        self.links.append(parts)
        made_of = mapping.column(entity, spec, row)
        mark = f" || '@{number}.' || encode(convert_to("
        return Sql("to_json(", self.nonce, mark, made_of, "::text, 'UTF8'), 'hex'))")

    def guarded(self, spec: FieldSpec, value: Sql, row: str, scope: Scope | None) -> Sql:
        """A value under the guards of its field."""
        if scope is None:
            return value
        full, some = scope.field_level(spec, Level.FULL), scope.field_level(spec, Level.MASKED)
        if full is TRUE:
            return value
        rest = NULL if some is FALSE else masked(spec, value, row)
        always_named = spec.individual_class is not None  # the name of an individual is never null: below FULL, masked
        if always_named:
            rest, some = masked(spec, value, row), TRUE
        if full is FALSE and some is TRUE:
            return rest
        branches = [Sql(" when ", full, " then ", value)] if full is not FALSE else []
        branches += [Sql(" when ", some, " then ", rest)] if some not in (TRUE, FALSE) else []
        otherwise = [Sql(" else ", rest)] if some is TRUE else []
        return Sql("(case", *branches, *otherwise, " end)") if branches or otherwise else NULL

    def _changed(self, entity: str, item: Changed, row: str, scope: Scope) -> Sql:
        return changes.fields(entity, item, scope, row, self.aliases)

    def _custom(self, item: Custom, row: str, scope: Scope) -> Sql:
        found = (self._custom_value(d, item, row, scope) for d in custom.chosen(self.guards.custom, item.keys))
        values = list(found)
        return Sql("array_to_json(array[", join(", ", values), "])") if values else Sql("'[]'::json")

    def _custom_value(self, definition: Definition, item: Custom, row: str, scope: Scope) -> Sql:
        columns: list[tuple[str, Sql]] = []
        for part in item.parts:
            match part:
                case TypeName(key=key):
                    columns.append((key, Sql("'CustomFieldValue'")))
                case Leaf(key=key, field="is_masked"):
                    full = scope.field_level(definition.spec, Level.FULL)
                    columns.append((key, Sql("((", full, ") is not true)")))
                case Leaf(key=key, field=name, parts=parts):
                    value = custom.member(definition, name, row, parts)
                    is_value = name not in ("key", "type") and value is not custom.NOTHING
                    columns.append((key, self.guarded(definition.spec, value, row, scope) if is_value else value))
        return json_object(columns)

    def _one(self, item: One, entity: str, row: str, scope: Scope | None) -> tuple[Sql, list[Sql]]:
        link = mapping.LINKS[entity, item.relation]
        relation = ENTITIES[entity].relation_by_name[item.relation]
        target = relation.target
        if target == "Customer" and link.same_customer and scope is not None:
            # The customer whose guards hold here is the one that is asked for: its row is at hand.
            own = scope.ordinary() if ENTITIES[entity].holds_changes else scope
            value, joins = self.record(item.target, own.customer, own)
            if relation.nullable:
                value = Sql(f"(case when {own.customer}.id is not null then ", value, " end)")
            return value, [joins] if joins.parts else []
        alias, out = self.aliases.new(), self.aliases.new()
        source, conditions, inner = follow(entity, row, link, target, alias, scope, self.aliases)
        data_class = relation.data_class
        if data_class is not None and scope is not None:
            conditions.append(scope.level(data_class, Level.MASKED))
        value, joins = self.record(item.target, alias, inner)
        flags = inner.flags_join() if inner is not None and inner.customer == alias else Sql("")
        body = Sql("select ", value, " as j from ", source, flags, joins, " where ", conjunction(conditions))
        return Sql(f"{out}.j"), [Sql(" left join lateral (", body, f") {out} on true")]

    def _many(self, item: Many, entity: str, row: str, scope: Scope | None) -> tuple[Sql, list[Sql]]:
        link = mapping.LINKS[entity, item.relation]
        target = ENTITIES[entity].relation_by_name[item.relation].target
        alias, out = self.aliases.new(), self.aliases.new()
        source, conditions, inner = follow(entity, row, link, target, alias, scope, self.aliases)
        # A customer that came in by a join is joined again behind the cut, with its flags.
        known = inner is None or scope is None or inner.customer == scope.customer
        behind = inner if known else None
        body = self.connection(item.connection, source, alias, conditions, before=inner, behind=behind)
        return Sql(f"{out}.j"), [Sql(" cross join lateral (", body, f") {out}")]

    def connection(
        self,
        selection: ConnectionSelection,
        source: Sql,
        row: str,
        conditions: list[Sql],
        *,
        before: Scope | None,
        behind: Scope | None,
    ) -> Sql:
        """A sub-select with one column `j`: the connection as JSON.

        `source` and `conditions` say which rows there are. `before` is the scope in which the page is cut, `behind` the
        one in which its rows are shown; they are the same where the customer is known already.
        """
        return ListMaker(self, selection, source, row, conditions, before, behind).sql()

    def root_list(self, selection: ConnectionSelection) -> Sql:
        """A connection over everything of one type that exists for the viewer."""
        found = self.root_rows(selection.entity)
        return self.connection(selection, found.source, found.row, found.conditions, before=found.scope, behind=None)

    def root_keys(self, entity: str, where: Condition, size: int) -> Sql:
        """The keys of everything of one type that exists for the viewer and meets a condition."""
        found = self.root_rows(entity)
        wanted = compile_condition(where, entity, found.row, found.scope, self.aliases)
        conditions = conjunction((*found.conditions, wanted))
        keys = Sql(f"select {found.row}.id from ", found.source, " where ", conditions, f" limit {size}")
        return Sql("select coalesce(json_agg(k.id), '[]'::json) as j from (", keys, ") k")

    def root_rows(self, entity: str) -> Rows:
        """Everything of one type that exists for the viewer."""
        row, table = self.aliases.new(), mapping.TABLES[entity]
        fixed = [Sql(text.format(r=row)) for text in (table.base, table.outside) if text]
        if not ENTITIES[entity].guarded:
            return Rows(Sql(f"{table.name} {row}"), row, fixed, None)
        if entity == "Customer":
            scope = Scope(self.guards, row)
            return Rows(Sql(f"customers {row}"), row, [*fixed, scope.row_exists()], scope)
        customer = self.aliases.new()
        scope = self._scope(entity, customer)
        source = Sql(
            f"{table.name} {row} {mapping.JOINS[entity]} customers {customer}"
            f" on {customer}.id = {mapping.customer_of(entity, row)}"
        )
        exists = [*self._customer_exists(entity, scope), *child_exists(scope, entity, row, self.aliases)]
        return Rows(source, row, [*fixed, *exists], scope.given(ENTITIES[entity].row_class, Level.MASKED))

    def _scope(self, entity: str, customer: str, flags: str | None = None) -> Scope:
        scope = Scope(self.guards, customer, flags=flags)
        return scope.of_log() if ENTITIES[entity].holds_changes else scope

    def _customer_exists(self, entity: str, scope: Scope) -> list[Sql]:
        """A row that may be about no customer asks for it itself."""
        return [] if ENTITIES[entity].apart else [scope.row_exists()]

    def root_record(
        self, selection: ObjectSelection, key: Sql | Param, *conditions: Sql, at: Param | None = None
    ) -> Sql:
        """One record by its key: no row where it does not exist for the viewer. `at`: as it was at that moment."""
        entity, row = selection.entity, self.aliases.new()
        table = mapping.TABLES[entity]
        required = [Sql(f"{row}.id = ", key), *conditions]
        required += [Sql(text.format(r=row)) for text in (table.base, table.outside) if text]
        source, scope = Sql(f"{table.name} {row}"), None
        if ENTITIES[entity].guarded:
            customer = row if entity == "Customer" else self.aliases.new()
            scope = self._scope(entity, customer, flags=self.aliases.new())
            if entity != "Customer":
                owner = mapping.customer_of(entity, row)
                source = Sql(source, f" {mapping.JOINS[entity]} customers {customer} on {customer}.id = {owner}")
                required += child_exists(scope, entity, row, self.aliases)
            required += self._customer_exists(entity, scope)
            scope = scope.given(ENTITIES[entity].row_class, Level.MASKED)
        shown = row
        if at is not None:
            shown = self.aliases.new()
            source = Sql(source, " cross join lateral (", history.as_of(entity, row, at), f") {shown}")
            required.append(Sql(f"{row}.created_at <= ", at))
        value, joins = self.record(selection, shown, scope)
        flags = scope.flags_join() if scope else Sql("")
        return Sql("select ", value, " as j from ", source, flags, joins, " where ", conjunction(required))

    def root_records(self, selection: ByIds) -> Sql:
        """Records of several types by their keys, in one statement; null where one does not exist for the viewer."""
        wanted = self.aliases.new()
        keys, prefixes = param(selection.keys, "uuid[]"), param(selection.prefixes, "text[]")
        joins: list[Sql] = []
        found: list[str] = []
        for target in selection.targets:
            alias = self.aliases.new()
            prefix = ENTITIES[target.entity].prefix
            one = self.root_record(target, Sql(f"{wanted}.key"), Sql(f"{wanted}.prefix = '{prefix}'"))
            joins.append(Sql(" left join lateral (", one, f") {alias} on true"))
            found.append(f"{alias}.j")
        value = f"coalesce({', '.join(found)})" if found else "null::json"
        source = Sql("unnest(", keys, ", ", prefixes, f") with ordinality {wanted} (key, prefix, place)")
        return Sql(f"select coalesce(json_agg({value} order by {wanted}.place), '[]') as j from ", source, *joins)


def _as_json(entity: str, spec: FieldSpec, row: str, parts: tuple[Leaf | TypeName, ...]) -> Sql:
    """A value in the form that the API gives it. Numbers that JavaScript cannot hold go out as text."""
    value = mapping.column(entity, spec, row)
    if spec.type is FieldType.DECIMAL:
        return Sql(value, "::text")
    if spec.type is not FieldType.MONEY:
        return value
    of = {"amount": Sql(value, "::text"), "currency": mapping.currency(spec, row)}
    columns = [(part.key, Sql("'Money'") if isinstance(part, TypeName) else of[part.field]) for part in parts]
    return Sql("(case when ", value, " is not null then ", json_object(columns), " end)")
