"""Entries that wait for approval (D31, D32): the draft is locked, and takes effect or comes back with the comment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.catalogue import KNOWN
from service.core import clock
from service.core.enums import ApprovalKind, CustomerState, Decider, Evidence
from service.core.errors import ErrorCode
from service.core.fields import CUSTOMER
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations.approvals import flows, requesting
from service.operations.customers import requirements, review
from service.operations.faults import Faults
from service.rules import numbering
from storage.models import Approval, Customer
from storage.queries import customers as queries
from storage.queries import rows


async def rules_of(viewer: Viewer, customer: Customer) -> list[Decider]:
    """By which rules the entry of a customer is decided; none where it takes effect at once.

    Where the flow of entries is off, one that holds high-risk information is reviewed all the same.
    """
    rules = await flows.rules_of(viewer, ApprovalKind.CUSTOMER_ENTRY, customer.department_id)
    if rules or not await review.is_risky(customer, await KNOWN.current()):
        return rules
    return await flows.rules_of(viewer, ApprovalKind.CUSTOMER_CHANGE, customer.department_id)


async def wait(viewer: Viewer, customer: Customer, rules: list[Decider], evidence: Evidence) -> UUID:
    """Lock the draft and ask for a decision; the request."""
    await _set(viewer, customer, "customer.submit", {"state": CustomerState.PENDING, "submission_evidence": evidence})
    return await requesting.ask(
        viewer,
        requesting.Wanted(
            kind=ApprovalKind.CUSTOMER_ENTRY, rules=rules, customer_id=customer.id,
            department_id=customer.department_id, subject=(CUSTOMER.name, customer.id),
            changes={name: (None, value) for name, value in review.named(customer).items() if value is not None},
        ),
    )  # fmt: skip


async def _set(
    viewer: Viewer | None, customer: Customer, action: str, values: dict[str, Any], *, reason: str | None = None
) -> None:
    number = customer.version + 1
    changes = {name: (getattr(customer, name), value) for name, value in values.items()}
    now = clock.now()
    who = {"updated_by_id": viewer.id} if viewer else {}
    await rows.update(customer, {**values, **who, "version": number, "updated_at": now})
    await audit.record(
        viewer, action, subject=(CUSTOMER.name, customer.id), customer_id=customer.id, reason=reason,
        channel=None if viewer else "JOB", changes={**changes, "version": (number - 1, number)},
    )  # fmt: skip


async def approved(viewer: Viewer, approval: Approval) -> None:
    """Bring the customer into effect; what is missing or taken by now is reported to who decides."""
    customer, faults = await _waiting(approval), Faults()
    if customer is None:
        faults.add(ErrorCode.NOT_A_DRAFT, "id")
        faults.settle()
        return
    await requirements.check(customer, faults)
    await requirements.check_uscc_is_free(customer, customer.uscc, faults)
    faults.settle()
    await take_effect(viewer, customer, Evidence(customer.submission_evidence), clock.now())


async def given_back(viewer: Viewer | None, approval: Approval) -> None:
    """Make it a draft again, which its author can correct and submit once more, or delete."""
    customer = await _waiting(approval)
    if customer is not None:
        values = {"state": CustomerState.DRAFT, "submission_evidence": None}
        await _set(viewer, customer, "customer.give_back", values, reason=approval.comment)


async def _waiting(approval: Approval) -> Customer | None:
    """The customer of the request, which is locked; None where it does not wait any more."""
    found = await rows.where(Customer, "id = $1 and state = 'PENDING'", approval.customer_id)
    return found[0] if found else None


async def take_effect(viewer: Viewer, customer: Customer, evidence: Evidence, at: Any) -> None:
    """Give a customer its number, and bring it into effect."""
    day = clock.business_day(at, settings().zone)
    # Late in the transaction: whoever holds the counter holds up everybody else of that day.
    serial = await queries.next_serial(day)
    number = numbering.number(day, serial, settings().customer_number_format)
    before, state = customer.version, customer.state
    await rows.update(
        customer,
        {
            "state": CustomerState.ACTIVE, "number": number, "number_day": day, "number_serial": serial,
            "effective_at": at, "stage_since": at, "updated_at": max(at, customer.updated_at),
            "updated_by_id": viewer.id,
            "submission_evidence": evidence, "version": before + 1,
        },
    )  # fmt: skip
    await audit.record(
        viewer, "customer.submit", subject=(CUSTOMER.name, customer.id), customer_id=customer.id,
        changes={
            "state": (state, CustomerState.ACTIVE), "number": (None, number),
            "submission_evidence": (None, evidence), "version": (before, before + 1),
        },
    )  # fmt: skip
