"""One line in the log for each request, one count in the metrics, one span in the traces: which operation, what it
cost, how it went, how long it took.

Never the document or its variables: they hold customers' data.
"""

from __future__ import annotations

import time
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.core.context import Context
from service.core import metrics, tracing

log = structlog.get_logger()

_TRACEPARENT = b"traceparent"


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

        with tracing.span("graphql", kind=tracing.Kind.REQUEST, parent=_parent(scope)) as span:
            try:
                await self._app(scope, receive, noting)
            finally:
                _note(scope, status, time.perf_counter() - began, span)


def _parent(scope: Scope) -> str | None:
    """The span of the caller: a proxy's, or a page's."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == _TRACEPARENT), None)


def _note(scope: Scope, status: int, seconds: float, span: tracing.Span) -> None:
    context: Context | None = scope.get("state", {}).get("context")
    operation, codes = (context.operation, context.codes) if context else ("", [])
    metrics.answered(operation, seconds, codes)
    seen: dict[str, Any] = {"method": scope["method"], "status": status, "ms": round(seconds * 1000, 1)}
    if context is not None:
        seen |= {"operation": operation, "codes": codes, "request_id": context.request_id, "user_id": context.user_id}
        seen |= {"cost": context.cost} if context.cost else {}
        _tell(span, context, status)
    log.info("request", **seen)


def _tell(span: tracing.Span, context: Context, status: int) -> None:
    cost = context.cost or {}
    span.name(f"graphql {metrics.label_of(context.operation)}".rstrip())
    span.note(
        {
            "graphql.operation.name": context.operation or None,
            "http.response.status_code": status,
            "mingce.request_id": context.request_id,
            "mingce.cost.requested": cost.get("requested"),
            "mingce.cost.charged": cost.get("charged"),
            "mingce.codes": context.codes or None,
        }
    )
    if "INTERNAL" in context.codes:
        span.fail("INTERNAL")
