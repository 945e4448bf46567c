"""Tasks and their reminders (D22, D59)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.jobs import job, scheduled
from service.boundary.outbox import enqueue
from service.core import clock
from service.core.enums import Channel, TaskState
from storage.models import FollowUp, Reminder, Task
from storage.queries import tasks

REMINDERS_AT_ONCE = 500


@job("follow_up.plan")
async def plan(follow_up_id: UUID) -> None:
    """Make the next plan of a follow-up the author's task, or move the open task to a plan that was corrected (D22)."""
    follow_up = await FollowUp.filter(id=follow_up_id).select_for_update().get_or_none()
    if follow_up is None or follow_up.removed_at is not None or follow_up.next_plan_at is None:
        return
    wanted: dict[str, Any] = {
        "title": follow_up.next_plan_goal,
        "assignee_id": follow_up.author_id,
        "due_at": follow_up.next_plan_at,
    }
    task = await Task.filter(follow_up_id=follow_up_id).select_for_update().get_or_none()
    if task is None:
        task = await Task.create(**wanted, customer_id=follow_up.customer_id, follow_up_id=follow_up_id)
        await _record(task, "follow_up.plan", {name: (None, value) for name, value in wanted.items()})
    elif task.state == TaskState.OPEN:
        await _move(task, wanted)


async def _move(task: Task, wanted: dict[str, Any]) -> None:
    changes = {name: (getattr(task, name), value) for name, value in wanted.items() if getattr(task, name) != value}
    if not changes:
        return
    for name in changes:
        setattr(task, name, wanted[name])
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


@scheduled
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
