"""Handing over customers in bulk (D4): asked for here, done in batches by a job that goes on where it stopped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from service.boundary import audit, events
from service.boundary.jobs import in_batches
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import HandOverMode, JobKind, JobState, Role
from service.core.errors import BadRequest, ErrorCode, Forbidden
from service.core.viewer import Viewer
from service.operations import hand_over_batches, jobs, reasons
from service.operations.customers.ownership import staff
from service.operations.faults import Faults
from service.rules import editing
from storage.models import HandOver, Job, User
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


async def hand_over(viewer: Viewer, wanted: Wanted) -> UUID:
    """Ask for a hand-over and return its job; a small one is done when this returns."""
    job_id = await _ask(viewer, wanted)
    await begin(job_id)
    return job_id


def admit(viewer: Viewer) -> None:
    """Human resources, and who may change the owner of some customers."""
    if not editing.may_hand_over(viewer.roles, viewer.managing):
        raise Forbidden("hand_over_only_by")


@operation("customer.hand_over")
async def _ask(viewer: Viewer, wanted: Wanted) -> UUID:
    admit(viewer)
    if (wanted.customer_ids is None) == (wanted.from_user_id is None):
        raise BadRequest("customers_or_person")
    faults = Faults()
    await _check_heir(viewer, wanted, faults)
    if wanted.from_user_id is not None and not await User.exists(id=wanted.from_user_id):
        faults.add(ErrorCode.NOT_FOUND, "from_user_id")
    if len(wanted.customer_ids or ()) > MOST:
        faults.add(ErrorCode.TOO_MANY, "customer_ids", maximum=MOST, given=len(wanted.customer_ids or ()))
    words = reasons.checked(wanted.reason, faults, required=True)
    faults.settle()
    if wanted.from_user_id is not None:
        customers = await queries.owned(wanted.from_user_id, in_any_state=False)
    else:
        customers = sorted(set(wanted.customer_ids or ()))
    hand_over = HandOver(
        from_user_id=wanted.from_user_id, to_user_id=wanted.to_user_id, reason=words, mode=wanted.mode.value,
        customer_ids=customers,
    )  # fmt: skip
    return await _queued(viewer, JobKind.HAND_OVER, hand_over)


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


async def _queued(viewer: Viewer, kind: JobKind, hand_over: HandOver) -> UUID:
    """Save the job, and ask for its work: once it is an approval (D4, D34), deciding it will be what asks."""
    total = len(hand_over.customer_ids)
    job = await Job.create(kind=kind.value, requested_by_id=viewer.id, total=total)
    hand_over.job_id = job.id
    await hand_over.save()
    await enqueue(RUN, at=clock.now() + _HEAD_START if total <= AT_ONCE else None, key=f"job:{job.id}", job_id=job.id)
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
