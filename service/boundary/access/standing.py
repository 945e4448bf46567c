"""What a viewer is to one request for approval (D34), by the SQL that reads use."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.boundary.access.record import Access
from service.boundary.access.snapshot import SNAPSHOT
from service.core.enums import CustomerKind, CustomerState, DataClass, Level, Relation
from service.core.errors import NotFound
from service.core.selection import Request
from service.core.viewer import Viewer
from storage.models import Approval
from storage.queries import approvals as queries
from storage.reader.approvals import rights


@dataclass(frozen=True)
class Standing:
    """A request that exists for the viewer."""

    approval: Approval
    is_open: bool
    is_entitled: bool
    """Whether he is who decides about it, open or not."""
    in_place_of: UUID | None
    """For whom he would decide; None where it would be his own decision."""


async def standing(viewer: Viewer, approval_id: UUID) -> Standing:
    """The request as it is while nobody else can decide it. NOT_FOUND where it does not exist for the viewer.

    Its customer is locked before it, as everywhere.
    """
    try:
        customer_id = await queries.customer_of(approval_id)
    except KeyError:
        raise NotFound from None
    if customer_id is not None:
        await queries.lock_customer(customer_id)
    found = await standings(viewer, [approval_id], lock=True)
    if not found:
        raise NotFound
    return found[approval_id]


async def standings(viewer: Viewer, approvals: list[UUID], *, lock: bool = False) -> dict[UUID, Standing]:
    """The same of each of the requests that exists for the viewer, in one statement."""
    rows = await rights(await SNAPSHOT.guards(viewer), approvals, Request({}, viewer.facts), lock=lock)
    return {
        approval.id: Standing(
            approval=approval,
            is_open=row["is_open"],
            is_entitled=row["is_entitled"],
            in_place_of=None if row["in_place_of"] == viewer.id else row["in_place_of"],
        )
        for approval, row in rows
    }


async def of_no_customer(viewer: Viewer) -> Access:
    """The viewer's rights on a record that belongs to no customer: what his roles show of every one."""
    rules = (await SNAPSHOT.guards(viewer)).rules
    full, masked = (frozenset(c for c in DataClass if rules[c, level] is True) for level in (Level.FULL, Level.MASKED))
    return Access(
        customer_id=UUID(int=0), kind=CustomerKind.ENTERPRISE, state=CustomerState.ACTIVE, version=0,
        relations=frozenset({Relation.STAFF}), full=full, masked=masked, permitted=False,
    )  # fmt: skip
