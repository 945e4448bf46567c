"""Upkeep."""

from __future__ import annotations

from uuid import UUID

from service.operations import change_log, idempotency, maintenance, outbox
from workers.app import app
from workers.runtime import RUNTIME


@app.task(name="outbox.prune")
def prune_outbox(message: str | None = None) -> bool:
    """Forget messages that were done long ago."""
    return bool(RUNTIME.run(outbox.prune(message and UUID(message))))


@app.task(name="event.prune")
def prune_events(message: str | None = None) -> bool:
    """Forget events that nobody can go on from any more."""
    return bool(RUNTIME.run(maintenance.prune_events(message and UUID(message))))


@app.task(name="change_log.prepare")
def prepare_change_log(message: str | None = None) -> bool:
    """Make the partitions of the coming months."""
    return bool(RUNTIME.run(maintenance.prepare_change_log(message and UUID(message))))


@app.task(name="change_log.seal")
def seal_change_log(message: str | None = None) -> bool:
    """Seal what was added to the change log."""
    return bool(RUNTIME.run(change_log.seal(message and UUID(message))))


@app.task(name="change_log.drop")
def drop_change_log(message: str | None = None) -> bool:
    """Drop a month of the change log that need not be kept any more."""
    return bool(RUNTIME.run(change_log.drop(message and UUID(message))))


@app.task(name="idempotency.prune")
def prune_idempotency_keys(message: str | None = None) -> bool:
    """Forget keys that are too old to be repeated."""
    return bool(RUNTIME.run(idempotency.prune(message and UUID(message))))
