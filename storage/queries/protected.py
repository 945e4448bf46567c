"""Sealed values of customers (D60)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from storage import db

_KEEP = """
insert into protected_values (id, customer_id, field, sealed, updated_at) values (uuidv7(), $1, $2, $3, now())
on conflict (customer_id, field) do update set sealed = excluded.sealed, updated_at = now() returning 1
"""
_FORGET = "delete from protected_values where customer_id = $1 and field = $2 returning 1"
_SEALED = "select sealed from protected_values where customer_id = $1 and field = $2"
_COLUMNS = {"id_number": "id_number_digest", "bank_account": "bank_account_digest"}
_LOCK = "select pg_advisory_xact_lock(hashtextextended('reveal:' || $1::uuid::text, 0))"
_WAIT = """
select extract(epoch from at + interval '1 hour' - now())::int as seconds from change_log
where actor_id = $1 and action = any($2) and outcome = 'DONE' and at > now() - interval '1 hour'
order by at desc offset $3 limit 1
"""
MOST_FOUND = 100


async def keep(customer_id: UUID, field: str, sealed: bytes | None) -> None:
    """Note what a field holds, sealed; None: nothing."""
    if sealed is None:
        await db.rows(_FORGET, customer_id, field)
    else:
        await db.rows(_KEEP, customer_id, field, sealed)


async def sealed(customer_id: UUID, field: str) -> bytes | None:
    """What a field holds, sealed."""
    found = await db.rows(_SEALED, customer_id, field)
    return found[0]["sealed"] if found else None


async def with_digest(field: str, digest: str) -> list[UUID]:
    """The customers whose value has this digest, a hundred at most."""
    statement = f"select id from customers where {_COLUMNS[field]} = $1 order by id limit {MOST_FOUND}"
    return [row["id"] for row in await db.rows(statement, digest)]


async def wait_for(person: UUID, actions: Sequence[str], most: int) -> int | None:
    """Seconds until somebody may do one of these once more, `most` in an hour; None where that is now. What he does at
    the same time waits for the end of this transaction."""
    # A statement of its own: what it has waited for is seen by the next one only.
    await db.rows(_LOCK, person)
    found = await db.rows(_WAIT, person, list(actions), most - 1)
    return max(1, found[0]["seconds"]) if found else None
