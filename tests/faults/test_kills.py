"""kill -9 in the middle of reminders (SEC-H1)."""

from __future__ import annotations

import pytest

from tests.builders.reminders import make_due_tasks
from tests.faults.running import Fleet, Observer, children, until

COUNT = 40


async def _begin(fleet: Fleet, observer: Observer) -> None:
    await make_due_tasks(COUNT)
    await observer.slow_down(0.15)
    fleet.beat()


async def _reached(observer: Observer, count: int, fleet: Fleet, seconds: float = 45) -> float:
    async def enough() -> bool:
        return await observer.reminders() >= count

    return await until(enough, seconds, fleet)


async def test_sec_h1_child_killed(fleet: Fleet, observer: Observer) -> None:
    worker = fleet.worker()
    await _begin(fleet, observer)
    await _reached(observer, 4, fleet)
    children(worker)[0].kill()
    await _reached(observer, 12, fleet)
    for child in children(worker):
        child.kill()
    await _reached(observer, COUNT, fleet)
    await _settled(observer, fleet)
    await observer.assert_each_once(COUNT)


async def _settled(observer: Observer, fleet: Fleet) -> None:
    async def nothing_open() -> bool:
        return await observer.value("select count(*) from outbox_messages where done_at is null") == 0

    await until(nothing_open, 20, fleet)
