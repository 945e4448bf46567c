"""Follow-ups (D20–D22)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.boundary import audit, outbox
from service.boundary.access.record import Access, editable
from service.boundary.work import operation
from service.core import clock
from service.core.enums import Channel, FollowUpKind
from service.core.errors import ErrorCode, FieldError, Forbidden, Invalid, Path
from service.core.fields import CONTACT, CUSTOMER, FOLLOW_UP
from service.core.viewer import Viewer
from service.operations import edits
from service.operations.faults import Faults
from service.rules import editing, texts
from service.rules import follow_ups as rules
from storage.models import Contact, Customer, FollowUp, FollowUpCompanion, User
from storage.queries import rows

LONGEST_TEXT = 5000
LONGEST_GOODS = 500
MOST_COMPANIONS = 20
LONGEST_MINUTES = 7 * 24 * 60
_LONG_AGO = datetime.min.replace(tzinfo=clock.UTC)
TEXT = "content"
"""What a follow-up is without which it is none."""
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
    values |= _said(given, faults, path)
    if not 0 <= (values["duration_minutes"] or 0) <= LONGEST_MINUTES:
        faults.add(ErrorCode.OUT_OF_RANGE, *path, "duration_minutes", minimum=0, maximum=LONGEST_MINUTES)
    occurred = given.get("occurred_at")
    if occurred is not None:
        faults.tried((*path, "occurred_at"), rules.check_time, occurred, clock.now())
        values["occurred_at"] = occurred
    return values | _plan(given, occurred or _LONG_AGO, faults, path)


def _said(given: dict[str, Any], faults: Faults, path: Path) -> dict[str, Any]:
    """The texts that may be missing."""
    values: dict[str, Any] = {}
    for name in ("solution", "feedback", "return_visit_result"):
        text = None if texts.is_blank(given.get(name)) else given[name]
        values[name] = text and faults.tried((*path, name), texts.text, text, maximum=LONGEST_TEXT)
    goods = None if texts.is_blank(given.get("goods")) else given["goods"]
    values["goods"] = goods and faults.tried((*path, "goods"), texts.line, goods, maximum=LONGEST_GOODS)
    if values["return_visit_result"] and given.get("kind") != FollowUpKind.RETURN_VISIT:
        faults.add(ErrorCode.RESULT_ONLY_FOR_RETURN_VISIT, *path, "return_visit_result")
    return values


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


def lateness(values: dict[str, Any], recorded: datetime) -> bool:
    """Whether a follow-up with these columns was recorded late (D21)."""
    minutes = values.get("duration_minutes")
    return rules.is_late(values["occurred_at"], timedelta(minutes=minutes) if minutes else None, recorded)


async def add(
    viewer: Viewer,
    customer: Customer,
    values: dict[str, Any],
    *,
    companions: list[UUID] | None = None,
    at: datetime | None = None,
) -> UUID:
    """Save a checked follow-up, with what follows from it: the customer's times, and a task for the next plan.

    The customer is locked, and as it was read since.
    """
    recorded = at or clock.now()
    follow_up_id = await rows.insert(
        FollowUp,
        {
            "author_id": viewer.id, **values, "customer_id": customer.id, "recorded_by_id": viewer.id,
            "created_at": recorded, "updated_at": recorded, "is_late": lateness(values, recorded),
        },
    )  # fmt: skip
    logged = {n: (None, v) for n, v in values.items() if v is not None}
    if companions:
        await bring(follow_up_id, companions)
        logged["companions"] = (None, [str(key) for key in companions])
    await _note_contact(customer, values["occurred_at"])
    await audit.record(
        viewer,
        "follow_up.record",
        subject=(FOLLOW_UP.name, follow_up_id),
        customer_id=customer.id,
        changes=logged,
    )
    if values["next_plan_at"] is not None and not _is_history(viewer, values["next_plan_at"]):
        await outbox.enqueue(PLAN, follow_up_id=follow_up_id)
    return follow_up_id


async def _note_contact(customer: Customer, occurred: datetime) -> None:
    """Keep the times of the first contact and of the last follow-up (D13, D20)."""
    first, last = customer.first_contact_at or occurred, customer.last_followed_up_at or occurred
    await rows.update(customer, {"first_contact_at": min(first, occurred), "last_followed_up_at": max(last, occurred)})


async def bring(follow_up_id: UUID, companions: list[UUID]) -> None:
    """Note who went along."""
    for user_id in companions:
        await rows.insert(FollowUpCompanion, {"follow_up_id": follow_up_id, "user_id": user_id})


def _is_history(viewer: Viewer, planned: datetime) -> bool:
    """Whether a plan of an import was due before the import: years of overdue tasks would help nobody."""
    return viewer.channel is Channel.IMPORT and planned <= clock.now()


def admit(access: Access) -> None:
    """Who records a follow-up sees its text."""
    access.require_full(FOLLOW_UP, (TEXT,))


@operation("follow_up.record", on=CUSTOMER.name)
async def record(
    viewer: Viewer,
    customer_id: UUID,
    given: dict[str, Any],
    *,
    contact_id: UUID | None = None,
    author_id: UUID | None = None,
    companions: list[UUID] | None = None,
    recorded_at: datetime | None = None,
) -> tuple[UUID, list[FieldError]]:
    """Record a communication with a customer in effect. `recorded_at`: the channel IMPORT alone may say so."""
    access = await editable(viewer, customer_id)
    if recorded_at is not None and viewer.channel is not Channel.IMPORT:
        raise Forbidden("import_only")
    admit(access)
    faults = Faults()
    faults.tried(("customer_id",), editing.check_in_effect, access.state)
    values = checked(given, faults)
    values |= await people(viewer, access, contact_id, author_id, faults)
    went_along = await checked_companions(companions or [], faults)
    faults.settle()
    customer = edits.locked(access)
    return await add(viewer, customer, values, companions=went_along, at=recorded_at), faults.warnings


async def checked_companions(given: list[UUID], faults: Faults, *, known: frozenset[UUID] = frozenset()) -> list[UUID]:
    """Who went along, each once. Those who are `known` from before may have left meanwhile (D4)."""
    if len(given) > MOST_COMPANIONS:
        faults.add(ErrorCode.OUT_OF_RANGE, "companion_ids", minimum=0, maximum=MOST_COMPANIONS)
        return []
    for place, user_id in enumerate(given):
        if user_id not in known:
            await check_staff(user_id, faults, "companion_ids", str(place))
    return list(dict.fromkeys(given))


async def has_contact(access: Access, contact_id: UUID) -> bool:
    """Whether the customer has this contact, and the viewer sees its contacts at all."""
    seen = CONTACT.row_class in access.masked
    return seen and await Contact.exists(id=contact_id, customer_id=access.customer_id, removed_at=None)


async def people(
    viewer: Viewer, access: Access, contact_id: UUID | None, author_id: UUID | None, faults: Faults
) -> dict[str, Any]:
    """The columns that say who spoke with whom."""
    if contact_id and not await has_contact(access, contact_id):
        faults.add(ErrorCode.NOT_FOUND, "contact_id")
    if author_id and author_id != viewer.id:
        await check_staff(author_id, faults, "author_id")
    return {"contact_id": contact_id, "author_id": author_id or viewer.id}


async def check_staff(user_id: UUID, faults: Faults, *path: str) -> None:
    """A member of staff who is still there (D4)."""
    user = await User.get_or_none(id=user_id)
    if user is None:
        faults.add(ErrorCode.NOT_FOUND, *path)
    elif user.disabled_at is not None:
        faults.add(ErrorCode.USER_DISABLED, *path)
