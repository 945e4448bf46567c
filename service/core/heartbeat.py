"""Signs of life of processes that nobody can call: a file is touched, and its age says when that was."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from service.core.state import state_folder

EVERY = 5.0
"""Seconds between two touches, however often `beat` is called."""
STALE = 30.0
"""Seconds after which a sign of life counts no more: above the longest wait of a process that works."""


class Heartbeat:
    """One sign of life. A disk that cannot be written must not stop the work: the sign grows old instead."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._next = 0.0

    @property
    def _file(self) -> Path:
        return state_folder() / "run" / f"alive-{self._name}"

    def beat(self) -> None:
        """Called by what must not stand still, at each of its rounds."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + EVERY
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.touch()

    def is_fresh(self) -> bool:
        """Whether it was given within the last `STALE` seconds."""
        with suppress(OSError):
            return time.time() - self._file.stat().st_mtime <= STALE
        return False


CONSUMER = Heartbeat("consumer")
"""The worker listens: its loop turns, and the broker has answered."""
RELAY = Heartbeat("relay")
"""A process of the worker has looked into the outbox: its loop turns, and the database has answered."""
CLOCK = Heartbeat("clock")
"""Beat has looked for what is due."""
