"""Correcting and removing follow-ups, and all that follows from them (D20–D23, D31)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from service.boundary import outbox
from service.boundary.access.record import Access, editable
from service.boundary.work import operation
from service.core import clock
from service.core.enums import Relation, Role, TaskState
from service.core.errors import ErrorCode, FieldError, Forbidden, NotFound
from service.core.fields import CONTACT, FOLLOW_UP, TASK
from service.core.viewer import Viewer
from service.operations import edits, follow_ups, reasons
from service.operations.faults import Faults
from service.rules import follow_ups as rules
from storage.models import FollowUp, FollowUpCompanion, Task
from storage.queries import follow_ups as queries

_PLAN = {"at": "next_plan_at", "mode": "next_plan_mode", "goal": "next_plan_goal"}
_KEPT = tuple(f.name for f in FOLLOW_UP.fields if f.settable and f.name not in _PLAN.values())


async def _find(viewer: Viewer, follow_up_id: UUID) -> tuple[FollowUp, Access]:
    """A follow-up that the viewer may correct: its author for 24 hours, a manager always (D23).

    Its author is who followed up, and who recorded it for him.
    """
    follow_up = await FollowUp.get_or_none(id=follow_up_id, removed_at=None)
    if follow_up is None:
        raise NotFound
    access = await editable(viewer, follow_up.customer_id, FOLLOW_UP)
    # Read again: the customer is locked only now.
    follow_up = await FollowUp.filter(id=follow_up_id, removed_at=None).select_for_update().get_or_none()
    if follow_up is None:
        raise NotFound
    admit(viewer, access, follow_up)
    return follow_up, access


def admit(viewer: Viewer, access: Access, follow_up: FollowUp) -> None:
    """Its author for 24 hours, a manager always (D23)."""
    allowed = rules.may_correct(
        recorded_at=follow_up.created_at,
        now=clock.now(),
        is_author=viewer.id in (follow_up.author_id, follow_up.recorded_by_id),
        is_manager=Role.ADMIN in viewer.roles or Relation.MANAGER in access.relations,
    )
    if not allowed:
        raise Forbidden("correction_period")


def require_fields(access: Access, given: Collection[str]) -> None:
    """FULL on what is set; who names a contact, or takes one away, sees contacts in full."""
    access.require_full(FOLLOW_UP, given)
    if "contact_id" in given:
        access.require_full(CONTACT, ("name",))


@operation("follow_up.correct", on=FOLLOW_UP.name)
async def correct(
    viewer: Viewer,
    follow_up_id: UUID,
    version: int,
    given: dict[str, Any],
    *,
    companions: list[UUID] | None = None,
    reason: str | None = None,
) -> tuple[UUID, list[FieldError]]:
    """Correct what `given` names, the rest stays; the text before stays in the log. `companions` are all of them."""
    follow_up, access = await _find(viewer, follow_up_id)
    follow_ups.admit(access)
    require_fields(access, given)
    await edits.require_version(FOLLOW_UP, follow_up, version, access.shown_whole(FOLLOW_UP, _columns(given)))
    faults = Faults()
    values = follow_ups.checked(_merged(follow_up, given), faults)
    values |= await _people(access, follow_up, given, faults)
    known, wanted = await _companions(follow_up_id, companions, faults)
    words = reasons.checked(reason, faults, required=False)
    faults.settle()
    values["is_late"] = follow_ups.lateness(values, follow_up.created_at)
    beside = {"companions": ([*map(str, known)], [*map(str, wanted)])} if set(known) != set(wanted) else None
    changed = await edits.save(
        viewer, "follow_up.correct", FOLLOW_UP, follow_up, values,
        customer_id=follow_up.customer_id, reason=words, beside=beside,
    )  # fmt: skip
    if beside:
        await FollowUpCompanion.filter(follow_up_id=follow_up_id).delete()
        await follow_ups.bring(follow_up_id, wanted)
    await _consequences(viewer, follow_up, changed)
    return follow_up_id, faults.warnings


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """What an input wants, by columns: a plan has three. Without the contact: the one before may have been removed,
    and then exists for nobody, in the values of a conflict either (D43)."""
    wanted = {name: value for name, value in given.items() if name not in ("next_plan", "contact_id")}
    if "next_plan" in given:
        plan: dict[str, Any] = given["next_plan"] or {}
        wanted |= {column: plan.get(part) for part, column in _PLAN.items()}
    return wanted


def _merged(follow_up: FollowUp, given: dict[str, Any]) -> dict[str, Any]:
    """The whole follow-up as the input wants it. Of a plan and the reason for none, one takes the other's place."""
    merged: dict[str, Any] = {name: getattr(follow_up, name) for name in _KEPT}
    if follow_up.next_plan_at is not None:
        merged["next_plan"] = {part: getattr(follow_up, column) for part, column in _PLAN.items()}
    if given.get("next_plan"):
        merged["no_plan_reason"] = None
    if given.get("no_plan_reason"):
        merged["next_plan"] = None
    return merged | given


