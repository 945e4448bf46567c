"""The next plan becomes a task, and the task a reminder (D22)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.boundary.outbox import enqueue
from service.core import clock
from service.core.enums import Role, TaskState
from service.operations import tasks
from storage import db
from storage.models import FollowUp, OutboxMessage, Reminder, Task, User
from tests.builders.customers import make_customer
from tests.builders.follow_ups import make_follow_up
from tests.builders.people import make_department, make_user
from tests.builders.reminders import make_due_tasks

pytestmark = pytest.mark.usefixtures("database")

PLAN = {"next_plan_mode": "VISIT", "next_plan_goal": "带样品拜访", "no_plan_reason": None}


def _tomorrow() -> datetime:
    return clock.now() + timedelta(days=1)


async def _follow_up(**values: Any) -> FollowUp:
    author = await make_user(Role.SALES, department=await make_department())
    return await make_follow_up(await make_customer(author), author, **values)


async def _planned(follow_up: FollowUp) -> None:
    await enqueue("follow_up.plan", follow_up_id=follow_up.id)
    message = await OutboxMessage.filter(task="follow_up.plan", done_at=None).get()
    assert await tasks.plan(message.id)


async def _jobs_lines(action: str) -> list[dict[str, Any]]:
    return await db.rows(
        "select l.subject_id, l.customer_id, l.actor_id, v.field, v.after #>> '{}' as after"
        " from change_log l join change_values v on v.change_id = l.id where l.action = $1 and l.channel = 'JOB'"
        " order by v.field",
        action,
    )


async def test_d22_next_plan_becomes_the_authors_task() -> None:
    follow_up = await _follow_up(next_plan_at=_tomorrow(), **PLAN)
    await _planned(follow_up)
    task = await Task.get()
    assert (task.title, task.assignee_id, task.due_at) == ("带样品拜访", follow_up.author_id, follow_up.next_plan_at)
    assert (task.follow_up_id, task.customer_id, task.state) == (follow_up.id, follow_up.customer_id, "OPEN")
    lines = await _jobs_lines("follow_up.plan")
    assert [line["field"] for line in lines] == ["assignee_id", "due_at", "title"]
    assert {(line["subject_id"], line["customer_id"], line["actor_id"]) for line in lines} == {
        (task.id, task.customer_id, None)
    }


async def test_d22_no_task_without_a_plan_or_for_a_removed_follow_up() -> None:
    await _planned(await _follow_up())
    await _planned(await _follow_up(next_plan_at=_tomorrow(), removed_at=clock.now(), **PLAN))
    assert await Task.all().count() == 0


async def test_d22_two_messages_of_one_follow_up_make_one_task() -> None:
    follow_up = await _follow_up(next_plan_at=_tomorrow(), **PLAN)
    for _ in range(4):
        await enqueue("follow_up.plan", follow_up_id=follow_up.id)
    messages = await OutboxMessage.all()
    assert all(await asyncio.gather(*(tasks.plan(message.id) for message in messages)))
    assert (await Task.get()).version == 1


async def test_d22_corrected_plan_moves_the_open_task_and_leaves_one_that_is_done() -> None:
    follow_up = await _follow_up(next_plan_at=_tomorrow(), **PLAN)
    await _planned(follow_up)
    await Task.all().update(reminded_at=clock.now())
    later = follow_up.next_plan_at + timedelta(days=3)  # type: ignore[operator]
    await FollowUp.all().update(next_plan_at=later)
    await _planned(follow_up)
    task = await Task.get()
    assert (task.due_at, task.version, task.reminded_at) == (later, 2, None)
    await Task.all().update(state=TaskState.DONE)
    await FollowUp.all().update(next_plan_goal="别的")
    await _planned(follow_up)
    assert (await Task.get()).title == "带样品拜访"


async def test_d23_task_of_a_plan_that_went_away_is_cancelled_and_comes_back_with_the_next_plan() -> None:
    follow_up = await _follow_up(next_plan_at=_tomorrow(), **PLAN)
    await _planned(follow_up)
    nothing = {"next_plan_at": None, "next_plan_mode": None, "next_plan_goal": None, "no_plan_reason": "客户出差"}
    await FollowUp.all().update(**nothing)
    await _planned(follow_up)
    task = await Task.get()
    assert (task.state, task.version, task.closed_by_id) == ("CANCELLED", 2, None)
    assert task.closed_at is not None
    await FollowUp.all().update(next_plan_at=follow_up.next_plan_at, **PLAN)
    await _planned(follow_up)
    task = await Task.get()
    assert (task.state, task.version, task.closed_at, task.due_at) == ("OPEN", 3, None, follow_up.next_plan_at)
    lines = await _jobs_lines("follow_up.plan")
    assert [line["after"] for line in lines if line["field"] == "state"] == ["CANCELLED", "OPEN"]


async def test_d23_task_of_a_removed_follow_up_is_cancelled_and_one_that_is_done_stays() -> None:
    for state, after in ((TaskState.OPEN, "CANCELLED"), (TaskState.DONE, "DONE")):
        follow_up = await _follow_up(next_plan_at=_tomorrow(), **PLAN)
        await _planned(follow_up)
        await Task.filter(follow_up_id=follow_up.id).update(state=state)
        await FollowUp.filter(id=follow_up.id).update(removed_at=clock.now())
        await _planned(follow_up)
        assert (await Task.get(follow_up_id=follow_up.id)).state == after


async def test_d23_task_that_a_person_cancelled_or_gave_away_stays_so() -> None:
    follow_up = await _follow_up(next_plan_at=_tomorrow(), **PLAN)
    await _planned(follow_up)
    colleague = await make_user(Role.SALES)
    await Task.all().update(assignee_id=colleague.id)
    await FollowUp.all().update(next_plan_goal="别的")
    await _planned(follow_up)
    task = await Task.get()
    assert (task.title, task.assignee_id) == ("别的", colleague.id)
    await Task.all().update(state=TaskState.CANCELLED, closed_at=clock.now(), closed_by_id=colleague.id)
    await FollowUp.all().update(next_plan_goal="再一次")
    await _planned(follow_up)
    assert (await Task.get()).state == "CANCELLED"


async def _give_all() -> list[bool]:
    messages = await OutboxMessage.filter(task="reminder.give", done_at=None).order_by("id")
    return [await tasks.remind(message.id) for message in messages]


async def test_d22_due_task_is_asked_for_once_and_given_once() -> None:
    await make_due_tasks(3)
    assert await tasks.ask_for_reminders() == 3
    assert await tasks.ask_for_reminders() == 0
    assert await _give_all() == [True] * 3
    assert await tasks.ask_for_reminders() == 0
    task = await Task.all().first()
    assert task is not None
    assert task.reminded_at is not None
    assert task.version == 1  # what somebody is typing stays good
    reminder = await Reminder.get(task_id=task.id)
    assert (reminder.recipient_id, reminder.due_at) == (task.assignee_id, task.due_at)
    assert len(await _jobs_lines("reminder.give")) == 3


async def test_sec_h4_many_clocks_at_once_ask_once() -> None:
    await make_due_tasks(20)
    await asyncio.gather(*(tasks.ask_for_reminders() for _ in range(4)))
    assert await OutboxMessage.all().count() == 20


@pytest.mark.parametrize(
    "values",
    [{"state": TaskState.DONE}, {"state": TaskState.CANCELLED}, {"due_at": datetime(2999, 1, 1, tzinfo=clock.UTC)}],
)
async def test_d22_task_that_changed_meanwhile_gets_no_reminder(values: dict[str, Any]) -> None:
    await make_due_tasks(1)
    await tasks.ask_for_reminders()
    await Task.all().update(**values)
    assert await _give_all() == [True]
    assert await Reminder.all().count() == 0
    assert await OutboxMessage.filter(done_at=None).count() == 0


async def test_d22_new_due_time_gets_a_reminder_of_its_own() -> None:
    (task,) = await make_due_tasks(1)
    await tasks.ask_for_reminders()
    await _give_all()
    await Task.all().update(due_at=task.due_at + timedelta(seconds=30), reminded_at=None)
    assert await tasks.ask_for_reminders() == 1
    await _give_all()
    assert await Reminder.filter(task_id=task.id).count() == 2


async def test_d22_message_for_a_task_that_is_gone_is_done() -> None:
    await enqueue("reminder.give", task_id=UUID(int=7))
    assert await _give_all() == [True]
    assert await User.all().count() == 0
