"""What a field was when a client read it: from the change log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from storage import db

# Only what CASE guards is read as a number: PostgreSQL may look at the number before it looks at the field's name.
_BASE = """
select distinct on (v.field) v.field, v.before::text as before
from change_log l
join change_values n on n.change_id = l.id and n.field = 'version'
cross join lateral (select case when n.field = 'version' then (n.after::text)::int end as version) to_
join change_values v on v.change_id = l.id and v.field = any($3)
where l.subject_id = $1 and to_.version > $2
order by v.field, to_.version
"""


async def at_version(subject_id: UUID, version: int, fields: list[str]) -> dict[str, Any]:
    """The values that these fields had at that version, of those that changed since."""
    rows = await db.rows(_BASE, subject_id, version, fields)
    return {row["field"]: None if row["before"] is None else orjson.loads(row["before"]) for row in rows}
