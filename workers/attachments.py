"""Attachments (D40, D41)."""

from __future__ import annotations

from uuid import UUID

from service.operations.attachments import checking, rescanning, sweeping
from workers.app import app
from workers.runtime import RUNTIME


@app.task(name="attachment.check")
def check(message: str) -> bool:
    """Check a file that came."""
    return bool(RUNTIME.run(checking.check(UUID(message))))


@app.task(name="attachment.pictures")
def pictures(message: str) -> bool:
    """Make thumbnails of a clean file."""
    return bool(RUNTIME.run(checking.draw(UUID(message))))


@app.task(name="attachment.release")
def release(message: str) -> bool:
    """Take an upload out of quarantine."""
    return bool(RUNTIME.run(checking.release(UUID(message))))


@app.task(name="attachment.rescan")
def rescan(message: str) -> bool:
    """Scan every stored file once more."""
    return bool(RUNTIME.run(rescanning.run(UUID(message))))


@app.task(name="attachment.expire")
def expire(message: str | None = None) -> bool:
    """Give up uploads that never came, and forget rejected files."""
    return bool(RUNTIME.run(sweeping.expire(message and UUID(message))))


@app.task(name="attachment.erase")
def erase(message: str | None = None) -> bool:
    """Erase contents that nothing uses any more."""
    return bool(RUNTIME.run(sweeping.erase(message and UUID(message))))


@app.task(name="attachment.sweep")
def sweep(message: str | None = None) -> bool:
    """Remove objects that belong to nothing."""
    return bool(RUNTIME.run(sweeping.sweep(message and UUID(message))))
