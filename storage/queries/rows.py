"""Rows of models, written and loaded without making each statement anew. Models alone say what tables and columns are.

Inside `db.together()` rows are written before the next statement of the transaction, all that wait as one; elsewhere
at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

from service.core.ids import new_id
from storage import db
from storage.models.base import Record, Versioned
from storage.writes import ROWS, Row, names

M = TypeVar("M", bound=Record)


async def insert(model: type[Record], values: Mapping[str, Any], *, unless_there: bool = False) -> UUID:
    """Add a row, and return its key. What is not given has its default.

    `unless_there`: a row that an index allows once is dropped in silence where there is one already.
    """
    row: Row = {"id": new_id(), **_defaults(model), **values}
    assert _defaults_of_the_database(model) <= row.keys() <= set(columns(model)), (model, list(row))
    table = _meta(model).db_table
    await db.write(lambda writes: writes.insert(table, _insert(model, unless_there), row["id"], row))
    return row["id"]


async def update(record: Versioned, values: Mapping[str, Any]) -> None:
    """Change columns of a record, in memory too."""
    for name, value in values.items():
        setattr(record, name, value)
    table = _meta(type(record)).db_table
    await db.write(lambda writes: writes.update(table, record.id, dict(values)))


async def where(model: type[M], condition: str, *values: Any) -> list[M]:
    """The records of which the condition holds: constant SQL, with a parameter for each value."""
    return [made(model, row) for row in await db.rows(f"{_select(model)} where {condition}", *values)]


async def get(model: type[M], key: UUID) -> M:
    """The record with that key, which is there."""
    (found,) = await where(model, "id = $1", key)
    return found


def made(model: type[M], row: Mapping[str, Any]) -> M:
    """The record in a row that has all `columns` of its model."""
    return cast("Any", model)._init_from_db(**row)


def _meta(model: type[Record]) -> Any:
    return cast("Any", model)._meta


@cache
def columns(model: type[Record]) -> tuple[str, ...]:
    """The columns of a model's table."""
    return tuple(_meta(model).fields_db_projection)


@cache
def _insert(model: type[Record], unless_there: bool) -> str:
    table, listed = _meta(model).db_table, names(columns(model))
    there = " on conflict do nothing" if unless_there else ""
    return (
        f'insert into "{table}" ({listed}) select {listed} from json_populate_recordset(null::"{table}", {ROWS}){there}'
    )


@cache
def _select(model: type[Record]) -> str:
    return f'select {names(columns(model))} from "{_meta(model).db_table}"'


def _defaults(model: type[Record]) -> Row:
    return {name: default() if callable(default) else default for name, default in _known_defaults(model)}


@cache
def _known_defaults(model: type[Record]) -> list[tuple[str, Any]]:
    fields = _meta(model).fields_map
    return [(n, fields[n].default) for n in columns(model) if n != "id" and fields[n].default is not None]


@cache
def _defaults_of_the_database(model: type[Record]) -> set[str]:
    """Columns with a default that the model does not know: they must be given, else null would stand in its place."""
    fields = _meta(model).fields_map
    return {n for n in columns(model) if fields[n].has_db_default() and fields[n].default is None}
