"""What a customer in effect must have, at its submission and ever after (D13, D31)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.boundary.catalogue import KNOWN
from service.core.enums import CustomerKind, FollowUpMode, NeedPriority
from service.core.errors import ErrorCode, FieldError
from service.core.fields import CUSTOMER
from service.core.text import camel
from service.operations.faults import Faults
from service.rules import submission
from storage.models import Customer
from storage.queries import customers as queries

_IN_THE_API = {"needs": "need", "follow_ups": "communication"}


async def check(
    customer: Customer,
    faults: Faults,
    *,
    changes: Mapping[str, Any] | None = None,
    communication: tuple[datetime, FollowUpMode] | None = None,
    asks_for_communication: bool = True,
) -> None:
    """Note everything that is missing, but for fields that have a fault already.

    `changes`: values that are about to be saved; then only what they take away is noted: a field that became required
    later stops nobody from changing another one. `communication`: the time and mode that come with a submission;
    `asks_for_communication` is not so where one was given whose faults are noted already.
    """
    required = (await KNOWN.current()).required(CUSTOMER.name, CustomerKind(customer.kind))
    present = {name: getattr(customer, name) for name in (*submission.OWN, *required)}
    facts = await _facts(customer, communication)
    missing = submission.missing(facts.of({**present, **(changes or {})}), required)
    if changes is not None:
        before = {error.field for error in submission.missing(facts.of(present), required)}
        missing = [error for error in missing if error.field not in before]
    noted = {error.field for error in faults.errors}
    for error in missing:
        head, *rest = error.field
        path = (_IN_THE_API.get(head, head), *rest)
        if error.code is ErrorCode.COMMUNICATION_REQUIRED and not asks_for_communication:
            continue
        if tuple(camel(step) for step in path) not in noted:
            faults.add(error.code, *path, **error.params)
    await _check_custom(customer, faults, changes)


async def _check_custom(customer: Customer, faults: Faults, changes: Mapping[str, Any] | None) -> None:
    """The same of fields that administrators defined."""
    kind = CustomerKind(customer.kind)
    required = [key for key, field in (await KNOWN.current()).custom.items() if field.is_required_of(kind)]
    after = (changes or {}).get("custom", customer.custom)
    before = required if changes is None else customer.custom
    missing = (key for key in required if key in before and key not in after)
    faults.errors += [FieldError(ErrorCode.REQUIRED, ("customFields", key)) for key in missing]


async def _facts(customer: Customer, communication: tuple[datetime, FollowUpMode] | None) -> submission.Facts:
    facts = await queries.facts(customer.id)
    when, mode = communication or (None, None)
    if when is None and facts["has_follow_ups"]:
        when, mode = customer.first_contact_at, FollowUpMode.PHONE
    priority = facts["need_priority"]
    return submission.Facts(
        kind=CustomerKind(customer.kind),
        system_tags=tuple(facts["system_tags"]),
        need_kinds=tuple(facts["need_kinds"]),
        need_priority=priority and NeedPriority(priority),
        communication_time=when,
        communication_mode=mode,
        contacts=tuple(submission.ContactFacts(*contact) for contact in facts["contacts"]),
    )


async def check_uscc_is_free(customer: Customer, uscc: Any, faults: Faults) -> None:
    """One customer in effect for each code; drafts take no part (D7). The code stays locked."""
    if not uscc:
        return
    await queries.lock_uscc(uscc)
    taken = await queries.with_uscc(uscc, customer.id)
    if taken is not None:
        faults.add(ErrorCode.USCC_TAKEN, "uscc", number=taken["number"] or "—", owner=taken["owner"] or "—")
