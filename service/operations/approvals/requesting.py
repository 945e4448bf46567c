"""Asking for a decision (D34), in the transaction of the operation that cannot take effect by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.core import clock
from service.core.enums import ApprovalKind, ApprovalState, Decider
from service.core.fields import APPROVAL
from service.core.settings import settings
from service.core.viewer import Viewer
from storage.models import Approval
from storage.queries import approvals as queries
from storage.queries import rows


@dataclass(frozen=True)
class Wanted:
    """What somebody else has to decide about."""

    kind: ApprovalKind
    rules: list[Decider]
    """By which it is decided, one after the other."""
    customer_id: UUID | None
    department_id: UUID | None
    """Where the approver is looked for, if the customer has no department, or there is no customer."""
    subject: tuple[str, UUID | None]
    """Type and key of the record that is to change; without a key where it is many."""
    changes: Mapping[str, tuple[Any, Any]]
    """Before and after of each field; of protected values as they are shown."""
    sealed: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    payload: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What taking effect needs besides."""
    reason: str | None = None


async def ask(viewer: Viewer, wanted: Wanted) -> UUID:
    """Save the request, and let those know who may decide. An open one of his own to change the same field ends."""
    if wanted.customer_id is not None:
        await _supersede(viewer, wanted, wanted.customer_id)
    first, *later = wanted.rules
    approval_id = await rows.insert(
        Approval,
        {
            "kind": wanted.kind.value, "customer_id": wanted.customer_id, "department_id": wanted.department_id,
            "requester_id": viewer.id, "subject_type": wanted.subject[0], "subject_id": wanted.subject[1],
            "reason": wanted.reason, "rule": first.value, "later_rules": [rule.value for rule in later],
            "payload": dict(wanted.payload), "expires_at": clock.now() + timedelta(days=settings().approval_days),
        },
    )  # fmt: skip
    await queries.add_changes(approval_id, wanted.changes, wanted.sealed)
    await audit.record(
        viewer, "approval.ask", subject=(APPROVAL.name, approval_id), customer_id=wanted.customer_id,
        reason=wanted.reason, changes={"kind": (None, wanted.kind.value), "fields": (None, sorted(wanted.changes))},
    )  # fmt: skip
    await queries.tell_deciders(approval_id)
    return approval_id


async def _supersede(viewer: Viewer, wanted: Wanted, customer_id: UUID) -> None:
    _, key = wanted.subject
    assert key is not None
    older = await queries.overlapping(customer_id, wanted.kind.value, viewer.id, key, list(wanted.changes))
    for each in older:
        await end(viewer, await rows.get(Approval, each), ApprovalState.SUPERSEDED, "approval.supersede")


async def end(
    viewer: Viewer | None,
    approval: Approval,
    state: ApprovalState,
    action: str,
    *,
    comment: str | None = None,
    **decision: Any,
) -> None:
    """Note that a request is over, and how; keep no protected value of it; let who asked know."""
    number = approval.version + 1
    values = {"state": state.value, "decided_at": clock.now(), "comment": comment, **decision}
    await rows.update(approval, {**values, "version": number, "updated_at": clock.now()})
    await queries.forget_sealed(approval.id)
    if viewer is None or viewer.id != approval.requester_id:
        await queries.tell(approval.id, approval.requester_id)
    in_place_of = decision.get("in_place_of_id")
    await audit.record(
        viewer, action, subject=(APPROVAL.name, approval.id), customer_id=approval.customer_id, reason=comment,
        channel=None if viewer else "JOB",
        changes={
            "state": (ApprovalState.PENDING.value, state.value), "version": (number - 1, number),
            **({"in_place_of_id": (None, str(in_place_of))} if in_place_of else {}),
        },
    )  # fmt: skip
