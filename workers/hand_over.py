"""Hand-overs (D4)."""

from __future__ import annotations

from uuid import UUID

from service.operations import hand_over
from workers.app import app
from workers.runtime import RUNTIME


@app.task(name="hand_over.run")
def run(message: str) -> None:
    """Hand over customers, batch after batch."""
    RUNTIME.run(hand_over.run(UUID(message)))
