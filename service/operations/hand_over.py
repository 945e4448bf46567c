"""Handing over customers in bulk (D4): asked for here, approved where the flow is on, and done in batches by a job that
goes on where it stopped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from pydantic import TypeAdapter
from tortoise.transactions import in_transaction

from service.boundary import audit, events
from service.boundary.jobs import in_batches
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import ApprovalKind, Decider, HandOverMode, JobKind, JobState, Role
from service.core.errors import BadRequest, ErrorCode, Forbidden
from service.core.fields import CUSTOMER
from service.core.viewer import Viewer
from service.operations import hand_over_batches, jobs, reasons
from service.operations.approvals import flows, requesting
from service.operations.customers.ownership import staff
from service.operations.faults import Faults
from service.rules import editing
from storage.models import Approval, HandOver, Job, User
from storage.queries import hand_over as queries

RUN = "hand_over.run"
MOST = 100_000
"""Customers that one request may name."""
AT_ONCE = 100
"""So many are handed over before the request is answered."""
_HEAD_START = timedelta(seconds=5)
"""What is done at once is left to the workers only if this process dies over it."""


@dataclass(frozen=True)
class Wanted:
    """Whose customers, or which ones, go to whom, and why."""

    to_user_id: UUID
    reason: str
    mode: HandOverMode
    customer_ids: list[UUID] | None = None
    from_user_id: UUID | None = None


@dataclass(frozen=True)
class Asked:
    """What came of asking: the job, or the request for approval that it waits for."""

    job_id: UUID | None
    approval_id: UUID | None = None


async def hand_over(viewer: Viewer, wanted: Wanted) -> Asked:
    """Ask for a hand-over. Where nobody has to approve it, a small one is done when this returns."""
    asked = await _ask(viewer, wanted)
    if asked.job_id is not None:
        await begin(asked.job_id)
    return asked


def admit(viewer: Viewer) -> None:
    """Human resources, and who may change the owner of some customers."""
    if not editing.may_hand_over(viewer.roles, viewer.managing):
        raise Forbidden("hand_over_only_by")


@operation("customer.hand_over")
async def _ask(viewer: Viewer, wanted: Wanted) -> Asked:
    leaver = wanted.from_user_id and await User.get_or_none(id=wanted.from_user_id)
    department_id = leaver.department_id if leaver else viewer.department_id
    rules = await flows.rules_of(viewer, ApprovalKind.HAND_OVER, department_id)
    if not (
        wanted.from_user_id == viewer.id and rules
    ):  # who moves or leaves asks for it himself, and does not do it himself
        admit(viewer)
    if (wanted.customer_ids is None) == (wanted.from_user_id is None):
        raise BadRequest("customers_or_person")
    faults = Faults()
    await _check_heir(viewer, wanted, faults)
    if wanted.from_user_id is not None and leaver is None:
        faults.add(ErrorCode.NOT_FOUND, "from_user_id")
    if len(wanted.customer_ids or ()) > MOST:
        faults.add(ErrorCode.TOO_MANY, "customer_ids", maximum=MOST, given=len(wanted.customer_ids or ()))
    words = reasons.checked(wanted.reason, faults, required=True)
    faults.settle()
    wanted = replace(wanted, reason=words or "")
    customers = await _meant(wanted)
    if rules:
        return Asked(None, await _wait(viewer, wanted, rules, department_id, len(customers)))
    return Asked(await _queued(viewer, JobKind.HAND_OVER, _made(wanted, customers)))


async def _meant(wanted: Wanted) -> list[UUID]:
    """The customers, in the order in which they are locked."""
    if wanted.from_user_id is not None:
        return await queries.owned(wanted.from_user_id, in_any_state=False)
    return sorted(set(wanted.customer_ids or ()))


def _made(wanted: Wanted, customers: list[UUID], *, approved_by: UUID | None = None) -> HandOver:
    return HandOver(
        from_user_id=wanted.from_user_id, to_user_id=wanted.to_user_id, reason=wanted.reason, mode=wanted.mode.value,
        customer_ids=customers, approved_by_id=approved_by,
    )  # fmt: skip


async def _wait(
    viewer: Viewer, wanted: Wanted, rules: list[Decider], department_id: UUID | None, customers: int
) -> UUID:
    """Ask for a decision: human resources, or the manager of the department from which the customers go."""
    kept = TypeAdapter(Wanted).dump_python(wanted, mode="json")
    before = wanted.from_user_id and str(wanted.from_user_id)
    return await requesting.ask(
        viewer,
        requesting.Wanted(
            kind=ApprovalKind.HAND_OVER, rules=rules, customer_id=None, department_id=department_id,
            subject=(CUSTOMER.name, None), reason=wanted.reason, payload={"wanted": kept},
            changes={"owner_id": (before, str(wanted.to_user_id)), "customers": (None, customers)},
        ),
    )  # fmt: skip


async def approved(viewer: Viewer, approval: Approval) -> None:
    """Have it done, with the rights of who has approved it; who asked follows the job."""
    wanted, faults = TypeAdapter(Wanted).validate_python(approval.payload["wanted"]), Faults()
    await _check_heir(viewer, wanted, faults)
    faults.settle()
    made = _made(wanted, await _meant(wanted), approved_by=viewer.id)
    await _queued(viewer, JobKind.HAND_OVER, made, requester=approval.requester_id)


async def follow(viewer: Viewer, user_id: UUID) -> UUID | None:
    """Ask, in the transaction that is open, for a person's customers to follow him to his department; None if he has
    none. Drafts and archived ones as well: who sees them is decided by the department too (D42)."""
    customers = await queries.owned(user_id, in_any_state=True)
    if not customers:
        return None
    mode = HandOverMode.WHAT_IS_POSSIBLE.value
    hand_over = HandOver(from_user_id=user_id, to_user_id=user_id, mode=mode, customer_ids=customers)
    return await _queued(viewer, JobKind.DEPARTMENT_MOVE, hand_over)


async def _check_heir(viewer: Viewer, wanted: Wanted, faults: Faults) -> None:
    heir = await staff(wanted.to_user_id, "to_user_id", faults)
    if heir is not None and not editing.may_enter({Role(role) for role in heir.roles}):
        faults.add(ErrorCode.CANNOT_OWN, "to_user_id")
    if wanted.from_user_id == wanted.to_user_id:
        faults.add(ErrorCode.SAME_OWNER, "to_user_id")
    elif wanted.to_user_id == viewer.id and not editing.may_change_owner(viewer.roles, viewer.managing):
        faults.add(ErrorCode.NOT_YOURSELF, "to_user_id")  # human resources do not help themselves to customers


async def _queued(viewer: Viewer, kind: JobKind, hand_over: HandOver, *, requester: UUID | None = None) -> UUID:
    """Save the job, and ask for its work."""
    total = len(hand_over.customer_ids)
    job = await Job.create(kind=kind.value, requested_by_id=requester or viewer.id, total=total)
    hand_over.job_id = job.id
    await hand_over.save()
    begun = requester is None and total <= AT_ONCE
    await enqueue(RUN, at=clock.now() + _HEAD_START if begun else None, key=f"job:{job.id}", job_id=job.id)
    subjects = {"from_user_id": hand_over.from_user_id, "to_user_id": hand_over.to_user_id, "mode": hand_over.mode}
    await audit.record(
        viewer,
        "customer.hand_over",
        subject=(jobs.NAME, job.id),
        reason=hand_over.reason,
        changes={name: (None, value) for name, value in {**subjects, "total": total}.items() if value is not None},
    )
    return job.id


async def begin(job_id: UUID) -> None:
    """Do a small job now; a large one is the workers'. Either way nothing is lost: the message waits in the outbox."""
    if (await Job.get(id=job_id)).total > AT_ONCE:
        return

    while await one_batch(job_id):
        pass


async def one_batch(job_id: UUID) -> bool:
    """One batch, beside the workers; whether there is more to do."""

    async def batch() -> bool:
        async with in_transaction(), audit.together():
            return await hand_over_batches.step(job_id)

    more = await asyncio.create_task(batch())
    events.ring()
    return more


async def _given_up(job_id: UUID) -> None:
    job = await Job.filter(id=job_id).select_for_update(no_key=True).get_or_none()
    if job is not None and job.state not in jobs.ENDED:
        jobs.end(job, JobState.FAILED)
        await job.save()


@in_batches(RUN, given_up=_given_up)
async def run(job_id: UUID) -> bool:
    """One batch of a hand-over; whether there is more to do."""
    return await hand_over_batches.step(job_id)
