"""Server-sent events: the distinct connections mode of the GraphQL over SSE protocol. A request is one subscription."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send
from strawberry.http.streaming import SSETransport, merge_stream_with_heartbeat
from strawberry.schema import BaseSchema

from schema.core.context import Context
from schema.live import messages
from service.operations.events.hub import Stopping

SEND_SECONDS = 20.0
"""How long a client may take to make room for a message before it is cut off."""

_SSE = SSETransport()


class _Cut(Exception):
    """The stream ends without a last word: the client is to come back."""


class _Stream(StreamingResponse):
    """A stream whose reader is not waited for without end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def patiently(message: Message) -> None:
            async with asyncio.timeout(SEND_SECONDS):
                await send(message)

        try:
            await super().__call__(scope, receive, patiently)
        except* (_Cut, TimeoutError):
            # The body has no end then, which tells the client that there was more to come.
            pass


class Streams:
    """The endpoint of streams."""

    def __init__(self, schema: BaseSchema, default_locale: str) -> None:
        self._schema = schema
        self._default_locale = default_locale

    async def __call__(self, request: Request) -> Response:
        if not _SSE.accepts(request.headers.get("accept", "")):
            return _fault(406, "Accept has to name text/event-stream.")
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            return _fault(415, "The body has to be application/json.")
        try:
            asked = messages.parameters(messages.decoded(await _body(request)))
        except messages.Malformed:
            return _fault(400, "The body has to be a GraphQL request in JSON, of at most 128 KiB.")
        context = messages.context_of(request, self._default_locale)
        stream = merge_stream_with_heartbeat(
            lambda: self._events(context, asked),
            lambda: _SSE.heartbeat_message(_json),
            interval=_SSE.heartbeat_interval,
            send_initial_heartbeat=False,
        )
        return _Stream(stream(), headers={**_SSE.headers, "Cache-Control": "no-store, no-transform"})

    async def _events(self, context: Context, asked: dict[str, Any]) -> AsyncGenerator[str]:
        async for result in messages.results(self._schema, context, asked):
            if any(isinstance(error.original_error, Stopping) for error in result.errors or ()):
                raise _Cut
            body: Any = messages.body_of(result, context)
            if messages.is_last(result):
                del body["data"]
            yield _SSE.encode_next(body, _json)
        yield _SSE.encode_complete()


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > messages.LONGEST:
            raise messages.Malformed
        parts.append(part)
    return b"".join(parts)


def _json(data: object) -> str:
    return orjson.dumps(data).decode()


def _fault(status: int, message: str) -> Response:
    body = {"errors": [{"message": message, "extensions": {"code": "BAD_USER_INPUT"}}]}
    return JSONResponse(body, status_code=status)
