"""GraphQL over HTTP: the request comes in, bytes go out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from schema.core import door
from schema.core.context import Context
from schema.core.errors import formatted
from schema.core.persisted import Persisted
from service.core import messages
from service.core.errors import RequestRefused

LOCALES = {"zh": "zh-CN", "en": "en"}


class PassThrough(StrawberryGraphQLCoreExecutionContext):
    """What the reader made is JSON already, and complete: it goes to the body as it is."""

    def execute_operation(self, serially: bool | None = None):  # type: ignore[no-untyped-def, override]
        """Root fields one after the other, those of queries too. Of several errors the first of the document then ends
        the request: with fields side by side it would hang on what a process has read before, which tells about it."""
        return super().execute_operation(serially=True)

    def complete_value(self, return_type, field_details_list, info, path, result, position_context):  # type: ignore[no-untyped-def, override]
        if type(result) is orjson.Fragment:
            return result
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


@dataclass
class Reply:
    """What is known of the answer before it is made."""

    media_type: str
    status_code: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


class GraphQLView(GraphQL[Context, None]):
    """The endpoint."""

    default_locale = "zh-CN"
    persisted: Persisted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self.run(request)
        except RequestRefused as refusal:
            response = self._refused(request, refusal)
        except HTTPException as error:
            # What the library refuses by itself, in its own words.
            response = self._answer(request, {"errors": [_plain(error)]}, error.status_code)
        await response(scope, receive, send)

    async def run(self, request: Any, context: Any = None, root_value: Any = None) -> Response:  # type: ignore[override]
        """One operation. What the library does besides, for batches, files, streams and a page of its own, is not
        served here, and would be a fifth of the time of a small request."""
        media = door.media_type(request.headers.get("accept", ""))
        if media is None:
            raise RequestRefused("NOT_ACCEPTABLE", 406)
        context = await self.get_context(request, None)
        asked = await self._asked(request)
        try:
            result = await self.schema.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=context,
                operation_name=asked.operation_name,
                allowed_operation_types=_ALLOWED[request.method],
                operation_extensions=asked.extensions,
            )
        except (CannotGetOperationTypeError, InvalidOperationTypeError):
            raise RequestRefused("OPERATION_UNKNOWN") from None
        return self.create_response(await self.process_result(request, result), Reply(media))

    async def get_context(self, request: Any, response: Any) -> Context:
        return context_of(request, self.default_locale)

    async def _asked(self, request: Request) -> GraphQLRequestData:
        """What is asked for, with the text of the document, whichever way it was named."""
        if request.method == "POST":
            body = await door.body_of(request)
            request.state.context.received = len(body)
            given = door.parameters(door.decoded(body))
            text = given.query if given.document_id is None else await self.persisted.text(given, request.state.context)
        elif request.method == "GET" and self.persisted.by_address:
            given = door.parameters_of_address(request)
            text = self.persisted.of_address(given)
        else:
            raise RequestRefused("METHOD_NOT_ALLOWED", 405)
        if not text:
            raise RequestRefused("QUERY_MISSING")
        return GraphQLRequestData(text, given.variables, given.operation_name, given.extensions)

    def encode_json(self, data: object) -> str | bytes:
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        """A message of a WebSocket."""
        try:
            return door.decoded(data)
        except RequestRefused as refusal:
            raise JSONDecodeError(refusal.code, "", 0) from None

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        context: Context = request.state.context
        body: dict[str, Any] = {}
        if result.errors:
            body["errors"] = [formatted(error, context) for error in result.errors]
            context.codes = [error["extensions"]["code"] for error in body["errors"]]
        if result.data is not None or not result.errors or any(e.path is not None for e in result.errors):
            body["data"] = result.data
        extensions = {**(result.extensions or {}), **({"cost": context.cost} if context.cost else {})}
        if extensions:
            body["extensions"] = extensions
        return GraphQLHTTPResponse(**body)  # type: ignore[typeddict-item]

    def create_response(self, response_data: Any, sub_response: Any) -> Response:
        status = sub_response.status_code
        headers: dict[str, str] = sub_response.headers
        if "data" not in response_data:
            first = response_data["errors"][0]["extensions"]
            if "retryAfter" in first:
                headers["retry-after"] = str(first["retryAfter"])
            status = status or (_STATUS.get(first["code"], 400) if sub_response.media_type == door.GRAPHQL else 200)
        return Response(
            orjson.dumps(response_data), status or 200, headers, sub_response.media_type + "; charset=utf-8"
        )

    def _refused(self, request: Request, refusal: RequestRefused) -> Response:
        locale = locale_of(request.headers.get("accept-language", ""), self.default_locale)
        message = messages.refusal(refusal, locale)
        error = {"message": message, "extensions": {"code": refusal.code, **refusal.extensions()}}
        response = self._answer(request, {"errors": [error]}, refusal.status)
        if refusal.status == 413 and not door.ends_soon(request):
            response.headers["connection"] = "close"  # what still comes in is not read
        if refusal.status == 405:
            response.headers["allow"] = "GET, POST" if self.persisted.by_address else "POST"
        return response

    def _answer(self, request: Request, body: dict[str, Any], status: int) -> Response:
        media = door.media_type(request.headers.get("accept", "")) or door.JSON
        return Response(orjson.dumps(body), status, media_type=media + "; charset=utf-8")


_ALLOWED = {"GET": (OperationType.QUERY,), "POST": (OperationType.QUERY, OperationType.MUTATION)}
_STATUS = {"RATE_LIMITED": 429, "DOCUMENT_NOT_TRUSTED": 403, "INTROSPECTION_OFF": 403, "INTERNAL": 500}
"""Of answers without data, where it is not 400."""


def _plain(error: HTTPException) -> dict[str, Any]:
    return {"message": error.reason, "extensions": {"code": "BAD_REQUEST"}}


def context_of(request: Any, default_locale: str) -> Context:
    """Who asks, as the headers of a request say; the request carries it."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    context = request.state.context = Context(
        token=token.strip() or None if scheme.lower() == "bearer" else None,
        locale=locale_of(request.headers.get("accept-language", ""), default_locale),
        request_id=getattr(request.state, "request_id", None) or secrets.token_hex(8),
        client=request.client.host if request.client else "",
        idempotency_key=request.headers.get("idempotency-key"),
    )
    return context


def locale_of(accept_language: str, default: str) -> str:
    """The first language of the header that messages exist in."""
    for part in accept_language.split(","):
        language = part.split(";")[0].strip().lower()[:2]
        if language in LOCALES:
            return LOCALES[language]
    return default
