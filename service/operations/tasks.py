"""Tasks and their reminders: made by people, or of next plans in the background (D22, D59)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, access_to, editable
from service.boundary.access.snapshot import read_viewer
from service.boundary.jobs import job, scheduled
from service.boundary.outbox import enqueue
from service.boundary.work import operation
from service.core import clock
from service.core.enums import Channel, CustomerState, TaskPriority, TaskState
from service.core.errors import ErrorCode, Forbidden, NotFound
from service.core.fields import CUSTOMER, REMINDER, TASK
from service.core.viewer import Viewer
from service.operations import edits, follow_ups, reasons
from service.operations.faults import Faults
from service.rules import editing, texts
from service.rules import tasks as rules
from storage.models import FollowUp, Reminder, Task
from storage.queries import tasks

LONGEST_TITLE = 200
REMINDERS_AT_ONCE = 500


def _checked(given: dict[str, Any], faults: Faults, *, due_before: Any = None) -> dict[str, Any]:
    """The columns that an input sets. A due time that stays may be past."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name == "title":
            values[name] = faults.tried((name,), texts.text, value or "", maximum=LONGEST_TITLE, required=True)
        elif name == "notes":
            values[name] = None if texts.is_blank(value) else faults.tried((name,), texts.note, value)
        elif value is None:
            faults.add(ErrorCode.REQUIRED, name)
        else:
            values[name] = getattr(value, "value", value)
    due = values.get("due_at")
    if due is not None and due != due_before and due <= clock.now():
        faults.add(ErrorCode.DUE_IN_PAST, "due_at")
    return values


async def _check_assignee(viewer: Viewer, access: Access, assignee_id: UUID, faults: Faults) -> None:
    """Who gets a task must see it (D42). No secret is told: who sees what follows from relations that are BASIC."""
    if assignee_id == viewer.id and TASK.row_class in access.full:
        return
    known = len(faults.errors)
    await follow_ups.check_staff(assignee_id, faults, "assignee_id")
    if len(faults.errors) > known:
        return
    person = await read_viewer(assignee_id)
    try:
        seen = person and await access_to(person, access.customer_id, lock=False)
    except NotFound:
        seen = None
    if seen is None or TASK.row_class not in seen.full:
        faults.add(ErrorCode.ASSIGNEE_CANNOT_SEE, "assignee_id")


def admit_any(access: Access) -> None:
    """Who makes or changes tasks sees what is to be done."""
    access.require_full(TASK, ("title",))


@operation("task.create", on=CUSTOMER.name)
async def create(viewer: Viewer, customer_id: UUID, given: dict[str, Any], assignee_id: UUID | None = None) -> UUID:
    """Make a task for a customer in effect, for oneself or for somebody who sees it."""
    access = await editable(viewer, customer_id)
    admit_any(access)
    access.require_full(TASK, given)
    faults = Faults()
    faults.tried(("customer_id",), editing.check_in_effect, access.state)
    values = _checked({"title": None, "due_at": None, "priority": TaskPriority.NORMAL, **given}, faults)
    values["assignee_id"] = assignee_id or viewer.id
    await _check_assignee(viewer, access, values["assignee_id"], faults)
    faults.settle()
    task = await Task.create(**values, customer_id=customer_id, created_by_id=viewer.id)
    logged = {name: (None, value) for name, value in values.items() if value is not None}
    await audit.record(viewer, "task.create", subject=(TASK.name, task.id), customer_id=customer_id, changes=logged)
    return task.id


async def _find(viewer: Viewer, task_id: UUID) -> tuple[Task, Access]:
    """A task that the viewer may change: who may edit the customer, and the assignee (D59)."""
    task = await Task.get_or_none(id=task_id)
    if task is None:
        raise NotFound
    access = await access_to(viewer, task.customer_id)
    if TASK.row_class not in access.masked:
        raise NotFound
    # Read again, under a lock: the job of its plan does not lock the customer.
    task = await Task.filter(id=task_id).select_for_update().get_or_none()
    if task is None:
        raise NotFound
    admit(viewer, access, task)
    return task, access


