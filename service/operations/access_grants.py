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
    faults = Faults()
    found = await found_today(viewer, wanted.customer_ids, wanted.filter_id, parse, faults)
    return await _ask(viewer, wanted, found, faults.errors)


async def found_today(
    viewer: Viewer, customer_ids: list[UUID] | None, filter_id: UUID | None, parse: saved_filters.Parse, faults: Faults
) -> list[UUID] | None:
    """The customers that a filter of the viewer finds now; None where customers are named instead."""
    if (customer_ids is None) == (filter_id is None):
        raise BadRequest("customers_or_filter")
    return None if filter_id is None else await _found(viewer, filter_id, parse, faults)


@operation("access.ask")
async def _ask(viewer: Viewer, wanted: Wanted, found: list[UUID] | None, wrong: list[FieldError]) -> list[Asked]:
    faults = Faults()
    faults.extend(wrong)
    purpose = faults.tried(("purpose",), texts.line, wanted.purpose, maximum=reasons.MAXIMUM)
    classes = checked_classes(wanted.data_classes, faults)
    begins = checked_period(wanted.begins_at, wanted.until, faults)
    customers = await named(viewer, wanted.customer_ids or [], faults) if found is None else found
    faults.settle()
    places = await by_department(customers, faults, "customer_ids" if found is None else "filter_id")
    faults.settle()
    values = {
        "delivery": wanted.delivery.value,
        "data_classes": classes,
        "purpose": purpose,
        "begins_at": begins,
        "until": wanted.until,
    }
    kind = ApprovalKind.DATA_ACCESS
    return [await ask_one(viewer, kind, department, members, values) for department, members in places]


async def by_department(customers: list[UUID], faults: Faults, named_in: str) -> list[tuple[UUID | None, list[UUID]]]:
    """The customers, by the department that answers for them; a fault where it is too many departments."""
    places = await queries.by_department(customers)
    if len(places) > MOST_DEPARTMENTS:
        faults.add(ErrorCode.TOO_MANY, named_in, maximum=MOST_DEPARTMENTS, given=len(places))
    return places


async def insert(viewer: Viewer, department_id: UUID | None, customers: list[UUID], values: dict[str, Any]) -> UUID:
    """Save what somebody asks for of the customers of one department."""
    place = {"holder_id": viewer.id, "department_id": department_id, "customer_count": len(customers)}
    grant_id = await rows.insert(AccessGrant, values | place)
    await queries.add_customers(grant_id, customers)
    return grant_id


async def ask_one(
    viewer: Viewer, kind: ApprovalKind, department_id: UUID | None, customers: list[UUID], values: dict[str, Any]
) -> Asked:
    """Save it, and ask those who decide about customers of that department."""
    grant_id = await insert(viewer, department_id, customers, values)
    shown = {"delivery": values["delivery"], "data_classes": values["data_classes"], "customers": len(customers)}
    shown |= {name: values[name].isoformat() for name in ("begins_at", "until")}
    shown |= {name: values[name] for name in ("recipient", "for_marketing") if values.get(name)}
    approval_id = await requesting.ask(
        viewer,
        requesting.Wanted(
            kind=kind, rules=await flows.rules_of(viewer, kind, department_id),
            customer_id=None, department_id=department_id, subject=(ACCESS_GRANT.name, grant_id),
            reason=values["purpose"], changes={name: (None, value) for name, value in shown.items()},
        ),
    )  # fmt: skip
    return Asked(grant_id, approval_id)


def checked_classes(given: list[DataClass], faults: Faults) -> list[str]:
    """The classes, each once; a fault for one that is never granted."""
    if not given:
        faults.add(ErrorCode.REQUIRED, "data_classes")
    grantable = {one.data_class for one in Granted}
    for place, one in enumerate(given):
        if one not in grantable:
            faults.add(ErrorCode.NOT_GRANTABLE, "data_classes", str(place), given=one.value)
    return [one.value for one in DataClass if one in given]


def checked_period(begins_at: datetime | None, until: datetime, faults: Faults) -> datetime:
    """When it begins; a fault where it is over, or longer than it may be."""
    now, longest = clock.now(), settings().access_days
    begins = max(begins_at or now, now)
    if until <= now:
        faults.add(ErrorCode.PERIOD_PAST, "until")
    elif until <= begins:
        faults.add(ErrorCode.PERIOD_REVERSED, "until")
    elif until - now > timedelta(days=longest):
        faults.add(ErrorCode.PERIOD_TOO_LONG, "until", days=longest)
    return begins


async def named(viewer: Viewer, customers: list[UUID], faults: Faults) -> list[UUID]:
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


async def end(viewer: Viewer, grant_id: UUID, reason: str) -> None:
    """End a grant that was given on the word of a customer who has taken it back (D46)."""
    (grant,) = await rows.where(AccessGrant, "id = $1 for no key update", grant_id)
    values = {"ended_at": clock.now(), "ended_by_id": viewer.id, "end_reason": reason}
    await _save(viewer, "access.end", grant, values, reason=reason)


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
