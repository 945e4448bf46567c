"""Moving the stage (D24)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service.boundary.access.record import Access, editable
from service.boundary.work import operation
from service.core import clock
from service.core.enums import Channel, LostReason, Stage
from service.core.errors import ErrorCode, Forbidden, Invalid
from service.core.fields import CUSTOMER, STAGE_MOVE
from service.core.viewer import Viewer
from service.operations import edits, reasons
from service.operations.faults import Faults
from service.rules import editing
from service.rules import stages as rules
from storage.models import Customer, StageMove
from storage.queries import rows

LONGEST_SECONDS = 2**31 - 1
"""The largest Int of the API: 68 years."""
_ABOUT_REASON = {ErrorCode.REASON_REQUIRED, ErrorCode.LOST_OTHER_NEEDS_TEXT}
_ABOUT_LOSS = {ErrorCode.LOST_REASON_REQUIRED, ErrorCode.LOST_REASON_ONLY_FOR_LOST}


def admit(access: Access) -> None:
    """Who moves the stage sees it."""
    access.require_full(CUSTOMER, ("stage",))


@operation("customer.move_stage", on=CUSTOMER.name)
async def move(
    viewer: Viewer,
    customer_id: UUID,
    version: int,
    to: Stage,
    *,
    reason: str | None = None,
    lost_reason: LostReason | None = None,
    moved_at: datetime | None = None,
) -> UUID:
    """Move a customer in effect to another stage; every move is kept. An illegal one is told which are legal."""
    access = await editable(viewer, customer_id)
    if moved_at is not None and viewer.channel is not Channel.IMPORT:
        raise Forbidden("import_only")
    admit(access)
    given = {"reason": reason, "lost_reason": lost_reason}
    access.require_full(STAGE_MOVE, [name for name, value in given.items() if value is not None])
    customer = edits.locked(access)
    await edits.require_version(CUSTOMER, customer, version, {"stage": to})
    faults = Faults()
    faults.tried(("id",), editing.check_in_effect, access.state)
    words = reasons.checked(reason, faults, required=False)
    _check(Stage(customer.stage), to, words, lost_reason, faults)
    faults.settle()
    before, at = Stage(customer.stage), moved_at or clock.now()
    await rows.insert(
        StageMove,
        {
            "customer_id": customer_id, "actor_id": viewer.id, "from_stage": before, "to_stage": to, "reason": words,
            "lost_reason": lost_reason, "created_at": at, "duration_seconds": _stood(customer, at),
        },
    )  # fmt: skip
    await edits.save(
        viewer,
        "customer.move_stage",
        CUSTOMER,
        customer,
        {"stage": to.value, "stage_since": at, "updated_by_id": viewer.id},
        customer_id=customer_id,
        reason=words,
        hidden=("updated_by_id", "stage_since"),
    )
    return customer_id


def _stood(customer: Customer, until: datetime) -> int:
    """The seconds at the stage before. An import may say times that do not follow each other: then none."""
    since = customer.stage_since or customer.effective_at or customer.created_at
    return min(max(int((until - since).total_seconds()), 0), LONGEST_SECONDS)


def _check(before: Stage, to: Stage, reason: str | None, lost: LostReason | None, faults: Faults) -> None:
    try:
        rules.check(before, to, reason=reason, lost_reason=lost)
    except Invalid as fault:
        path = "reason" if fault.code in _ABOUT_REASON else "lost_reason" if fault.code in _ABOUT_LOSS else "to"
        faults.add(fault.code, path, **fault.params)