def admit(viewer: Viewer, access: Access, task: Task) -> None:
    """Who may edit the customer, and the assignee (D59)."""
    if viewer.id != task.assignee_id and not editing.may_edit(viewer.roles, access.relations):
        raise Forbidden
    if access.state is not CustomerState.ACTIVE:
        raise Forbidden("read_only_state")


def admit_recipient(viewer: Viewer, reminder: Reminder) -> None:
    """A reminder is put away by the person whom it is for."""
    if reminder.recipient_id != viewer.id:
        raise Forbidden("not_your_reminder")


async def _open(viewer: Viewer, task_id: UUID, version: int, wanted: dict[str, Any]) -> tuple[Task, Access, Faults]:
    """The same, ready to be changed into what is wanted; a fault where it is closed already."""
    task, access = await _find(viewer, task_id)
    admit_any(access)
    access.require_full(TASK, wanted)
    await edits.require_version(TASK, task, version, wanted)
    faults = Faults()
    faults.tried(("id",), rules.check_open, TaskState(task.state))
    return task, access, faults


async def _save(viewer: Viewer, action: str, task: Task, values: dict[str, Any], reason: str | None = None) -> UUID:
    hidden = ("reminded_at", "closed_by_id")
    await edits.save(
        viewer, action, TASK, task, values, customer_id=task.customer_id, reason=reason, hidden=hidden
    )  # fmt: skip
    return task.id


@operation("task.update", on=TASK.name)
async def update(viewer: Viewer, task_id: UUID, version: int, given: dict[str, Any]) -> UUID:
    """Change title, due time, priority or notes of an open task. A new due time gets a reminder of its own (D22)."""
    task, _, faults = await _open(viewer, task_id, version, given)
    values = _checked(given, faults, due_before=task.due_at)
    faults.settle()
    if values.get("due_at", task.due_at) != task.due_at:
        values["reminded_at"] = None
    return await _save(viewer, "task.update", task, values)


@operation("task.reassign", on=TASK.name)
async def reassign(viewer: Viewer, task_id: UUID, version: int, assignee_id: UUID, reason: str | None = None) -> UUID:
    """Give an open task to somebody else who sees it. The reminder of its due time goes with it."""
    task, access, faults = await _open(viewer, task_id, version, {"assignee_id": assignee_id})
    if assignee_id != task.assignee_id:
        await _check_assignee(viewer, access, assignee_id, faults)
    words = reasons.checked(reason, faults, required=False)
    faults.settle()
    if assignee_id != task.assignee_id:
        reminder = Reminder.filter(task_id=task_id, due_at=task.due_at)
        await reminder.update(recipient_id=assignee_id, dismissed_at=None)
    return await _save(viewer, "task.reassign", task, {"assignee_id": assignee_id}, words)


@operation("task.complete", on=TASK.name)
async def complete(viewer: Viewer, task_id: UUID, version: int) -> UUID:
    """Say that an open task is done."""
    return await _close(viewer, "task.complete", task_id, version, TaskState.DONE, None)


@operation("task.cancel", on=TASK.name)
async def cancel(viewer: Viewer, task_id: UUID, version: int, reason: str | None = None) -> UUID:
    """Say that an open task need not be done."""
    return await _close(viewer, "task.cancel", task_id, version, TaskState.CANCELLED, reason)


async def _close(
    viewer: Viewer, action: str, task_id: UUID, version: int, state: TaskState, reason: str | None
) -> UUID:
    task, _, faults = await _open(viewer, task_id, version, {"state": state})
    words = reasons.checked(reason, faults, required=False)
    faults.settle()
    values = {"state": state.value, "closed_at": clock.now(), "closed_by_id": viewer.id}
    return await _save(viewer, action, task, values, words)


