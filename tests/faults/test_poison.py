"""Messages that cannot be done end as dead-letter rows (SEC-H5)."""

from __future__ import annotations

from service.boundary.jobs import PAUSES
from service.core import clock
from service.operations import tasks
from storage.models import OutboxMessage
from tests.builders.reminders import make_due_tasks
from tests.faults.running import Fleet, Observer, children, until

BOUND = len(PAUSES) + 1


async def _no_pauses(observer: Observer) -> None:
    await observer.execute("update outbox_messages set available_at = now() where available_at > now()")


POISON = [
    ("follow_up.plan", {"follow_up_id": "no id"}, "ValueError"),
    ("follow_up.plan", {"something": "01980000-0000-7000-8000-000000000000"}, "TypeError"),
    ("nobody.knows", {}, "UNKNOWN_TASK"),
]


async def test_sec_h5_poison_ends_and_others_are_done(fleet: Fleet, observer: Observer) -> None:
    for task, arguments, _ in POISON:
        await OutboxMessage.create(task=task, arguments=arguments, available_at=clock.now())
    await make_due_tasks(2)
    await tasks.ask_for_reminders()
    await fleet.worker()

    async def ended() -> bool:
        await _no_pauses(observer)
        return await OutboxMessage.filter(done_at=None, dead_at=None).count() == 0

    await until(ended, 30, fleet)
    dead = await OutboxMessage.filter(dead_at__not_isnull=True, done_at=None).order_by("id")
    assert [(message.attempts, message.last_error) for message in dead] == [(BOUND, error) for _, _, error in POISON]
    assert await observer.reminders() == 2


async def test_sec_h5_message_that_kills_its_process_ends(fleet: Fleet, observer: Observer) -> None:
    (task,) = await make_due_tasks(1)
    await observer.slow_down(8)
    poison = await OutboxMessage.create(
        task="reminder.give", arguments={"task_id": str(task.id)}, available_at=clock.now()
    )
    worker = await fleet.worker(concurrency=1)
    killed = 0

    async def dead() -> bool:
        nonlocal killed
        await poison.refresh_from_db()
        if killed < poison.attempts <= BOUND:
            killed = poison.attempts
            children(worker)[0].kill()
        return poison.dead_at is not None

    await until(dead, 45, fleet)
    assert (poison.last_error, poison.done_at, killed) == ("WORKER_LOST", None, BOUND)
    assert await observer.reminders() == 0
