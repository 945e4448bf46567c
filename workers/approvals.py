"""Requests for approval (D34)."""

from __future__ import annotations

from uuid import UUID

from service.operations.approvals import due
from workers.app import app
from workers.runtime import RUNTIME


@app.task(name="approval.due")
def end_and_remind(message: str | None = None) -> bool:
    """End requests that nobody decided in time, and remind of those that have waited long."""
    return bool(RUNTIME.run(due.due(message and UUID(message))))
