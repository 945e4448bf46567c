"""Data of customers given to somebody outside the company (D46).

Customers that have authorised it in writing are in the file at once; about the others those decide who decide about
access of other departments. It is the file of an access grant: masked, for a time, every link to it in the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, accesses, row_exists
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import AccessDelivery, ApprovalKind, ConsentPurpose, DataClass
from service.core.errors import ErrorCode, FieldError
from service.core.fields import ACCESS_GRANT, ATTACHMENT
from service.core.viewer import Viewer
from service.operations import access_grants, reasons, saved_filters
from service.operations.faults import Faults
from service.rules import texts
from storage.models import AccessGrant, Attachment
from storage.queries import consents as queries

LONGEST_RECIPIENT = 100


@dataclass(frozen=True)
class Wanted:
    """What is to be given to whom, and what for."""

    recipient: str
    for_marketing: bool
    data_classes: list[DataClass]
    purpose: str
    until: datetime
    customer_ids: list[UUID] | None = None
    filter_id: UUID | None = None


@dataclass(frozen=True)
class Asked:
    """The part of one department, authorised or to be approved."""

    grant_id: UUID
    approval_id: UUID | None = None
    """The request; None where the customers have authorised it."""


async def ask(viewer: Viewer, wanted: Wanted, parse: saved_filters.Parse) -> list[Asked]:
    """Ask to give data of customers to somebody outside the company."""
    faults = Faults()
    found = await access_grants.found_today(viewer, wanted.customer_ids, wanted.filter_id, parse, faults)
    return await _ask(viewer, wanted, found, faults.errors)


@operation("sharing.ask")
async def _ask(viewer: Viewer, wanted: Wanted, found: list[UUID] | None, wrong: list[FieldError]) -> list[Asked]:
    faults = Faults()
    faults.extend(wrong)
    recipient = faults.tried(("recipient",), texts.line, wanted.recipient, maximum=LONGEST_RECIPIENT)
    purpose = faults.tried(("purpose",), texts.line, wanted.purpose, maximum=reasons.MAXIMUM)
    classes = access_grants.checked_classes(wanted.data_classes, faults)
    begins = access_grants.checked_period(None, wanted.until, faults)
    customers = found
    if customers is None:
        customers = await access_grants.named(viewer, wanted.customer_ids or [], faults)
    if wanted.for_marketing and recipient is not None:
        customers = await _agreed(viewer, customers, recipient, faults, are_named=found is None)
    faults.settle()
    named_in = "customer_ids" if found is None else "filter_id"
    places = await access_grants.by_department(customers, faults, named_in)
    faults.settle()
    values = {
        "delivery": AccessDelivery.COPY.value, "recipient": recipient, "for_marketing": wanted.for_marketing,
        "data_classes": classes, "purpose": purpose, "begins_at": begins, "until": wanted.until,
    }  # fmt: skip
    assert recipient is not None
    authorised = await _authorised(viewer, customers, recipient, classes)
    made: list[Asked] = []
    for department_id, members in places:
        given = [key for key in members if key in authorised]
        rest = [key for key in members if key not in authorised]
        made += [await _give(viewer, department_id, given, values)] if given else []
        if rest:
            asked = await access_grants.ask_one(viewer, ApprovalKind.SHARING, department_id, rest, values)
            made.append(Asked(asked.grant_id, asked.approval_id))
    return made


async def _agreed(
    viewer: Viewer, customers: list[UUID], recipient: str, faults: Faults, *, are_named: bool
) -> list[UUID]:
    """Those that have agreed to marketing, as far as the viewer is shown it; a fault for each other one that was named,
    or where a filter finds none."""
    known = await accesses(viewer, customers)
    found = await queries.agreed(customers, ConsentPurpose.MARKETING, recipient)
    found = {key for key in found if key in known and DataClass.BASIC in known[key].full}
    if are_named:
        for place, key in enumerate(dict.fromkeys(customers)):
            if key not in found:
                faults.add(ErrorCode.NOT_CONSENTED, "customer_ids", str(place))
    elif customers and not found:
        faults.add(ErrorCode.NOT_CONSENTED, "filter_id")
    return [key for key in customers if key in found]


async def _authorised(viewer: Viewer, customers: list[UUID], recipient: str, classes: list[str]) -> set[UUID]:
    """Customers that have authorised it in writing, of which the viewer is shown himself what he wants to give.

    The file too that shows it: whoever is not shown it is not told that it is there.
    """
    found = await queries.evidence(customers, recipient)
    known = await accesses(viewer, sorted({customer for customer, _ in found}))
    files = {one.id: one for one in await Attachment.filter(id__in=[file for _, file in found])}
    return {
        key
        for key, file in found
        if key in known
        and all(_is_shown(known[key], DataClass(one)) for one in (DataClass.BASIC, *classes))
        and row_exists(known[key], ATTACHMENT, files[file])
    }


def _is_shown(access: Access, data_class: DataClass) -> bool:
    return data_class in (access.masked if data_class is DataClass.CONTACT else access.full)


async def _give(viewer: Viewer, department_id: UUID | None, customers: list[UUID], values: dict[str, Any]) -> Asked:
    granted = {"is_authorised": True, "granted_at": clock.now()}
    grant_id = await access_grants.insert(viewer, department_id, customers, values | granted)
    shown = {**values, **granted, "customers": len(customers)}
    await audit.record(
        viewer, "sharing.authorised", subject=(ACCESS_GRANT.name, grant_id), reason=values["purpose"],
        changes={name: (None, value) for name, value in shown.items()},
    )  # fmt: skip
    await enqueue(access_grants.COPY, key=f"copy:{grant_id}", grant_id=grant_id)
    return Asked(grant_id)


async def allowed(grant: AccessGrant, customers: list[UUID]) -> list[UUID]:
    """Those of its customers whose consent, where the grant relies on it, holds now: the file is made of these."""
    for relies, purpose, in_writing in (
        (grant.for_marketing, ConsentPurpose.MARKETING, False),
        (grant.is_authorised, ConsentPurpose.SHARING, True),
    ):
        if relies:
            found = await queries.agreed(customers, purpose, grant.recipient, in_writing=in_writing)
            customers = [key for key in customers if key in found]
    return customers


async def end_what_relies(viewer: Viewer, customer_id: UUID, purpose: ConsentPurpose, reason: str) -> None:
    """End the grants that were given because this customer agreed; their files are erased."""
    for grant_id in await queries.relying(customer_id, on_marketing=purpose is ConsentPurpose.MARKETING):
        await access_grants.end(viewer, grant_id, reason)
