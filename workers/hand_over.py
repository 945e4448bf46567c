"""Hand-overs (D4)."""

from __future__ import annotations

from uuid import UUID

from service.operations import hand_over
from workers.app import app
from workers.runtime import RUNTIME


@app.task(name="hand_over.run")
def run(message: str) -> bool:
    """Hand over customers, batch after batch."""
    return bool(RUNTIME.run(hand_over.run(UUID(message))))
