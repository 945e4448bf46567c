"""One line in the log for each request, and one count in the metrics: which operation, how it went, how long it took.

Never the document or its variables: they hold customers' data.
"""

from __future__ import annotations

import time
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.core.context import Context
from service.core import metrics

log = structlog.get_logger()


class AccessLog:
    """Wraps the endpoint."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            _note(scope, status, time.perf_counter() - began)


def _note(scope: Scope, status: int, seconds: float) -> None:
    context: Context | None = scope.get("state", {}).get("context")
    operation, codes = (context.operation, context.codes) if context else ("", [])
    metrics.answered(operation, seconds, codes)
    seen: dict[str, Any] = {"method": scope["method"], "status": status, "ms": round(seconds * 1000, 1)}
    if context is not None:
        seen |= {"operation": operation, "codes": codes, "request_id": context.request_id, "user_id": context.user_id}
    log.info("request", **seen)
