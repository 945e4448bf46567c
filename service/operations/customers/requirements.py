"""What a customer in effect must have, at its submission and ever after (D13, D31)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service.core.enums import CustomerKind, FollowUpMode, NeedKind, NeedPriority
from service.core.errors import ErrorCode
from service.operations.faults import Faults
from service.rules import submission
from storage.models import Contact, Customer, Need
from storage.queries import customers as queries

_IN_THE_API = {"needs": "need", "follow_ups": "communication"}


async def check(
    customer: Customer,
    faults: Faults,
    *,
    communication: tuple[datetime, FollowUpMode] | None = None,
    asks_for_communication: bool = True,
) -> None:
    """Note everything that is missing. `communication`: the time and mode that come with a submission.

    `asks_for_communication` is not so where one was given whose faults are noted already.
    """
    facts = await queries.facts(customer.id)
    when, mode = communication or (None, None)
    if when is None and facts["follow_ups"]:
        when, mode = customer.first_contact_at, FollowUpMode.PHONE
    need = await Need.filter(customer_id=customer.id).order_by("created_at").first()
    contacts = await Contact.filter(customer_id=customer.id, removed_at=None).order_by("created_at", "id")
    missing = submission.missing(
        submission.Facts(
            kind=CustomerKind(customer.kind),
            name=customer.name,
            uscc=customer.uscc,
            no_uscc_reason=customer.no_uscc_reason,
            industry_code=customer.industry_code,
            industry_other=customer.industry_other,
            mobile=customer.mobile,
            system_tags=tuple(facts["system_tags"] or ()),
            need_kinds=tuple(NeedKind(k) for k in need.kinds) if need else (),
            need_priority=NeedPriority(need.priority) if need and need.priority else None,
            communication_time=when,
            communication_mode=mode,
            contacts=tuple(
                submission.ContactFacts(name=c.name, title=c.title, mobile=c.mobile, is_primary=c.is_primary)
                for c in contacts
            ),
        )
    )
    for error in missing:
        head, *rest = error.field
        if error.code is ErrorCode.COMMUNICATION_REQUIRED and not asks_for_communication:
            continue
        faults.add(error.code, _IN_THE_API.get(head, head), *rest, **error.params)


async def check_uscc_is_free(customer: Customer, uscc: Any, faults: Faults) -> None:
    """One customer in effect for each code; drafts take no part (D7). The code stays locked."""
    if not uscc:
        return
    await queries.lock_uscc(uscc)
    taken = await queries.with_uscc(uscc, customer.id)
    if taken is not None:
        faults.add(ErrorCode.USCC_TAKEN, "uscc", number=taken["number"] or "—", owner=taken["owner"] or "—")
