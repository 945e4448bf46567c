"""`POST /attachments/{id}/content`: the content of an attachment, for clients that cannot send it to the store (D38).

The body is the content itself, with its type and, if it can be told, its length. It goes through piece by piece.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import orjson
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from schema.core.context import Context
from schema.core.errors import faults_as_errors, formatted
from schema.core.payloads import key_of
from schema.core.view import context_of
from service.core.errors import (
    BadRequest,
    NotFound,
    RateLimited,
    Refusal,
    StoreAway,
    Unauthenticated,
    UploadStalled,
    UserErrors,
)
from service.core.fields import ATTACHMENT
from service.core.ids import to_global
from service.operations import allowance
from service.operations.attachments import receiving
from service.operations.attachments.receiving import LARGEST

NAME = "attachmentContent"
"""What the log and the metrics call it."""
PRICE, BYTES_PER_UNIT = 50, 10_000
"""What a content costs of the allowance of who sends it: at all, and for its length (SEC-C2)."""

_STATUS: dict[type[Exception], int] = {
    BadRequest: 400, Unauthenticated: 401, NotFound: 404, UploadStalled: 408, RateLimited: 429, StoreAway: 503,
}  # fmt: skip
_REFUSED, _INVALID = 403, 422


class Uploads:
    """The endpoint. Answers JSON: `attachment`, or `userErrors` or `errors` in the terms of the GraphQL API."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        context = context_of(request, self._locale)
        context.operation = NAME
        await (await self._response(request, context))(scope, receive, send)

    async def _response(self, request: Request, context: Context) -> Response:
        try:
            return _answer({"attachment": {"id": to_global(ATTACHMENT.prefix, await _take(request, context))}}, 200)
        except UserErrors as refused:
            faults = _faults(refused, context)
            context.codes = [fault["code"] for fault in faults]
            return _answer({"userErrors": faults}, _INVALID)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # whatever it is: `formatted` tells what of it goes out
            return _failed(error, context)


async def _take(request: Request, context: Context) -> UUID:
    key = key_of(request.path_params["id"], ATTACHMENT)
    viewer = await context.require_viewer()
    length = request.headers.get("content-length", "")
    size = int(length) if length.isdigit() else None
    await allowance.current().admit(str(viewer.id), PRICE + min(size or LARGEST, LARGEST) // BYTES_PER_UNIT)
    return await receiving.receive(viewer, key, request.headers.get("content-type", ""), size, _pieces(request))


def _failed(error: Exception, context: Context) -> Response:
    shown = formatted(GraphQLError(str(error), original_error=error), context)
    about = shown["extensions"]
    context.codes = [about["code"]]
    response = _answer({"errors": [shown]}, _STATUS.get(type(error), _REFUSED if isinstance(error, Refusal) else 500))
    if "retryAfter" in about:
        response.headers["retry-after"] = str(about["retryAfter"])
    if isinstance(error, UploadStalled):
        response.headers["connection"] = "close"
    return response


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        if piece:
            yield piece


def _faults(refused: UserErrors, context: Context) -> list[dict[str, Any]]:
    faults = faults_as_errors(refused.errors, context.locale)
    return [{"code": fault.code, "field": fault.field, "message": fault.message} for fault in faults]


def _answer(body: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json; charset=utf-8")
