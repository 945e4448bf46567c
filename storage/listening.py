"""Hearing of NOTIFY, on a connection of its own: nothing listens on a pooled one."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from storage import db

PATIENCE = 5.0
"""Seconds that connecting may take."""


class Listener:
    """One channel. Where the connection is lost, it waits as if nobody had called, and connects at the next wait."""

    def __init__(self, url: str, channel: str) -> None:
        self._url, self._channel = url, channel
        self._connection: Any = None
        self._called = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Wait for a call, for so long at most; whether one came, also one since the last wait."""
        await self.connect()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._called.wait()
        called = self._called.is_set()
        self._called.clear()
        return called

    async def close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            self._connection.terminate()
        self._connection = None

    async def connect(self) -> None:
        """Connect, where the connection is not there. Where the database is away, nothing happens."""
        if self._connection is not None and not self._connection.is_closed():
            return
        with suppress(OSError, TimeoutError, *db.DatabaseError):
            async with asyncio.timeout(PATIENCE):
                self._connection = await asyncpg.connect(**db.credentials(self._url))
                await self._connection.add_listener(self._channel, self._ring)

    def _ring(self, *_call: Any) -> None:
        self._called.set()