@operation("reminder.dismiss", on=REMINDER.name)
async def dismiss(viewer: Viewer, reminder_id: UUID) -> UUID:
    """Put away a reminder of one's own; once more changes nothing."""
    reminder = await Reminder.get_or_none(id=reminder_id)
    task = reminder and await Task.get_or_none(id=reminder.task_id)
    if reminder is None or task is None:
        raise NotFound
    access = await access_to(viewer, task.customer_id)
    if REMINDER.row_class not in access.masked:
        raise NotFound
    admit_recipient(viewer, reminder)
    now = clock.now()
    if await Reminder.filter(id=reminder_id, dismissed_at=None).update(dismissed_at=now):
        await audit.record(
            viewer, "reminder.dismiss", subject=(REMINDER.name, reminder_id), customer_id=task.customer_id,
            changes={"dismissed_at": (None, now)},
        )  # fmt: skip
    return reminder_id


@job("follow_up.plan")
async def plan(follow_up_id: UUID) -> None:
    """Make the next plan of a follow-up the author's task; after a correction move that task, or cancel it (D22, D23).

    What a person has closed stays closed; what went away with its plan comes back with the next one. The assignee of
    a task that is there stays: it may have been given to somebody else.
    """
    follow_up = await FollowUp.filter(id=follow_up_id).select_for_update().get_or_none()
    if follow_up is None:
        return
    task = await Task.filter(follow_up_id=follow_up_id).select_for_update().get_or_none()
    if follow_up.removed_at is not None or follow_up.next_plan_at is None:
        if task is not None and task.state == TaskState.OPEN:
            await _change(task, {"state": TaskState.CANCELLED, "closed_at": clock.now()})
        return
    wanted: dict[str, Any] = {"title": follow_up.next_plan_goal, "due_at": follow_up.next_plan_at}
    if task is None:
        wanted["assignee_id"] = follow_up.author_id
        task = await Task.create(**wanted, customer_id=follow_up.customer_id, follow_up_id=follow_up_id)
        await _record(task, "follow_up.plan", {name: (None, value) for name, value in wanted.items()})
    elif task.state == TaskState.OPEN or _went_with_its_plan(task):
        await _change(task, {**wanted, "state": TaskState.OPEN, "closed_at": None})


def _went_with_its_plan(task: Task) -> bool:
    return task.state == TaskState.CANCELLED and task.closed_by_id is None


async def _change(task: Task, wanted: dict[str, Any]) -> None:
    changes = {name: (getattr(task, name), value) for name, value in wanted.items() if getattr(task, name) != value}
    if not changes:
        return
    for name in changes:
        setattr(task, name, wanted[name])
    changes["version"] = (task.version, task.version + 1)
    task.version += 1
    task.updated_at = clock.now()
    if "due_at" in changes:
        task.reminded_at = None
    await task.save()
    await _record(task, "follow_up.plan", changes)


async def _record(task: Task, action: str, changes: audit.Changes) -> None:
    await audit.record(
        None,
        action,
        subject=("Task", task.id),
        customer_id=task.customer_id,
        changes=changes,
        channel=Channel.JOB.value,
    )


@scheduled("reminder.due")
async def ask_for_reminders() -> int:
    """Ask for the reminder of each task that is due, once for each due time; how many there were (D22)."""
    due = await tasks.unannounced(clock.now(), REMINDERS_AT_ONCE)
    for task in due:
        await enqueue("reminder.give", key=task.key, task_id=task.id)
    return len(due)


@job("reminder.give")
async def remind(task_id: UUID) -> None:
    """Remind the assignee of a task that is due. A manager sees it in the list of overdue ones, without a row (D22)."""
    task = await Task.filter(id=task_id).select_for_update().get_or_none()
    now = clock.now()
    if task is None or task.state != TaskState.OPEN or task.reminded_at is not None or task.due_at > now:
        return
    reminder = Reminder(task_id=task.id, recipient_id=task.assignee_id, due_at=task.due_at)
    await Reminder.bulk_create([reminder], ignore_conflicts=True)
    # No new version: a reminder must not make the change stale that somebody is typing.
    await Task.filter(id=task_id).update(reminded_at=now)
    await _record(task, "reminder.give", {"reminded_at": (None, now)})
