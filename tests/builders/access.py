"""Access grants, as they are once two people have agreed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.core import clock
from service.core.enums import Role
from storage.models import AccessGrant, AccessGrantCustomer, Customer, User
from tests.builders import people


async def make_grant(holder: User, *customers: Customer, **values: Any) -> AccessGrant:
    """A grant in force of everything that can be granted, unless `values` say otherwise."""
    steward = await people.make_user(Role.DATA_STEWARD)
    checker = await people.make_user(Role.SALES_MANAGER)
    now = clock.now()
    defaults: dict[str, Any] = {
        "holder_id": holder.id, "data_classes": ["BUSINESS", "COMMERCIAL", "CONTACT"], "purpose": "年度分析",
        "customer_count": len(customers), "begins_at": now - timedelta(days=1), "until": now + timedelta(days=20),
        "granted_at": now, "granted_by_id": steward.id, "checked_by_id": checker.id,
        "department_id": customers[0].department_id if customers else None,
    }  # fmt: skip
    grant = await AccessGrant.create(**{**defaults, **values})
    await AccessGrantCustomer.bulk_create(
        AccessGrantCustomer(grant_id=grant.id, customer_id=customer.id) for customer in customers
    )
    return grant
