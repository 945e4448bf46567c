"""Telling the API processes that something was committed: a word through Valkey, which says nothing of what."""

from __future__ import annotations

import asyncio

from storage import valkey

CHANNEL = "mingce.events"


class _Bell:
    """Rings once for whatever comes while it rings: nobody waits for it, and a lost ring is made up for by looking."""

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


_BELL = _Bell()


def ring() -> None:
    """Say that there may be new events. To be called after commit; returns at once."""
    _BELL.ring()
