"""Tasks and reminders (D22)."""

from __future__ import annotations

from uuid import UUID

from service.operations import tasks
from workers.app import app
from workers.runtime import RUNTIME


@app.task(name="follow_up.plan")
def plan(message: str) -> bool:
    """Make a task of the next plan of a follow-up."""
    return bool(RUNTIME.run(tasks.plan(UUID(message))))


@app.task(name="reminder.due")
def due(message: str | None = None) -> bool:
    """Ask for the reminders of the tasks that are due."""
    return bool(RUNTIME.run(tasks.ask_for_reminders(message and UUID(message))))


@app.task(name="reminder.give")
def give(message: str) -> bool:
    """Give the reminder of one task."""
    return bool(RUNTIME.run(tasks.remind(UUID(message))))
