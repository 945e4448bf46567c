"""Connections: the page, its rows, its edges, its page info, its count."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from service.core.fields import ENTITIES
from service.core.selection import (
    ConnectionItem,
    ConnectionSelection,
    Edges,
    Leaf,
    Nodes,
    ObjectSelection,
    Order,
    PageInfo,
    TotalCount,
    TypeName,
)
from storage.reader import grants, mapping, search, split
from storage.reader.conditions import compile_condition
from storage.reader.guards import Scope
from storage.reader.json import json_object
from storage.reader.ordering import CursorContext, Key, bound, cursor_sql, order_keys, order_sql
from storage.reader.search import RankedPage, Search
from storage.reader.split import SplitPage
from storage.reader.sql import Sql, conjunction, join

if TYPE_CHECKING:
    from storage.reader.objects import Compiler

LARGEST_PAGE = 100
BY_RANK = "by rank"
"""What the order of a search is called in cursors; no field has a blank in its name."""


@dataclass
class ListMaker:
    """The statement of one connection. See `Compiler.connection` for the scopes."""

    compiler: Compiler
    selection: ConnectionSelection
    source: Sql
    row: str
    conditions: list[Sql]
    before: Scope | None
    behind: Scope | None
    columns: list[Sql] = field(default_factory=list[Sql])
    """What the answer needs of each row."""
    joins: list[Sql] = field(default_factory=list[Sql])
    """What these columns read from."""

    def sql(self) -> Sql:
        values = [(item.key, self._item(item)) for item in self.selection.items]
        if all(isinstance(item, TotalCount | TypeName) for item in self.selection.items):
            return Sql("select ", json_object(values), " as j")
        return Sql("select ", json_object(values), " as j from (", self._rows(), f") {self.rows}")

    @cached_property
    def entity(self) -> str:
        return self.selection.entity

    @cached_property
    def page(self) -> str:
        return self.compiler.aliases.new()

    @cached_property
    def rows(self) -> str:
        return self.compiler.aliases.new()

    @cached_property
    def size(self) -> int:
        return self.compiler.page_size(self.selection.page.size)

    @cached_property
    def where(self) -> Sql:
        return compile_condition(self.selection.where, self.entity, self.row, self.before, self.compiler.aliases)

    @cached_property
    def filter(self) -> Sql:
        return self.where if self.search is None else conjunction((self.where, self.search.found()))

    @cached_property
    def search(self) -> Search | None:
        if self.selection.search is None:
            return None
        assert self.before is not None
        self.compiler.is_search = True
        return Search(self.selection.search, self.before, self.compiler.aliases.new())

    @cached_property
    def by_rank(self) -> bool:
        """Whether the list is sorted by how well the term fits: where nothing else is asked for."""
        return self.search is not None and not self.selection.order

    @cached_property
    def by_grants(self) -> bool:
        """Whether it follows from grants which rows there are, or in which order (D45)."""
        if self.before is None or self.before.guards.opened is None:
            return False
        return grants.asks(self.filter) or any(grants.asks(key.visible) for key in self.keys)

    @cached_property
    def knows_more(self) -> bool:
        """Whether one row more than the page is read, to know if there is another page."""
        return any(isinstance(item, PageInfo) for item in self.selection.items)

    @cached_property
    def order(self) -> tuple[Order, ...]:
        default = ENTITIES[self.entity].default_order
        return self.selection.order or tuple(Order(name, "desc" if down else "asc") for name, down in default)

    @cached_property
    def keys(self) -> list[Key]:
        keys = order_keys(self.entity, self.order, self.row, self.before)
        return [self.search.rank(), *keys] if self.search is not None and self.by_rank else keys

    @cached_property
    def context(self) -> CursorContext:
        own = [step.field for step in self.order if step.custom]
        types = tuple(self.before.guards.custom[key].type.value for key in own) if self.before is not None else ()
        order = (Order(BY_RANK, "asc"), *self.order) if self.by_rank else self.order
        return CursorContext(self.entity, order, self.compiler.sealer, types)

    @cached_property
    def context_number(self) -> int:
        self.compiler.contexts.append(self.context)
        return len(self.compiler.contexts) - 1

    @cached_property
    def own_scope(self) -> Scope | None:
        """The page's own customer with its flags, where the customer was not known before the cut."""
        if self.behind is not None or self.before is None:
            return None
        customer = self.page if self.entity == "Customer" else self.compiler.aliases.new()
        return Scope(self.before.guards, customer, flags=self.compiler.aliases.new(), holding=self.before.holding)

    @cached_property
    def end_column(self) -> str:
        return self._column(self._cursor_value())

    def _item(self, item: ConnectionItem) -> Sql:
        match item:
            case TypeName():
                return Sql(f"'{self.entity}Connection'")
            case TotalCount():
                where = conjunction((*self.conditions, self.filter))
                self.compiler.sums_grants |= grants.asks(where)
                return Sql("(select count(*) from ", self.source, " where ", where, ")")
            case Nodes(target=target):
                return self._collected(self._node(target))
            case Edges():
                return self._collected(self._edge(item))
            case PageInfo():
                return self._page_info(item)

    def _collected(self, name: str) -> Sql:
        if not self.knows_more:
            return Sql(f"coalesce(json_agg({self.rows}.{name}), '[]'::json)")
        return Sql("coalesce(", self._aggregated("json_agg", name), ", '[]'::json)")

    def _aggregated(self, function: str, name: str) -> Sql:
        """An aggregate over the rows of the page, in the order of the list, without the row that is one too many."""
        # Every aggregate says the same order: PostgreSQL sorts once for all, and one that said none would follow it.
        # Backwards, rows are numbered from the end of the list.
        down = " desc" if self.selection.page.backward else ""
        return Sql(
            f"{function}({self.rows}.{name} order by {self.rows}.n{down}) filter (where {self.rows}.n <= {self.size})"
        )

    def _column(self, value: Sql) -> str:
        name = f"c{len(self.columns)}"
        self.columns.append(Sql(value, f" as {name}"))
        return name

    def _node(self, target: ObjectSelection) -> str:
        value, joins = self._record(target)
        self.joins.append(joins)
        return self._column(value)

    def _record(self, target: ObjectSelection) -> tuple[Sql, Sql]:
        scope = self.behind or self.own_scope
        return self.compiler.record(target, self.page, scope, by_grants=self.by_grants)

    def _edge(self, edges: Edges) -> str:
        columns: list[tuple[str, Sql]] = []
        for item in edges.edge.items:
            match item:
                case TypeName(key=key):
                    columns.append((key, Sql(f"'{self.entity}Edge'")))
                case Leaf(key=key):
                    columns.append((key, self._cursor_value()))
                case Nodes(key=key, target=target):
                    value, joins = self._record(target)
                    self.joins.append(joins)
                    columns.append((key, value))
        return self._column(json_object(columns))

    def _cursor_value(self) -> Sql:
        # Amounts as text: as a number of JSON one would lose its last digits.
        exact = ["::text" if key.cast == "numeric" else "" for key in self.keys[:-1]]
        names = [f"{self.page}.k{index}{cast}" for index, cast in enumerate(exact)] + [f"{self.page}.id"]
        return cursor_sql(names, self.compiler.nonce, self.context_number)

    def _page_info(self, info: PageInfo) -> Sql:
        # Not count(*): without a column of the rows it would count in the sub-select that makes the object.
        page, more = self.selection.page, Sql(f"count({self.rows}.n) > {self.size}")
        other = Sql("true" if (page.before if page.backward else page.after) is not None else "false")
        columns: list[tuple[str, Sql]] = []
        for item in info.items:
            match item:
                case TypeName(key=key):
                    columns.append((key, Sql("'PageInfo'")))
                case Leaf(key=key, field="has_next_page"):
                    columns.append((key, other if page.backward else more))
                case Leaf(key=key, field="has_previous_page"):
                    columns.append((key, more if page.backward else other))
                case Leaf(key=key, field=name):
                    columns.append((key, self._end_cursor(first=name == "start_cursor")))
        return json_object(columns)

    def _end_cursor(self, *, first: bool) -> Sql:
        place = "1" if first else f"least(count({self.rows}.n), {self.size})"
        return Sql("(", self._aggregated("array_agg", self.end_column), f")[{place}]")

    def _rows(self) -> Sql:
        """The rows of the page with what is selected of each, in the order of the list."""
        keys, backward = self.keys, self.selection.page.backward
        outer = [
            Key(Sql(f"{self.page}.k{index}"), key.cast, key.descending, key.nullable)
            for index, key in enumerate(keys[:-1])
        ]
        outer.append(Key(Sql(f"{self.page}.id"), "uuid", keys[-1].descending, nullable=False))
        columns = list(self.columns) or [Sql("1 as c0")]
        if self.knows_more:
            columns.append(Sql("row_number() over (order by ", order_sql(outer, backward=backward), ") as n"))
        return Sql(
            "select ",
            join(", ", columns),
            " from (",
            self._page(keys),
            f") {self.page}",
            self._own_joins(),
            *self.joins,
            " order by ",
            order_sql(outer),
        )

    def _own_joins(self) -> Sql:
        own = self.own_scope
        if own is None:
            return Sql("")
        if self.entity == "Customer":
            return own.flags_join()
        key = mapping.customer_of(self.entity, self.page)
        return Sql(
            f" {mapping.JOINS[self.entity]} customers {own.customer} on {own.customer}.id = {key}", own.flags_join()
        )

    def _page(self, keys: list[Key]) -> Sql:
        page = self.selection.page
        if self.by_rank and search.applies(keys, backward=page.backward, before=page.before):
            return self._ranked(keys)
        conditions = [*self.conditions, self.filter]
        if split.applies(keys, backward=page.backward, before=page.before):
            name, size = self.compiler.aliases.new(), self.size + self.knows_more
            return SplitPage(name, self.row, self.source, conditions, keys, size).sql(page.after, self.context)
        for cursor, after in ((page.after, True), (page.before, False)):
            if cursor is not None:
                conditions.append(bound(keys, cursor, self.context, after=after))
        shown = join("", (Sql(", ", key.value, f" as k{index}") for index, key in enumerate(keys[:-1])))
        return Sql(
            f"select {self.row}.*",
            shown,
            " from ",
            self.source,
            " where ",
            conjunction(conditions),
            " order by ",
            order_sql(keys, backward=page.backward),
            f" limit {self.size + self.knows_more}",
        )

    def _ranked(self, keys: list[Key]) -> Sql:
        assert self.search is not None
        names = [self.compiler.aliases.new() for _ in self.search.places()]
        size = self.size + self.knows_more
        conditions = [*self.conditions, self.where]
        return RankedPage(self.search, names, self.row, self.source, conditions, keys, size).sql(
            self.selection.page.after, self.context
        )
