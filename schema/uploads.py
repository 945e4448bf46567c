"""`POST /attachments/{id}/content`: the content of an attachment, for clients that cannot send it to the store (D38).

The body is the content itself, with its type and, if it can be told, its length. It goes through piece by piece.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from schema.core.context import Context
from schema.core.errors import faults_as_errors, formatted
from schema.core.payloads import key_of
from schema.core.view import context_of
from service.core.errors import BadRequest, NotFound, RateLimited, Refusal, StoreAway, Unauthenticated, UserErrors
from service.core.fields import ATTACHMENT
from service.core.ids import to_global
from service.operations.attachments import receiving

_STATUS: dict[type[Exception], int] = {
    BadRequest: 400, Unauthenticated: 401, NotFound: 404, RateLimited: 429, StoreAway: 503,
}  # fmt: skip
_REFUSED, _INVALID = 403, 422


class Uploads:
    """The endpoint. Answers JSON: `attachment`, or `userErrors` or `errors` in the terms of the GraphQL API."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    async def __call__(self, request: Request) -> Response:
        context = context_of(request, self._locale)
        try:
            key = key_of(request.path_params["id"], ATTACHMENT)
            viewer = await context.require_viewer()
            length = request.headers.get("content-length", "")
            media_type, size = request.headers.get("content-type", ""), int(length) if length.isdigit() else None
            done = await receiving.receive(viewer, key, media_type, size, _pieces(request))
        except UserErrors as refused:
            return _answer({"userErrors": _faults(refused, context)}, _INVALID)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # whatever it is: `formatted` tells what of it goes out
            shown = formatted(GraphQLError(str(error), original_error=error), context)
            status = _STATUS.get(type(error), _REFUSED if isinstance(error, Refusal) else 500)
            return _answer({"errors": [shown]}, status)
        return _answer({"attachment": {"id": to_global(ATTACHMENT.prefix, done)}}, 200)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        if piece:
            yield piece


def _faults(refused: UserErrors, context: Context) -> list[dict[str, Any]]:
    faults = faults_as_errors(refused.errors, context.locale)
    return [{"code": fault.code, "field": fault.field, "message": fault.message} for fault in faults]


def _answer(body: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json; charset=utf-8")
