"""Connections whose other end does not read: uvicorn waits for them without end, here they are cut off (SEC-A6)."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

SECONDS = 30.0
"""Without having taken anything of what waits for it."""


class _Impatient(asyncio.Protocol):
    """A protocol whose transport is thrown away when it has stood still for too long."""

    transport: Any = None
    loop: asyncio.AbstractEventLoop
    _stands_still: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._stands_still is None:
            self._stands_still = self.loop.call_later(SECONDS, self._cut)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _end(self) -> None:
        if self._stands_still is not None:
            self._stands_still.cancel()
            self._stands_still = None

    def _cut(self) -> None:
        self._stands_still = None
        # Not `close`, which first waits until everything is sent.
        self.transport.abort()


class Http(_Impatient, HttpToolsProtocol):
    """Requests, and streams of events."""


class WebSockets(_Impatient, WebSocketsSansIOProtocol):
    """Sockets. One that does not answer a ping is cut off as well."""

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()
