"""Telling the API processes that something was committed: a word through Valkey, which says nothing of what."""

from __future__ import annotations

import asyncio

from storage import valkey

CHANNEL = "mingce.events"
PAUSE = 0.02
"""Seconds between two rings of a process, and between two looks: what happens meanwhile is told, and found, by one."""


class _Bell:
    """Rings at once, and once for whatever comes until the next ring: nobody waits for it.

    A lost ring is made up for by looking.
    """

    def __init__(self) -> None:
        self._ringing: asyncio.Task[None] | None = None
        self._again = False

    def ring(self) -> None:
        self._again = True
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._ring())

    async def _ring(self) -> None:
        while self._again:
            self._again = False
            await valkey.publish(CHANNEL)
            await asyncio.sleep(PAUSE)


_BELL = _Bell()


def ring() -> None:
    """Say that there may be new events. To be called after commit; returns at once."""
    _BELL.ring()
