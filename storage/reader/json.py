"""JSON objects, made by PostgreSQL."""

from __future__ import annotations

from storage.reader.sql import Sql, join, quoted

LONGEST_IDENTIFIER = 63
"""PostgreSQL cuts longer names off; GraphQL does not know such a limit."""


def json_object(columns: list[tuple[str, Sql]]) -> Sql:
    """A JSON object with these keys, in this order."""
    if not columns:
        return Sql("'{}'::json")
    if all(len(key) <= LONGEST_IDENTIFIER for key, _ in columns):
        inner = join(", ", (Sql(value, f" as {quoted(key)}") for key, value in columns))
        return Sql("row_to_json((select e from (select ", inner, ") e))")
    pairs = join(
        " || ',' || ", (Sql(f"'\"{key}\":' || coalesce(to_json(", v, ")::text, 'null')") for key, v in columns)
    )
    return Sql("('{' || ", pairs, " || '}')::json")
