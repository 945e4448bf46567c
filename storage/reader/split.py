"""A page sorted by a field that some rows hide, in two branches: those that show it in the order of an index, then the
others by id.

A list is sorted by the visible key, which no index holds: PostgreSQL would compute it for every row and sort them all.
The first branch can walk an index or collect what the viewer may see and sort that, whichever costs less; the second
is looked at only where the first does not fill the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from storage.reader.ordering import CursorContext, Key, cursor_values
from storage.reader.sql import Sql, conjunction


def applies(keys: list[Key], *, backward: bool, before: Any) -> bool:
    """For one key that can be hidden, and the id, forwards. Other orders are sorted as a whole."""
    return len(keys) == 2 and keys[0].visible.parts != ("true",) and not backward and before is None


@dataclass(frozen=True)
class SplitPage:
    """The statement of one page."""

    name: str
    """An alias for the first branch."""
    row: str
    source: Sql
    conditions: list[Sql]
    keys: list[Key]
    size: int

    def sql(self, after: Any, context: CursorContext) -> Sql:
        key, own = self.keys
        shown = Sql("(", conjunction((key.visible, Sql(key.plain, " is not null"))), ")")
        first, second = [*self.conditions, shown], [*self.conditions, Sql(shown, " is not true")]
        if after is not None:
            value, own_id = cursor_values(self.keys, after, context)
            comparison = "<" if key.descending else ">"
            first.append(Sql("(", key.plain, ", ", own.value, f") {comparison} (", value, ", ", own_id, ")"))
            second.append(Sql("(", value, " is not null or ", own.value, f" {comparison} ", own_id, ")"))
        down = " desc" if key.descending else ""
        ids = Sql(own.value, down)
        # The inner limit lets PostgreSQL plan for few rows; the outer one, often zero, is known only when it runs.
        return Sql(
            f"with {self.name} as materialized (",
            self._branch(key.plain, first, Sql(key.plain, down, ", ", ids)),
            f") select * from {self.name} union all (select * from (",
            self._branch(Sql(f"null::{key.cast}"), second, ids),
            f") z limit (select {self.size} - count(*) from {self.name}))",
        )

    def _branch(self, key: Sql, conditions: list[Sql], order: Sql) -> Sql:
        return Sql(
            f"select {self.row}.*, ", key, " as k0 from ", self.source, " where ", conjunction(conditions),
            " order by ", order, f" limit {self.size}",
        )  # fmt: skip
