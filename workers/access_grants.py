"""Masked copies of another department's customers (D45)."""

from __future__ import annotations

from uuid import UUID

from service.operations import access_copies
from workers.app import app
from workers.runtime import RUNTIME


@app.task(name="access.copy")
def copy(message: str) -> bool:
    """Write what was granted into a file."""
    return bool(RUNTIME.run(access_copies.copy(UUID(message))))


@app.task(name="access.erase")
def erase(message: str | None = None) -> bool:
    """Erase copies whose time is over."""
    return bool(RUNTIME.run(access_copies.erase(message and UUID(message))))