async def _people(access: Access, follow_up: FollowUp, given: dict[str, Any], faults: Faults) -> dict[str, Any]:
    """Who spoke with whom, as far as that changes: an author who stays may have left meanwhile."""
    values: dict[str, Any] = {}
    if "contact_id" in given and given["contact_id"] != await _contact(access, follow_up.contact_id):
        values["contact_id"] = await _contact(access, given["contact_id"])
        if values["contact_id"] != given["contact_id"]:
            faults.add(ErrorCode.NOT_FOUND, "contact_id")
    if "author_id" in given and given["author_id"] != follow_up.author_id:
        values["author_id"] = given["author_id"]
        if given["author_id"] is None:
            faults.add(ErrorCode.REQUIRED, "author_id")
        else:
            await follow_ups.check_staff(given["author_id"], faults, "author_id")
    return values


async def _contact(access: Access, contact_id: UUID | None) -> UUID | None:
    """The contact as it is shown: one that was removed exists for nobody, and is not there to be taken away (D43)."""
    return contact_id if contact_id and await follow_ups.has_contact(access, contact_id) else None


async def _companions(follow_up_id: UUID, given: list[UUID] | None, faults: Faults) -> tuple[list[UUID], list[UUID]]:
    """Who went along by the record, and by the input."""
    known = [c.user_id for c in await FollowUpCompanion.filter(follow_up_id=follow_up_id).order_by("user_id")]
    if given is None:
        return known, known
    return known, await follow_ups.checked_companions(given, faults, known=frozenset(known))


async def _consequences(viewer: Viewer, follow_up: FollowUp, changed: dict[str, tuple[Any, Any]]) -> None:
    """The customer's times, and the task of the plan."""
    if not changed.keys().isdisjoint(("occurred_at", "removed_at")):
        await queries.recount_contact(follow_up.customer_id)
    if "author_id" in changed:
        await _hand_over(viewer, follow_up, changed["author_id"][0])
    planned = follow_up.next_plan_at is not None
    if not changed.keys().isdisjoint(_PLAN.values()) or (planned and "removed_at" in changed):
        await outbox.enqueue(follow_ups.PLAN, follow_up_id=follow_up.id)


async def _hand_over(viewer: Viewer, follow_up: FollowUp, before: UUID) -> None:
    """The open task of the plan goes to the new author, unless somebody has given it to another one."""
    open_ones = Task.filter(follow_up_id=follow_up.id, state=TaskState.OPEN, assignee_id=before)
    for task in await open_ones.select_for_update():
        await edits.save(
            viewer, "task.reassign", TASK, task, {"assignee_id": follow_up.author_id},
            customer_id=follow_up.customer_id,
        )  # fmt: skip


@operation("follow_up.remove", on=FOLLOW_UP.name)
async def remove(viewer: Viewer, follow_up_id: UUID, version: int, reason: str) -> UUID:
    """Take a follow-up away; it stays in the log. Not the last one of a customer: submission requires one (D31)."""
    follow_up, access = await _find(viewer, follow_up_id)
    follow_ups.admit(access)
    await edits.require_version(FOLLOW_UP, follow_up, version, {})
    faults = Faults()
    words = reasons.checked(reason, faults, required=True)
    others = FollowUp.filter(customer_id=follow_up.customer_id, removed_at=None).exclude(id=follow_up_id)
    faults.tried(("id",), rules.check_removal, others=await others.count())
    faults.settle()
    changed = await edits.save(
        viewer, "follow_up.remove", FOLLOW_UP, follow_up, {"removed_at": clock.now()},
        customer_id=follow_up.customer_id, reason=words,
    )  # fmt: skip
    await _consequences(viewer, follow_up, changed)
    return follow_up.customer_id
