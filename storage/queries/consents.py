"""Which customers have agreed to what (D46)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from service.core.enums import ConsentPurpose
from storage import db

_AGREED = """
select distinct c.customer_id from consents c
where c.customer_id = any($1) and c.purpose = $2 and c.state = 'GIVEN' and (c.recipient is null or c.recipient = $3)
"""
_SHOWN = """ and exists (
    select from attachments a where a.id = c.evidence_id and a.state = 'CLEAN' and a.removed_at is null)
"""
_EVIDENCE = """
select c.customer_id, c.evidence_id from consents c join attachments a on a.id = c.evidence_id
where c.customer_id = any($1) and c.purpose = 'SHARING' and c.state = 'GIVEN'
    and (c.recipient is null or c.recipient = $2) and a.state = 'CLEAN' and a.removed_at is null
"""
_RELYING = """
select distinct g.id from access_grants g join access_grant_customers m on m.grant_id = g.id
where m.customer_id = $1 and g.granted_at is not null and g.ended_at is null and g.until > now()
    and case when $2 then g.for_marketing else g.is_authorised end
order by g.id
"""


async def agreed(
    customers: Iterable[UUID], purpose: ConsentPurpose, recipient: str | None, *, in_writing: bool = False
) -> set[UUID]:
    """Those of the customers that have agreed, to anybody or to this recipient, and have not taken it back.

    `in_writing`: with a clean file that shows it.
    """
    statement = _AGREED + _SHOWN if in_writing else _AGREED
    return {row["customer_id"] for row in await db.rows(statement, list(customers), purpose.value, recipient)}


async def evidence(customers: Iterable[UUID], recipient: str) -> list[tuple[UUID, UUID]]:
    """Customers that have agreed in writing to be shared with this recipient, each with the file that shows it."""
    found = await db.rows(_EVIDENCE, list(customers), recipient)
    return [(row["customer_id"], row["evidence_id"]) for row in found]


async def relying(customer_id: UUID, *, on_marketing: bool) -> list[UUID]:
    """Grants in force that were given because this customer agreed: to marketing, or to be shared."""
    return [row["id"] for row in await db.rows(_RELYING, customer_id, on_marketing)]
