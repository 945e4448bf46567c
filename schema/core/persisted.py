"""Documents that a request names instead of sending them: trusted ones, and those that were sent once before."""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import OperationType, get_named_type, get_operation_ast, is_enum_type, type_from_ast

from schema.core.context import Context
from schema.core.documents import Documents
from schema.core.door import Parameters
from service.core.errors import Refusal, RequestRefused
from service.core.settings import SettingsError
from service.operations import persisted

HARMLESS = ("Int", "Boolean", "ID")
"""Types of variables that may stand in an address, which is logged on its way: they hold no personal data (SEC-F4)."""


class Persisted:
    """The documents that a server knows by name. With `trusted` ones, no others run (SEC-C3)."""

    def __init__(self, schema: strawberry.Schema, documents: Documents, trusted: dict[str, str] | None) -> None:
        self._schema, self._documents, self._trusted = schema, documents, trusted
        documents.trusted = None if trusted is None else frozenset(trusted.values())
        for name, text in (trusted or {}).items():
            found = documents.known(schema, text)
            if found.errors:
                said = found.errors[0].message
                raise SettingsError(f"CRM_TRUSTED_DOCUMENTS: the document {name} is not valid: {said}")

    @property
    def by_address(self) -> bool:
        """Whether GET is served at all."""
        return self._trusted is not None

    async def text(self, given: Parameters, context: Context) -> str | None:
        """The document that is named, which is kept where it is sent as well."""
        name = given.document_id or ""
        if self._trusted is not None:
            return self._trusted.get(name) or given.query or _unknown("DOCUMENT_NOT_TRUSTED", 403)
        if given.query is None:
            return await persisted.find(name) or _unknown("PERSISTED_QUERY_NOT_FOUND", 200)
        if given.digest is None:
            return given.query
        if persisted.digest(given.query) != given.digest:
            raise RequestRefused("PERSISTED_QUERY_MISMATCH")
        if not self._documents.known(self._schema, given.query).errors and await _is_signed_in(context):
            await persisted.keep(given.digest, given.query)
        return given.query

    def of_address(self, given: Parameters) -> str:
        """The trusted query that a GET names, with variables that hold nothing personal."""
        text = (self._trusted or {}).get(given.document_id or "")
        if text is None or not self._is_harmless(text, given.operation_name):
            raise RequestRefused("METHOD_NOT_ALLOWED", 405)
        return text

    def _is_harmless(self, text: str, operation_name: str | None) -> bool:
        document: Any = self._documents.known(self._schema, text).document
        operation = get_operation_ast(document, operation_name)
        if operation is None or operation.operation is not OperationType.QUERY:
            return False
        kinds = [
            get_named_type(type_from_ast(self._schema._schema, d.type)) for d in operation.variable_definitions or ()
        ]
        return all(is_enum_type(kind) or getattr(kind, "name", "") in HARMLESS for kind in kinds)


def _unknown(code: str, status: int) -> str:
    raise RequestRefused(code, status)


async def _is_signed_in(context: Context) -> bool:
    """Whether somebody is: nobody else fills what all processes share."""
    if context.token is None:
        return False
    try:
        await context.require_viewer(may_have_initial_password=True)
    except Refusal:
        return False
    return True
