"""Access to fields of customers of another department (D45): asked for, granted by two people, in force for a time.

The manager of the department agrees, who has checked who asks; then a data steward grants it. What it opens follows
from its row and the clock: it ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.boundary import audit, reading
from service.boundary.access.held import Held, held
from service.boundary.access.record import accesses
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import (
    AccessDelivery,
    AccessState,
    ApprovalKind,
    CustomerState,
    DataClass,
    FilterEntity,
    Granted,
)
from service.core.errors import BadRequest, Conflict, ErrorCode, FieldError, Forbidden, Invalid
from service.core.fields import ACCESS_GRANT, CUSTOMER
from service.core.selection import All, Compare
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations import administration, reasons, saved_filters
from service.operations.approvals import flows, requesting
from service.operations.customers.ownership import staff
from service.operations.faults import Faults
from service.rules import editing, texts
from storage.models import AccessGrant, Approval
from storage.queries import access_grants as queries
from storage.queries import rows

COPY = "access.copy"
MOST = 10_000
"""Customers that one request may be about."""
MOST_DEPARTMENTS = 20


@dataclass(frozen=True)
class Wanted:
    """Which classes of which customers, what for, and for how long."""

    delivery: AccessDelivery
    data_classes: list[DataClass]
    purpose: str
    begins_at: datetime | None
    until: datetime
    customer_ids: list[UUID] | None = None
    filter_id: UUID | None = None


@dataclass(frozen=True)
class Asked:
    """The part of a request that one department decides about."""

    grant_id: UUID
    approval_id: UUID


async def ask(viewer: Viewer, wanted: Wanted, parse: saved_filters.Parse) -> list[Asked]:
    """Ask for access. Each department that answers for some of the customers decides about those."""
    if (wanted.customer_ids is None) == (wanted.filter_id is None):
        raise BadRequest("customers_or_filter")
    faults, found = Faults(), None
    if wanted.filter_id is not None:
        found = await _found(viewer, wanted.filter_id, parse, faults)
    return await _ask(viewer, wanted, found, faults.errors)


@operation("access.ask")
async def _ask(viewer: Viewer, wanted: Wanted, found: list[UUID] | None, wrong: list[FieldError]) -> list[Asked]:
    faults = Faults()
    faults.extend(wrong)
    purpose = faults.tried(("purpose",), texts.line, wanted.purpose, maximum=reasons.MAXIMUM)
    classes = _classes(wanted.data_classes, faults)
    begins = _period(wanted, faults)
    customers = await _named(viewer, wanted.customer_ids or [], faults) if found is None else found
    faults.settle()
    places = await queries.by_department(customers)
    if len(places) > MOST_DEPARTMENTS:
        faults.add(ErrorCode.TOO_MANY, "customer_ids", maximum=MOST_DEPARTMENTS, given=len(places))
    faults.settle()
    values = {
        "delivery": wanted.delivery.value,
        "data_classes": classes,
        "purpose": purpose,
        "begins_at": begins,
        "until": wanted.until,
    }
    return [await _ask_one(viewer, department, members, values) for department, members in places]


async def _ask_one(viewer: Viewer, department_id: UUID | None, customers: list[UUID], values: dict[str, Any]) -> Asked:
    place = {"holder_id": viewer.id, "department_id": department_id, "customer_count": len(customers)}
    grant_id = await rows.insert(AccessGrant, values | place)
    await queries.add_customers(grant_id, customers)
    shown = {"delivery": values["delivery"], "data_classes": values["data_classes"], "customers": len(customers)}
    shown |= {name: values[name].isoformat() for name in ("begins_at", "until")}
    approval_id = await requesting.ask(
        viewer,
        requesting.Wanted(
            kind=ApprovalKind.DATA_ACCESS, rules=await flows.rules_of(viewer, ApprovalKind.DATA_ACCESS, department_id),
            customer_id=None, department_id=department_id, subject=(ACCESS_GRANT.name, grant_id),
            reason=values["purpose"], changes={name: (None, value) for name, value in shown.items()},
        ),
    )  # fmt: skip
    return Asked(grant_id, approval_id)


def _classes(given: list[DataClass], faults: Faults) -> list[str]:
    if not given:
        faults.add(ErrorCode.REQUIRED, "data_classes")
    grantable = {one.data_class for one in Granted}
    for place, one in enumerate(given):
        if one not in grantable:
            faults.add(ErrorCode.NOT_GRANTABLE, "data_classes", str(place), given=one.value)
    return [one.value for one in DataClass if one in given]


def _period(wanted: Wanted, faults: Faults) -> datetime:
    """When it begins; a fault where it is over, or longer than it may be."""
    now, longest = clock.now(), settings().access_days
    begins = max(wanted.begins_at or now, now)
    if wanted.until <= now:
        faults.add(ErrorCode.PERIOD_PAST, "until")
    elif wanted.until <= begins:
        faults.add(ErrorCode.PERIOD_REVERSED, "until")
    elif wanted.until - now > timedelta(days=longest):
        faults.add(ErrorCode.PERIOD_TOO_LONG, "until", days=longest)
    return begins


async def _named(viewer: Viewer, customers: list[UUID], faults: Faults) -> list[UUID]:
    """The customers that were named; a fault for each that does not exist for the viewer or is not in effect."""
    given = list(dict.fromkeys(customers))
    if not given:
        faults.add(ErrorCode.REQUIRED, "customer_ids")
    if len(given) > MOST:
        faults.add(ErrorCode.TOO_MANY, "customer_ids", maximum=MOST, given=len(given))
        return []
    known = await accesses(viewer, given)
    for place, key in enumerate(given):
        if key not in known:
            faults.add(ErrorCode.NOT_FOUND, "customer_ids", str(place))
        else:
            faults.tried(("customer_ids", str(place)), editing.check_in_effect, known[key].state)
    return given


async def _found(viewer: Viewer, filter_id: UUID, parse: saved_filters.Parse, faults: Faults) -> list[UUID]:
    """The customers in effect that a filter of his finds today."""
    saved = await saved_filters.one(viewer, filter_id)
    parsed = parse(saved.entity, saved.where, [])
    if saved.entity is not FilterEntity.CUSTOMER or parsed.faults:
        said = parsed.faults[0].params["message"] if parsed.faults else saved.entity.value
        faults.add(ErrorCode.FILTER_INVALID, "filter_id", message=said)
        return []
    where = All((parsed.condition, Compare("state", "eq", CustomerState.ACTIVE)))
    found = await reading.keys(viewer, CUSTOMER.name, where, MOST + 1)
    if not found:
        faults.add(ErrorCode.REQUIRED, "filter_id")
    if len(found) > MOST:
        faults.add(ErrorCode.TOO_MANY, "filter_id", maximum=MOST, given=len(found))
    return found


async def approved(viewer: Viewer, approval: Approval) -> None:
    """Put the grant in force, with the consent of both."""
    grant = await _of(approval)
    faults = Faults()
    await staff(grant.holder_id, "id", faults)
    if grant.until <= clock.now():
        faults.add(ErrorCode.PERIOD_PAST, "id")
    faults.settle()
    granted = {"granted_at": clock.now(), "granted_by_id": viewer.id, "checked_by_id": approval.decided_before[-1]}
    await _save(viewer, "access.grant", grant, granted)
    if grant.delivery == AccessDelivery.COPY:
        await enqueue(COPY, key=f"copy:{grant.id}", grant_id=grant.id)


async def not_granted(viewer: Viewer | None, approval: Approval) -> None:
    """Note that nothing came of it; why stands in the request."""
    await _save(viewer, "access.refuse", await _of(approval), {"ended_at": clock.now()})


async def _of(approval: Approval) -> AccessGrant:
    found = await rows.where(AccessGrant, "id = $1 for no key update", approval.subject_id)
    return found[0]


def admit(found: Held) -> None:
    """Its holder gives a grant back; who answers for the data takes it."""
    if not found.is_answerable:
        raise Forbidden("not_your_grant")


def check_in_force(found: Held) -> None:
    """Raise NOT_IN_FORCE where there is nothing to end."""
    if found.state not in (AccessState.ACTIVE, AccessState.UPCOMING):
        raise Invalid(ErrorCode.NOT_IN_FORCE, state=found.state.value)


@operation("access.withdraw", on=ACCESS_GRANT.name)
async def withdraw(viewer: Viewer, grant_id: UUID, version: int, reason: str | None) -> UUID:
    """End a grant before its time: nothing is shown because of it any more, on open subscriptions neither."""
    found = await held(viewer, grant_id)
    admit(found)
    grant, faults = found.grant, Faults()
    faults.tried(("id",), check_in_force, found)
    words = reasons.checked(reason, faults, required=viewer.id != grant.holder_id)
    faults.settle()
    if grant.version != version:
        raise Conflict(conflicts=[], current_version=grant.version)
    values = {"ended_at": clock.now(), "ended_by_id": viewer.id, "end_reason": words}
    await _save(viewer, "access.withdraw", grant, values, reason=words)
    return grant_id


async def _save(
    viewer: Viewer | None, action: str, grant: AccessGrant, values: dict[str, Any], *, reason: str | None = None
) -> None:
    """Change a grant, note it, and let every process know whose rights are others now."""
    number = grant.version + 1
    logged = {name: (None, value) for name, value in values.items()}
    await rows.update(grant, {**values, "version": number, "updated_at": clock.now()})
    await audit.record(
        viewer, action, subject=(ACCESS_GRANT.name, grant.id), reason=reason, channel=None if viewer else "JOB",
        changes=logged | {"version": (number - 1, number)},
    )  # fmt: skip
    await administration.announce()
