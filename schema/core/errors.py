"""Errors as clients get them: a code that never changes, a sentence in their language, and nothing of the inside."""

from __future__ import annotations

import re
import secrets
from typing import Any

import strawberry
import structlog
from graphql import GraphQLError

from schema.core.context import Context
from service.core import errors, messages

log = structlog.get_logger()

REQUEST_ERROR = "GRAPHQL_VALIDATION_FAILED"

ErrorCode = strawberry.enum(errors.ErrorCode, name="UserErrorCode", description="What is wrong with one value.")
for _value in ErrorCode.__strawberry_definition__.values:  # type: ignore[attr-defined]
    _value.description = messages.description(errors.ErrorCode[_value.name])


@strawberry.type(description="One fault of an input. Nothing was saved.")
class UserError:
    code: ErrorCode = strawberry.field(description="What is wrong. Never changes.")  # type: ignore[valid-type]
    field: list[str] = strawberry.field(description="The path of the input field, from the input downwards.")
    message: str = strawberry.field(description="What is wrong and what would be right, in the caller's language.")


def user_errors(refused: errors.UserErrors, locale: str) -> list[UserError]:
    """Every fault of a refused input."""
    return faults_as_errors(refused.errors, locale)


def faults_as_errors(faults: list[errors.FieldError], locale: str) -> list[UserError]:
    """Faults or warnings in the caller's language."""
    return [
        UserError(code=f.code, field=list(f.field), message=messages.sentence(f.code, locale, f.params))  # type: ignore[arg-type]
        for f in faults
    ]


def formatted(error: GraphQLError, context: Context) -> dict[str, Any]:
    """The error as it goes out. One that is not ours is logged under an id, and only the id goes out."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, errors.Refusal):
        return _with(error, messages.refusal(cause, context.locale), _extensions(cause))
    if cause is None or isinstance(cause, GraphQLError) or _is_coercion(error):
        code = REQUEST_ERROR if error.path is None else "BAD_USER_INPUT"
        return _with(error, _SUGGESTION.sub("", error.message), {"code": code})
    incident = secrets.token_hex(6)
    log.error("internal error", incident=incident, request_id=context.request_id, exc_info=cause)
    return _with(error, messages.internal(incident, context.locale), {"code": "INTERNAL", "incident": incident})


_SUGGESTION = re.compile(r" Did you mean [^?]*\?")
"""graphql-core's guesses at arguments, input fields and enum values; those at fields are switched off (SEC-B7)."""


def _is_coercion(error: GraphQLError) -> bool:
    """A value that a scalar refused: found before anything ran, and worded for the caller."""
    return error.path is None and isinstance(error.original_error, ValueError)


def _extensions(refusal: errors.Refusal) -> dict[str, Any]:
    return {"code": refusal.code, **refusal.extensions()}


def _with(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {"message": message}
    if error.locations:
        plain["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path is not None:
        plain["path"] = error.path
    return {**plain, "extensions": extensions}
