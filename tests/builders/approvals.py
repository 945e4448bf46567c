from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.core import clock
from service.core.enums import ApprovalKind, Decider
from service.core.fields import CUSTOMER
from storage.models import Approval, Customer, User
from storage.queries import approvals as queries


async def make_approval(customer: Customer, requester: User, **values: Any) -> Approval:
    """A request for another credit rating, which nobody has decided yet."""
    defaults: dict[str, Any] = {
        "kind": ApprovalKind.CUSTOMER_CHANGE, "customer": customer, "requester": requester,
        "subject_type": CUSTOMER.name, "subject_id": customer.id, "rule": Decider.SUPERVISOR, "reason": "重新评级",
        "payload": {"columns": {"credit_rating": [customer.credit_rating, "A"]}, "told": {}},
        "expires_at": clock.now() + timedelta(days=14),
    }  # fmt: skip
    approval = await Approval.create(**{**defaults, **values})
    await queries.add_changes(approval.id, {"credit_rating": (customer.credit_rating, "A")}, {})
    return approval
