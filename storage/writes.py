"""Rows on their way into the database: what is asked for in a row goes there as one statement.

A table takes its rows as JSON, so that the text of a statement hangs on the tables concerned and not on how many rows
there are: it is prepared once a connection. All parts of a statement see the database as it was before it, in no order
of their own. So each table stands in it once, with new rows or with one changed row; foreign keys are checked at its
end.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

ROWS = "$rows::json"
"""Stands in a statement for the JSON of the rows that it writes."""

Row = dict[str, Any]


@dataclass
class _Insert:
    statement: str
    rows: dict[Hashable, Row]

    def json(self) -> str:
        return _json(list(self.rows.values()))


@dataclass
class _Update:
    table: str
    key: Hashable
    row: Row

    @property
    def statement(self) -> str:
        return _update(self.table, tuple(self.row))

    def json(self) -> str:
        return _json({"id": self.key, **self.row})


class Writes:
    """Rows that were asked for and not sent. Where something must be sent before, the answer is False."""

    def __init__(self) -> None:
        self._parts: dict[str, _Insert | _Update] = {}

    def __bool__(self) -> bool:
        return bool(self._parts)

    def insert(self, table: str, statement: str, key: Hashable, row: Row) -> bool:
        """Keep a new row for `statement`, which has `ROWS` in it."""
        part = self._parts.setdefault(table, _Insert(statement, {}))
        if not isinstance(part, _Insert) or part.statement != statement:
            return False
        part.rows[key] = row
        return True

    def update(self, table: str, key: Hashable, row: Row) -> bool:
        """Keep new values of the row with that key. Of a row that is kept already, they replace those it has."""
        part = self._parts.setdefault(table, _Update(table, key, {}))
        known = part.rows.get(key) if isinstance(part, _Insert) else part.row if part.key == key else None
        if known is None:
            return False
        known.update(row)
        return True

    def take(self) -> tuple[str, list[str]]:
        """The statement that writes all of it, and its parameters. Nothing is kept any longer."""
        parts, self._parts = list(self._parts.values()), {}
        return _whole(tuple(part.statement for part in parts)), [part.json() for part in parts]


def _json(rows: object) -> str:
    return orjson.dumps(rows, default=str).decode()


def names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


@lru_cache(1000)
def _update(table: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f'"{column}" = r."{column}"' for column in columns)
    return f'update "{table}" t set {values} from json_populate_record(null::"{table}", {ROWS}) r where t."id" = r."id"'


@lru_cache(1000)
def _whole(statements: tuple[str, ...]) -> str:
    *first, last = [text.replace(ROWS, f"${number}::json") for number, text in enumerate(statements, 1)]
    beside = ", ".join(f"w{number} as ({text})" for number, text in enumerate(first, 1))
    return f"with {beside} {last}" if first else last
