"""Deciding about requests (D34). A decision and its effect are one transaction: there is nothing between them."""

from __future__ import annotations

from uuid import UUID

from service.boundary import audit
from service.boundary.access.standing import Standing, standing
from service.boundary.work import operation
from service.core import clock
from service.core.enums import ApprovalKind, ApprovalState
from service.core.errors import Conflict, ErrorCode, Forbidden, Invalid
from service.core.fields import APPROVAL
from service.core.viewer import Viewer
from service.operations import reasons
from service.operations.approvals.effects import EFFECTS
from service.operations.approvals.requesting import end
from service.operations.faults import Faults
from storage.queries import approvals as queries
from storage.queries import rows


def admit(viewer: Viewer, found: Standing) -> None:
    """Nobody decides on his own request, nor in place of who made it; everybody else where the rule finds him."""
    if found.approval.requester_id == viewer.id:
        raise Forbidden("own_request")
    if not found.is_entitled:
        raise Forbidden("not_your_decision")


def admit_requester(viewer: Viewer, found: Standing) -> None:
    """Who made a request withdraws it."""
    if found.approval.requester_id != viewer.id:
        raise Forbidden("not_your_request")


def check_open(found: Standing) -> None:
    """Raise APPROVAL_ENDED where there is nothing to decide any more."""
    if not found.is_open:
        state = ApprovalState(found.approval.state)
        raise Invalid(ErrorCode.APPROVAL_ENDED, state=(ApprovalState.EXPIRED if state is _PENDING else state).value)


_PENDING = ApprovalState.PENDING


async def _open(viewer: Viewer, found: Standing, version: int, comment: str | None, *, required: bool) -> str | None:
    """The comment, of a request that can be decided as it was read. CONFLICT where it went on meanwhile."""
    faults = Faults()
    faults.tried(("id",), check_open, found)
    faults.settle()
    if found.approval.version != version:
        raise Conflict(conflicts=[], current_version=found.approval.version)
    words = reasons.checked(comment, faults, required=required, name="comment")
    faults.settle()
    return words


@operation("approval.approve", on=APPROVAL.name)
async def approve(viewer: Viewer, approval_id: UUID, version: int, comment: str | None = None) -> UUID:
    """Say yes. What was asked for takes effect with the last step, or the request stays as it was."""
    found = await standing(viewer, approval_id)
    admit(viewer, found)
    words = await _open(viewer, found, version, comment, required=False)
    approval = found.approval
    if approval.later_rules:
        return await _pass_on(viewer, found, words)
    await EFFECTS[ApprovalKind(approval.kind)].approved(viewer, approval)
    await end(
        viewer, approval, ApprovalState.APPROVED, "approval.approve", comment=words,
        decided_by_id=viewer.id, in_place_of_id=found.in_place_of,
    )  # fmt: skip
    return approval_id


async def _pass_on(viewer: Viewer, found: Standing, comment: str | None) -> UUID:
    """One step is approved: the next rule says who decides then, somebody else in any case."""
    approval = found.approval
    before, (rule, *later) = approval.rule, approval.later_rules
    number = approval.version + 1
    await rows.update(
        approval,
        {
            "rule": rule, "later_rules": later, "decided_before": [*approval.decided_before, viewer.id],
            "comment": comment, "version": number, "updated_at": clock.now(),
        },
    )  # fmt: skip
    await audit.record(
        viewer, "approval.approve", subject=(APPROVAL.name, approval.id), customer_id=approval.customer_id,
        reason=comment, changes={"rule": (before, rule), "version": (number - 1, number)},
    )  # fmt: skip
    await queries.tell_deciders(approval.id)
    return approval.id


@operation("approval.reject", on=APPROVAL.name)
async def reject(viewer: Viewer, approval_id: UUID, version: int, comment: str | None) -> UUID:
    """Say no, and why: who asked can correct it and ask again."""
    found = await standing(viewer, approval_id)
    admit(viewer, found)
    words = await _open(viewer, found, version, comment, required=True)
    await end(
        viewer, found.approval, ApprovalState.REJECTED, "approval.reject", comment=words,
        decided_by_id=viewer.id, in_place_of_id=found.in_place_of,
    )  # fmt: skip
    await EFFECTS[ApprovalKind(found.approval.kind)].ended(viewer, found.approval)
    return approval_id


@operation("approval.withdraw", on=APPROVAL.name)
async def withdraw(viewer: Viewer, approval_id: UUID, version: int) -> UUID:
    """Take back a request of one's own that nobody has decided yet."""
    found = await standing(viewer, approval_id)
    admit_requester(viewer, found)
    await _open(viewer, found, version, None, required=False)
    await end(viewer, found.approval, ApprovalState.WITHDRAWN, "approval.withdraw")
    await EFFECTS[ApprovalKind(found.approval.kind)].ended(viewer, found.approval)
    return approval_id
