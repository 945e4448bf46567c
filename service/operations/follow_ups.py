"""Follow-ups (D20–D22)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.boundary import audit, outbox
from service.boundary.access.record import Access, editable
from service.boundary.work import operation
from service.core import clock
from service.core.enums import Channel, CustomerState
from service.core.errors import ErrorCode, FieldError, Forbidden, Invalid, Path
from service.core.fields import CONTACT, CUSTOMER, FOLLOW_UP
from service.core.viewer import Viewer
from service.operations.faults import Faults
from service.rules import follow_ups as rules
from service.rules import texts
from storage.models import Contact, Customer, FollowUp, User
from storage.queries import follow_ups as queries

LONGEST_TEXT = 5000
LONGEST_MINUTES = 7 * 24 * 60
_LONG_AGO = datetime.min.replace(tzinfo=clock.UTC)
PLAN = "follow_up.plan"
"""The task that makes a task of the next plan (D22)."""


def checked(given: dict[str, Any], faults: Faults, *, path: Path = ()) -> dict[str, Any]:
    """The columns of a follow-up; `path` is where it stands in a larger input."""
    values: dict[str, Any] = {
        name: getattr(given.get(name), "value", given.get(name)) for name in ("mode", "kind", "duration_minutes")
    }
    for name in ("occurred_at", "mode"):
        if given.get(name) is None:
            faults.add(ErrorCode.REQUIRED, *path, name)
    values["content"] = faults.tried(
        (*path, "content"), texts.text, given.get("content") or "", maximum=LONGEST_TEXT, required=True
    )
    for name in ("solution", "feedback"):
        text = given.get(name)
        values[name] = faults.tried((*path, name), texts.text, text, maximum=LONGEST_TEXT) if text else None
    if not 0 <= (values["duration_minutes"] or 0) <= LONGEST_MINUTES:
        faults.add(ErrorCode.OUT_OF_RANGE, *path, "duration_minutes", minimum=0, maximum=LONGEST_MINUTES)
    occurred = given.get("occurred_at")
    if occurred is not None:
        faults.tried((*path, "occurred_at"), rules.check_time, occurred, clock.now())
        values["occurred_at"] = occurred
    return values | _plan(given, occurred or _LONG_AGO, faults, path)


def _plan(given: dict[str, Any], occurred: datetime, faults: Faults, path: Path) -> dict[str, Any]:
    """The next plan, or the reason why there is none."""
    plan: dict[str, Any] = given.get("next_plan") or {}
    reason = (given.get("no_plan_reason") or "").strip() or None
    goal = None if texts.is_blank(plan.get("goal")) else plan["goal"]
    wanted = rules.NextPlan(plan.get("at"), plan.get("mode"), goal, reason)
    try:
        rules.check_next_plan(wanted, occurred)
    except Invalid as fault:
        part = ("at",) if fault.code is ErrorCode.TIME_IN_PAST else ()
        faults.add(fault.code, *path, "next_plan", *part, **fault.params)
    return {
        "next_plan_at": wanted.time,
        "next_plan_mode": getattr(wanted.mode, "value", wanted.mode),
        "next_plan_goal": goal and faults.tried((*path, "next_plan", "goal"), texts.line, goal, maximum=200),
        "no_plan_reason": reason and faults.tried((*path, "no_plan_reason"), texts.line, reason, maximum=200),
    }


async def add(viewer: Viewer, customer: Customer, values: dict[str, Any], *, at: datetime | None = None) -> FollowUp:
    """Save a checked follow-up, with what follows from it: the customer's times, and a task for the next plan."""
    recorded = at or clock.now()
    minutes = values.get("duration_minutes")
    late = rules.is_late(values["occurred_at"], timedelta(minutes=minutes) if minutes else None, recorded)
    columns: dict[str, Any] = {"author_id": viewer.id, **values}
    follow_up = await FollowUp.create(
        **columns,
        customer_id=customer.id,
        recorded_by_id=viewer.id,
        created_at=recorded,
        updated_at=recorded,
        is_late=late,
    )
    await queries.note_contact(customer.id, follow_up.occurred_at)
    await audit.record(
        viewer,
        "follow_up.record",
        subject=(FOLLOW_UP.name, follow_up.id),
        customer_id=customer.id,
        changes={n: (None, v) for n, v in values.items() if v is not None},
    )
    if follow_up.next_plan_at is not None and not _is_history(viewer, follow_up.next_plan_at):
        await outbox.enqueue(PLAN, follow_up_id=follow_up.id)
    return follow_up


def _is_history(viewer: Viewer, planned: datetime) -> bool:
    """Whether a plan of an import was due before the import: years of overdue tasks would help nobody."""
    return viewer.channel is Channel.IMPORT and planned <= clock.now()


@operation("follow_up.record", on=CUSTOMER.name)
async def record(
    viewer: Viewer,
    customer_id: UUID,
    given: dict[str, Any],
    *,
    contact_id: UUID | None = None,
    author_id: UUID | None = None,
    recorded_at: datetime | None = None,
) -> tuple[UUID, list[FieldError]]:
    """Record a communication with a customer in effect. `recorded_at`: the channel IMPORT alone may say so."""
    access = await editable(viewer, customer_id)
    if recorded_at is not None and viewer.channel is not Channel.IMPORT:
        raise Forbidden("import_only")
    access.require_full(FOLLOW_UP, ("content",))
    faults = Faults()
    if access.state is not CustomerState.ACTIVE:
        faults.add(ErrorCode.NOT_IN_EFFECT, "customer_id")
    values = checked(given, faults)
    values |= await people(viewer, access, contact_id, author_id, faults)
    faults.settle()
    follow_up = await add(viewer, await Customer.get(id=customer_id), values, at=recorded_at)
    return follow_up.id, faults.warnings


async def _exists(access: Access, contact_id: UUID) -> bool:
    """Whether the customer has this contact, and the viewer sees its contacts at all."""
    seen = CONTACT.row_class in access.masked
    return seen and await Contact.exists(id=contact_id, customer_id=access.customer_id, removed_at=None)


async def people(
    viewer: Viewer, access: Access, contact_id: UUID | None, author_id: UUID | None, faults: Faults
) -> dict[str, Any]:
    """The columns that say who spoke with whom."""
    if contact_id and not await _exists(access, contact_id):
        faults.add(ErrorCode.NOT_FOUND, "contact_id")
    if author_id and author_id != viewer.id:
        await _check_author(author_id, faults)
    return {"contact_id": contact_id, "author_id": author_id or viewer.id}


async def _check_author(author_id: UUID, faults: Faults) -> None:
    author = await User.get_or_none(id=author_id)
    if author is None:
        faults.add(ErrorCode.NOT_FOUND, "author_id")
    elif author.disabled_at is not None:
        faults.add(ErrorCode.USER_DISABLED, "author_id")
