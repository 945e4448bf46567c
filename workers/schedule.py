"""What the clock starts. Two clocks do no harm: each of these tasks finds by itself what is left to do (SEC-H4)."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

REMINDERS_EVERY = 10
"""Seconds."""
SEALED_EVERY = 60
"""Seconds. What was added to the change log since is proved by nothing yet."""

# Each entry expires before the next one: a worker that was away does not find a heap.
SCHEDULE: dict[str, dict[str, Any]] = {
    "reminder.due": {
        "task": "reminder.due",
        "schedule": REMINDERS_EVERY,
        "options": {"expires": REMINDERS_EVERY},
    },
    "approval.due": {
        "task": "approval.due",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "access.erase": {
        "task": "access.erase",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "attachment.expire": {
        "task": "attachment.expire",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "attachment.erase": {
        "task": "attachment.erase",
        "schedule": crontab(minute="25"),
        "options": {"expires": 3600},
    },
    "attachment.sweep": {
        "task": "attachment.sweep",
        "schedule": crontab(minute="35"),
        "options": {"expires": 3600},
    },
    "outbox.prune": {
        "task": "outbox.prune",
        "schedule": crontab(minute="17"),
        "options": {"expires": 3600},
    },
    "idempotency.prune": {
        "task": "idempotency.prune",
        "schedule": crontab(minute="47"),
        "options": {"expires": 3600},
    },
    "event.prune": {
        "task": "event.prune",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "change_log.seal": {
        "task": "change_log.seal",
        "schedule": SEALED_EVERY,
        "options": {"expires": SEALED_EVERY},
    },
    "change_log.drop": {
        "task": "change_log.drop",
        "schedule": crontab(minute="50"),
        "options": {"expires": 3600},
    },
    "change_log.prepare": {
        "task": "change_log.prepare",
        "schedule": crontab(minute="40", hour="3"),
        "options": {"expires": 3600},
    },
}
