"""Leaving one's decisions to somebody else while one is away (D34)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from service.boundary import audit
from service.boundary.work import operation
from service.core import clock
from service.core.enums import Role
from service.core.errors import ErrorCode, NotFound
from service.core.viewer import Viewer
from service.operations import administration
from service.operations.customers.ownership import staff
from service.operations.faults import Faults
from storage.models import Delegation
from storage.queries import approvals as queries

NAME = "Delegation"
LONGEST = timedelta(days=180)


@dataclass(frozen=True)
class Period:
    """Who stands in for whom, and when. It ends by itself, or earlier."""

    id: UUID
    user_id: UUID
    user_name: str
    delegate_id: UUID
    delegate_name: str
    begins_at: datetime
    until: datetime


async def of(viewer: Viewer) -> list[Period]:
    """Those that are, or will be, in force and in which the viewer is one of the two; all for administrators."""
    return [Period(**row) for row in await queries.delegations(viewer.id, every=viewer.is_(Role.ADMIN))]


@operation("approval.delegate")
async def delegate(viewer: Viewer, delegate_id: UUID, begins_at: datetime | None, until: datetime) -> UUID:
    """Let somebody decide in one's place. He decides nothing that either of the two has asked for."""
    now, faults = clock.now(), Faults()
    begins = begins_at or now
    await staff(delegate_id, "delegate_id", faults)
    if delegate_id == viewer.id:
        faults.add(ErrorCode.NOT_YOURSELF, "delegate_id")
    if until <= now:
        faults.add(ErrorCode.PERIOD_PAST, "until")
    elif until <= begins:
        faults.add(ErrorCode.PERIOD_REVERSED, "until")
    elif until - max(begins, now) > LONGEST:
        faults.add(ErrorCode.PERIOD_TOO_LONG, "until", days=LONGEST.days)
    faults.settle()
    period = await Delegation.create(user_id=viewer.id, delegate_id=delegate_id, begins_at=begins, until=until)
    await audit.record(
        viewer, "approval.delegate", subject=(NAME, period.id),
        changes={"delegate_id": (None, str(delegate_id)), "begins_at": (None, begins), "until": (None, until)},
    )  # fmt: skip
    await administration.announce()
    return period.id


@operation("approval.end_delegation", on=NAME)
async def end(viewer: Viewer, delegation_id: UUID) -> UUID:
    """End it at once: who has left his decisions to somebody, the one who stands in, and administrators."""
    period = await Delegation.filter(id=delegation_id).select_for_update().get_or_none()
    is_admin = viewer.is_(Role.ADMIN)
    if period is None or (viewer.id not in (period.user_id, period.delegate_id) and not is_admin):
        raise NotFound
    if period.ended_at is None:
        period.ended_at = clock.now()
        await period.save(update_fields=["ended_at"])
        await audit.record(
            viewer, "approval.end_delegation", subject=(NAME, delegation_id),
            changes={"ended_at": (None, period.ended_at)},
        )  # fmt: skip
        await administration.announce()
    return delegation_id
