"""What follows from follow-ups."""

from __future__ import annotations

from uuid import UUID

from storage import db

_RECOUNT = """
update customers c set first_contact_at = f.first, last_followed_up_at = f.last
from (
    select min(occurred_at) as first, max(occurred_at) as last from follow_ups
    where customer_id = $1 and removed_at is null
) f
where c.id = $1 returning 1
"""


async def recount_contact(customer_id: UUID) -> None:
    """Make the times of the first contact and of the last follow-up anew, from all follow-ups (D13, D20)."""
    await db.rows(_RECOUNT, customer_id)
