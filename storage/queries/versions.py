"""What a field was when a client read it: from the change log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from storage import db

_BASE = """
select distinct on (v.field) v.field, v.before::text as before
from change_log l
join change_values n on n.change_id = l.id and n.field = 'version' and (n.after::text)::int > $2
join change_values v on v.change_id = l.id and v.field = any($3)
where l.subject_id = $1
order by v.field, (n.after::text)::int
"""


async def at_version(subject_id: UUID, version: int, fields: list[str]) -> dict[str, Any]:
    """The values that these fields had at that version, of those that changed since."""
    rows = await db.rows(_BASE, subject_id, version, fields)
    return {row["field"]: None if row["before"] is None else orjson.loads(row["before"]) for row in rows}
