"""Upkeep."""

from __future__ import annotations

from service.operations import idempotency, maintenance, outbox
from workers.app import app
from workers.runtime import RUNTIME


@app.task(name="outbox.prune")
def prune_outbox() -> None:
    """Forget messages that were done long ago."""
    RUNTIME.run(outbox.prune())


@app.task(name="event.prune")
def prune_events() -> None:
    """Forget events that nobody can go on from any more."""
    RUNTIME.run(maintenance.prune_events())


@app.task(name="change_log.prepare")
def prepare_change_log() -> None:
    """Make the partitions of the coming months."""
    RUNTIME.run(maintenance.prepare_change_log())


@app.task(name="idempotency.prune")
def prune_idempotency_keys() -> None:
    """Forget keys that are too old to be repeated."""
    RUNTIME.run(idempotency.prune())
