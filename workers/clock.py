"""The clock, with a sign of life at each look for what is due."""

from __future__ import annotations

from typing import Any

from celery.beat import Scheduler

from service.core.heartbeat import CLOCK


class Clock(Scheduler):
    """Celery's own scheduler in memory. An entry that the broker refuses does not stop it."""

    def tick(self, *arguments: Any, **named: Any) -> Any:
        wait = super().tick(*arguments, **named)
        CLOCK.beat()
        return wait
