"""Reporting that something about a customer has changed (D37): anybody may, and its owner has a day to put it right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import access_to
from service.boundary.work import operation
from service.core import clock
from service.core.enums import TaskPriority
from service.core.errors import ErrorCode
from service.core.fields import CUSTOMER, TASK
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations.faults import Faults
from service.rules import editing, texts
from storage.models import Task
from storage.queries import people

TITLE = "核实并更新客户信息"
"""What the owner finds among his tasks; what has changed stands in the notes."""


@dataclass(frozen=True)
class Report:
    """Until when it is to be looked into."""

    customer_id: UUID
    due_at: datetime


@operation("customer.report_change", on=CUSTOMER.name)
async def report(viewer: Viewer, customer_id: UUID, text: str) -> Report:
    """Make it a task of the owner; of the next manager up where there is none who is still there.

    Whoever reports need not see tasks of the customer, and is not told whose it is.
    """
    access = await access_to(viewer, customer_id)
    faults = Faults()
    faults.tried(("id",), editing.check_in_effect, access.state)
    words = faults.tried(("text",), texts.text, text, maximum=texts.NOTE_MAXIMUM, required=True)
    responsible = await people.responsible(customer_id)
    if responsible is None:
        faults.add(ErrorCode.NOBODY_RESPONSIBLE, "id")
    faults.settle()
    assert responsible is not None
    due = clock.now() + timedelta(hours=settings().information_hours)
    values: dict[str, Any] = {"title": TITLE, "due_at": due, "priority": TaskPriority.HIGH.value, "notes": words}
    task = await Task.create(**values, customer_id=customer_id, assignee_id=responsible, created_by_id=viewer.id)
    await audit.record(
        viewer, "customer.report_change", subject=(TASK.name, task.id), customer_id=customer_id,
        changes={**{name: (None, value) for name, value in values.items()}, "assignee_id": (None, responsible)},
    )  # fmt: skip
    return Report(customer_id, due)
