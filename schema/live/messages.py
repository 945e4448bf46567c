"""What both transports have in common: who asks, what may be asked, and what a result looks like."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncGenerator
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import HTTPConnection
from strawberry.schema import BaseSchema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.utils.aio import aclosing

from schema.core.admission import admit
from schema.core.context import Context
from schema.core.documents import DOCUMENTS
from schema.core.errors import formatted
from schema.core.view import locale_of
from service.core.errors import BadRequest, Refusal

LONGEST = 128 * 1024
"""Bytes of a message from a client: a document, its variables, and something to spare."""

_NUL = re.compile(r"\0|\\u(?:0000|\{0+\})")


class Malformed(Exception):
    """What a client sent is no message."""


def context_of(connection: HTTPConnection, default_locale: str) -> Context:
    """The caller, as the headers name him."""
    headers = connection.headers
    return Context(
        token=bearer(headers.get("authorization", "")),
        locale=locale_of(headers.get("accept-language", ""), default_locale),
        request_id=secrets.token_hex(8),
        client=connection.client.host if connection.client else "",
    )


def bearer(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def decoded(text: str | bytes) -> Any:
    """The JSON of a message. What no database column can hold is refused here, as in requests."""
    if len(text) > LONGEST:
        raise Malformed
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Malformed from None
    if _holds_nul(found):
        raise Malformed
    return found


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_NUL.search(key) is not None or _holds_nul(item) for key, item in value.items())
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and _NUL.search(value) is not None


def parameters(payload: Any) -> dict[str, Any]:
    """Document, variables and operation of a request. Malformed where they are of other types."""
    if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
        raise Malformed
    for name, kind in (("variables", dict), ("operationName", str), ("extensions", dict)):
        if payload.get(name) is not None and not isinstance(payload[name], kind):
            raise Malformed
    return {
        "query": payload["query"],
        "variable_values": payload.get("variables"),
        "operation_name": payload.get("operationName"),
        "operation_extensions": payload.get("extensions"),
    }


async def results(schema: BaseSchema, context: Context, asked: dict[str, Any]) -> AsyncGenerator[ExecutionResult]:
    """The results of a subscription, through the same checks of documents as every request, and the same allowance."""
    own = context.again()
    known = DOCUMENTS.known(schema, asked["query"])  # type: ignore[arg-type]
    own.operation = known.name(asked["operation_name"])
    if known.errors:
        yield ExecutionResult(None, known.errors)
        return
    if known.cost(schema, asked["operation_name"]) is not None:  # type: ignore[arg-type]
        refused = await admit(schema, known, asked["operation_name"], asked["variable_values"], own)  # type: ignore[arg-type]
        if refused is not None:
            yield ExecutionResult(None, [refused])
            return
    only = (OperationType.SUBSCRIPTION,)
    source: Any = await schema.stream(**asked, context_value=own, allowed_operation_types=only)  # type: ignore[attr-defined]
    async with aclosing(source):
        async for result in source:
            yield result


def is_last(result: ExecutionResult) -> bool:
    """Whether the subscription ended with it: it could not begin, or cannot go on."""
    return result.data is None and bool(result.errors)


def errors_of(result: ExecutionResult, context: Context) -> list[dict[str, Any]]:
    return [formatted(_own(error), context) for error in result.errors or ()]


def _own(error: GraphQLError) -> GraphQLError:
    """Strawberry's words for an operation that is no subscription have no code."""
    if isinstance(error.original_error, InvalidOperationTypeError | CannotGetOperationTypeError):
        return GraphQLError("", original_error=BadRequest("subscriptions_only"))
    return error


def refused(refusal: Refusal, context: Context) -> list[dict[str, Any]]:
    """A refusal as the errors of a result."""
    return [formatted(GraphQLError(str(refusal), original_error=refusal), context)]


def body_of(result: ExecutionResult, context: Context) -> dict[str, Any]:
    """A result as clients get it."""
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = errors_of(result, context)
    if result.extensions:
        body["extensions"] = result.extensions
    return body
