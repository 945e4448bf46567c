"""Many rows at once, by COPY."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from tortoise.connection import get_connection


async def copy(table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows, which all have the same columns, in the transaction that is open."""
    if not rows:
        return
    columns = list(rows[0])
    records = [tuple(row[column] for column in columns) for row in rows]
    # Tortoise has no COPY and offers no public way to the connection of a transaction.
    connection = cast("Any", get_connection("default"))._connection
    await connection.copy_records_to_table(table, columns=columns, records=records)
