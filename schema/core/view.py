"""GraphQL over HTTP: the request comes in, bytes go out."""

from __future__ import annotations

import re
import secrets
from json import JSONDecodeError
from typing import Any

import orjson
from starlette.requests import Request
from strawberry.asgi import GraphQL
from strawberry.extensions import SchemaExtension
from strawberry.http import GraphQLHTTPResponse
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext, validate_document
from strawberry.types import ExecutionResult

from schema.core.context import Context
from schema.core.errors import formatted

LOCALES = {"zh": "zh-CN", "en": "en"}
_KNOWN_DOCUMENTS = 1000


class PassThrough(StrawberryGraphQLCoreExecutionContext):
    """What the reader made is JSON already, and complete: it goes to the body as it is."""

    def complete_value(self, return_type, field_details_list, info, path, result, position_context):  # type: ignore[no-untyped-def, override]
        if type(result) is orjson.Fragment:
            return result
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


class DocumentCache(SchemaExtension):
    """Documents that were parsed and found valid once are not parsed and validated again.

    The same text gives the same document object each time: the plan cache relies on it.
    """

    _known: dict[str, tuple[Any, Any]] = {}  # noqa: RUF012 - one cache for the process

    def on_operation(self):  # type: ignore[no-untyped-def]
        context = self.execution_context
        self._found = self._known.get(context.query or "")
        if self._found is not None:
            context.graphql_document = self._found[0]
        yield

    def on_validate(self):  # type: ignore[no-untyped-def]
        context = self.execution_context
        if self._found is not None:
            context.pre_execution_errors = self._found[1]
        else:
            document = context.graphql_document
            assert document is not None
            errors = validate_document(context.schema._schema, document, context.validation_rules)
            context.pre_execution_errors = errors
            if len(self._known) >= _KNOWN_DOCUMENTS:
                self._known.pop(next(iter(self._known)))
            self._known[context.query or ""] = (document, errors)
        yield


class GraphQLView(GraphQL[Context, None]):
    """The endpoint."""

    default_locale = "zh-CN"

    async def get_context(self, request: Any, response: Any) -> Context:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        wanted = request.headers.get("accept-language", "")
        context = request.state.context = Context(
            token=token.strip() or None if scheme.lower() == "bearer" else None,
            locale=locale_of(wanted, self.default_locale),
            request_id=secrets.token_hex(8),
            client=request.client.host if request.client else "",
        )
        return context

    def encode_json(self, data: object) -> str | bytes:
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        """The request. What no database column can hold (NUL, half a surrogate pair) is refused at the door."""
        decoded = orjson.loads(data)  # refuses half surrogate pairs by itself
        if _holds_nul(decoded):
            raise JSONDecodeError("NUL characters are not allowed", "", 0)
        return decoded

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        context: Context = request.state.context
        body: dict[str, Any] = {}
        if result.errors:
            body["errors"] = [formatted(error, context) for error in result.errors]
            context.codes = [error["extensions"]["code"] for error in body["errors"]]
        if result.data is not None or not result.errors or any(e.path is not None for e in result.errors):
            body["data"] = result.data
        if result.extensions:
            body["extensions"] = result.extensions
        return GraphQLHTTPResponse(**body)  # type: ignore[typeddict-item]


_NUL = re.compile(r"\0|\\u(?:0000|\{0+\})")
"""As it is, and as a GraphQL document can write it."""


def _holds_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(_NUL.search(key) is not None or _holds_nul(item) for key, item in value.items())
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and _NUL.search(value) is not None


def locale_of(accept_language: str, default: str) -> str:
    """The first language of the header that messages exist in."""
    for part in accept_language.split(","):
        language = part.split(";")[0].strip().lower()[:2]
        if language in LOCALES:
            return LOCALES[language]
    return default
