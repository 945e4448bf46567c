"""How often a customer is followed up, by its status (D22)."""

from __future__ import annotations

from dataclasses import dataclass

from service.boundary import audit
from service.boundary.work import operation
from service.core import clock
from service.core.enums import CoarseStatus
from service.core.errors import Conflict, ErrorCode
from service.core.viewer import Viewer
from service.operations import administration
from service.operations.faults import Faults
from storage import models
from storage.queries import versions

SHORTEST, LONGEST = 1, 365


@dataclass(frozen=True)
class Cadence:
    """So many days lie between two follow-ups of a customer with that status."""

    status: CoarseStatus
    days: int
    version: int


def _seen(row: models.Cadence) -> Cadence:
    return Cadence(CoarseStatus(row.status), row.days, row.version)


async def cadences(_viewer: Viewer) -> list[Cadence]:
    """All of them, in the order of the statuses. Every member of staff may know them."""
    rows = {row.status: row for row in await models.Cadence.all()}
    return [_seen(rows[status]) for status in CoarseStatus if status in rows]


@operation("cadence.set")
async def set_cadence(viewer: Viewer, status: CoarseStatus, version: int, days: int) -> Cadence:
    """Set the days of one status. Administrators only; what is proposed to anybody follows at once."""
    administration.admit(viewer)
    cadence = await models.Cadence.filter(status=status).select_for_update().get_or_none()
    faults = Faults()
    if cadence is None:
        faults.add(ErrorCode.NOT_FOUND, "status")
    elif cadence.version != version:
        base = (await versions.at_version(cadence.id, version, ["days"])).get("days", cadence.days)
        fields = {"field": "days", "base": base, "current": cadence.days, "wanted": days}
        raise Conflict(conflicts=[fields], current_version=cadence.version)
    if not SHORTEST <= days <= LONGEST:
        faults.add(ErrorCode.OUT_OF_RANGE, "days", minimum=SHORTEST, maximum=LONGEST)
    faults.settle()
    assert cadence is not None
    before, cadence.days = cadence.days, days
    if before == days:
        return _seen(cadence)
    cadence.version, cadence.updated_at = version + 1, clock.now()
    await cadence.save()
    changes = {"days": (before, days), "version": (version, version + 1)}
    await audit.record(viewer, "cadence.set", subject=("Cadence", cadence.id), changes=changes)
    return _seen(cadence)
