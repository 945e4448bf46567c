"""Submitting a draft (D13, D31): everything is checked, then it takes effect and gets its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import editable
from service.boundary.work import operation
from service.core import clock
from service.core.enums import CustomerState, Evidence
from service.core.fields import CUSTOMER
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations import edits, follow_ups
from service.operations.customers import referrers, requirements
from service.operations.customers.drafts import Saved, moment
from service.operations.faults import Faults
from service.rules import editing, numbering
from storage.models import Customer
from storage.queries import customers as queries
from storage.queries import rows

FIRST_CONTENT = "首次沟通"
FIRST_PLAN = "客户首次录入，后续计划待定"


@dataclass(frozen=True)
class Submission:
    """What comes with a submission: the evidence checked (D33), and one communication (D13)."""

    version: int
    evidence: Evidence
    communication: dict[str, Any] | None = None
    effective_at: datetime | None = None
    """When it took effect in another system; the channel IMPORT alone may say so."""
    contact_id: UUID | None = None
    """The contact spoken to."""
    author_id: UUID | None = None
    """Who communicated, where that is not who submits."""
    recorded_at: datetime | None = None
    """When the communication was recorded in another system; the channel IMPORT alone may say so."""


@operation("customer.submit", on=CUSTOMER.name)
async def submit(viewer: Viewer, customer_id: UUID, submission: Submission) -> Saved:
    """Bring a draft into effect. All that is missing or wrong is reported at once; nothing is half-saved."""
    access = await editable(viewer, customer_id)
    customer = edits.locked(access)
    faults = Faults()
    faults.tried(("id",), editing.check_draft, access.state)
    faults.settle()
    await edits.require_version(CUSTOMER, customer, submission.version, {})
    first = _communication(submission.communication)
    values = follow_ups.checked(first, faults, path=("communication",)) if first else None
    people = await follow_ups.people(viewer, access, submission.contact_id, submission.author_id, faults)
    given = (first["occurred_at"], first["mode"]) if first and first.get("occurred_at") and first.get("mode") else None
    await requirements.check(customer, faults, communication=given, asks_for_communication=first is None)
    referrers.require({n: getattr(customer, n) for n in ("source", *referrers.FIELDS)}, faults)
    await requirements.check_uscc_is_free(customer, customer.uscc, faults)
    faults.settle()
    await _take_effect(viewer, customer, submission)
    if values:
        await follow_ups.add(viewer, customer, values | people, at=moment(viewer, submission.recorded_at))
    return Saved(customer_id, faults.warnings)


def _communication(given: dict[str, Any] | None) -> dict[str, Any] | None:
    """The communication as a follow-up. Time and mode are required; of the rest something can be said for anybody."""
    if not given:
        return None
    filled = dict(given)
    filled["content"] = given.get("content") or FIRST_CONTENT
    if not given.get("next_plan") and not given.get("no_plan_reason"):
        filled["no_plan_reason"] = FIRST_PLAN
    return filled


async def _take_effect(viewer: Viewer, customer: Customer, submission: Submission) -> None:
    """The seam of the approval flow (D31): without one, a submission takes effect at once."""
    at = moment(viewer, submission.effective_at)
    day = clock.business_day(at, settings().zone)
    # Late in the transaction: whoever holds the counter holds up everybody else of that day.
    serial = await queries.next_serial(day)
    number = numbering.number(day, serial, settings().customer_number_format)
    before = customer.version
    await rows.update(
        customer,
        {
            "state": CustomerState.ACTIVE, "number": number, "number_day": day, "number_serial": serial,
            "effective_at": at, "stage_since": at, "updated_at": max(at, customer.updated_at),
            "updated_by_id": viewer.id,
            "submission_evidence": submission.evidence, "version": before + 1,
        },
    )  # fmt: skip
    await audit.record(
        viewer, "customer.submit", subject=(CUSTOMER.name, customer.id), customer_id=customer.id,
        changes={
            "state": (CustomerState.DRAFT, CustomerState.ACTIVE), "number": (None, number),
            "submission_evidence": (None, submission.evidence), "version": (before, before + 1),
        },
    )  # fmt: skip
