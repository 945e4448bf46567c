"""Tasks: which can still be changed (D59)."""

from __future__ import annotations

from service.core.enums import TaskState
from service.core.errors import ErrorCode, Invalid


def check_open(state: TaskState) -> None:
    """Raise TASK_CLOSED for a task that was done or cancelled: it stays as it is."""
    if state is not TaskState.OPEN:
        raise Invalid(ErrorCode.TASK_CLOSED)
