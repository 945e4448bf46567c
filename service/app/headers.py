"""What every request and every answer carries: an id, and headers that keep answers out of caches and of guessing."""

from __future__ import annotations

import re
import secrets

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ID = re.compile(rb"[A-Za-z0-9._:-]{8,64}")
"""What an id from outside may look like: it goes to logs and to the change log."""
REQUEST_ID = b"x-request-id"
_FIXED = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
_UNCACHED = ((b"cache-control", b"no-store"),)
_STATIC = "/graphiql/"


class Headers:
    """Gives each request an id (the caller's `X-Request-Id`, where it is one), for the answer, logs and change log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = _given(scope) or secrets.token_hex(8).encode()
        scope.setdefault("state", {})["request_id"] = request_id.decode()
        structlog.contextvars.bind_contextvars(request_id=request_id.decode())
        added = [(REQUEST_ID, request_id), *_FIXED]
        if not scope["path"].startswith(_STATIC):
            added += _UNCACHED

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _given(scope: Scope) -> bytes | None:
    for name, value in scope["headers"]:
        if name == REQUEST_ID:
            return value if _ID.fullmatch(value) else None
    return None
