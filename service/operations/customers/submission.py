"""Submitting a draft (D13, D31): everything is checked, then it takes effect, or waits for approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.boundary.access.record import editable
from service.boundary.work import operation
from service.core.enums import Evidence
from service.core.fields import CUSTOMER
from service.core.viewer import Viewer
from service.operations import edits, follow_ups
from service.operations.customers import entry, referrers, requirements
from service.operations.customers.drafts import Saved, moment
from service.operations.faults import Faults
from service.rules import editing

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
    """Bring a draft into effect, or on its way there. All that is missing or wrong is reported at once."""
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
    rules = await entry.rules_of(viewer, customer)
    if rules:
        approval_id = await entry.wait(viewer, customer, rules, submission.evidence)
    else:
        approval_id = None
        await entry.take_effect(viewer, customer, submission.evidence, moment(viewer, submission.effective_at))
    if values:
        await follow_ups.add(viewer, customer, values | people, at=moment(viewer, submission.recorded_at))
    return Saved(customer_id, faults.warnings, approval_id)


def _communication(given: dict[str, Any] | None) -> dict[str, Any] | None:
    """The communication as a follow-up. Time and mode are required; of the rest something can be said for anybody."""
    if not given:
        return None
    filled = dict(given)
    filled["content"] = given.get("content") or FIRST_CONTENT
    if not given.get("next_plan") and not given.get("no_plan_reason"):
        filled["no_plan_reason"] = FIRST_PLAN
    return filled
