"""Tasks that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import db

_UNANNOUNCED = """
select t.id, k.key from tasks t
cross join lateral (select 'reminder:' || t.id || ':' || floor(extract(epoch from t.due_at))::bigint as key) k
where t.state = 'OPEN' and t.reminded_at is null and t.due_at <= $1
  and not exists (select from outbox_messages m where m.key = k.key)
order by t.due_at limit $2
"""


@dataclass(frozen=True)
class DueTask:
    """A task whose time has come."""

    id: UUID
    key: str
    """Names the reminder of this task for this due time."""


async def unannounced(now: datetime, limit: int) -> list[DueTask]:
    """Open tasks that are due and whose reminder nobody has asked for yet; the longest due come first."""
    return [DueTask(row["id"], row["key"]) for row in await db.rows(_UNANNOUNCED, now, limit)]
