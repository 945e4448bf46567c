"""Statements about relations between customers (D11)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from storage import db

_HIERARCHY = 0x6D696E71

_LOCK = "select id from customers where id = any($1::uuid[]) order by id for no key update"
_PARENTS = """
with recursive chain as (
    select r.to_customer_id as child, r.from_customer_id as parent from customer_relations r
    where r.to_customer_id = any($1::uuid[]) and r.kind = any($2::text[]) and r.removed_at is null
    union
    select r.to_customer_id, r.from_customer_id from customer_relations r join chain c on r.to_customer_id = c.parent
    where r.kind = any($2::text[]) and r.removed_at is null
)
select child, parent from chain
"""


async def lock_hierarchy() -> None:
    """Let one transaction at a time add to the tree of parents: two together could tie a knot.

    Taken before customers, by all who take it.
    """
    await db.rows("select pg_advisory_xact_lock($1)", _HIERARCHY)


async def lock_customers(*customers: UUID) -> None:
    """Lock customers in the order of their keys, as everybody does who locks several."""
    await db.rows(_LOCK, list(customers))


async def parents(customers: Iterable[UUID], kinds: Iterable[str]) -> dict[UUID, UUID]:
    """The parent of each of the customers and of everything above them, by relations of these kinds."""
    rows = await db.rows(_PARENTS, list(customers), [str(kind) for kind in kinds])
    return {row["child"]: row["parent"] for row in rows}
