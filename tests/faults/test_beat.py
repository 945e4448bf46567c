"""Clocks: one, two, none (SEC-H4)."""

from __future__ import annotations

from tests.builders.reminders import make_due_tasks
from tests.faults.running import Fleet, Observer, until

COUNT = 20


async def test_sec_h4_d22_two_beats_one_reminder_each(fleet: Fleet, observer: Observer) -> None:
    await make_due_tasks(COUNT)
    await fleet.worker()
    await fleet.beat()
    await fleet.beat()

    async def both_struck() -> bool:
        return fleet.log().count("Task reminder.due[") >= 4 and await observer.all_done()  # received and succeeded

    await until(both_struck, 40, fleet)
    await observer.assert_each_once(COUNT)
