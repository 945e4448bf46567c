"""Documents: parsed, checked and validated once, then known by their text.

The same text gives the same document object each time: the plan cache relies on it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    get_operation_ast,
    specified_rules,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from schema.core.cost import Cost, cost_of
from schema.core.limits import CHARACTERS, parsed
from service.core.errors import RequestRefused

LARGEST_NUMBER = 1000
LONGEST_NAME = 64
LARGEST_SIZE = 100_000
"""Tokens of all documents together: in memory, one takes about half a kilobyte."""


@dataclass
class KnownDocument:
    """A document that was parsed and validated, or why it is refused."""

    document: DocumentNode | None
    errors: list[GraphQLError]
    size: int
    """Tokens, or as many as a refused text counts for."""
    unpaid: int
    """Tokens whose parsing nobody has been charged for yet."""
    reads: dict[str | None, Any] = field(default_factory=dict)
    """By operation: the read that it is, None where it is more (see `schema.core.direct`)."""
    costs: dict[str | None, Cost] = field(default_factory=dict)

    def cost(self, schema: strawberry.Schema, operation_name: str | None) -> Cost | None:
        """The cost of one operation; None where there is none of that name, or several and no name."""
        if operation_name not in self.costs:
            operation = None if self.document is None else get_operation_ast(self.document, operation_name)
            if operation is None:  # not remembered: names that do not exist are without number
                return None
            self.costs[operation_name] = _cost(schema, self.document, operation)
        return self.costs[operation_name]

    def name(self, operation_name: str | None) -> str:
        """That of the operation that runs: a word of GraphQL, without blanks, signs or Chinese."""
        operation = None if self.document is None else get_operation_ast(self.document, operation_name)
        return operation.name.value[:LONGEST_NAME] if operation is not None and operation.name is not None else ""

    def take_unpaid(self) -> int:
        taken, self.unpaid = self.unpaid, 0
        return taken


def _cost(schema: strawberry.Schema, document: Any, operation: OperationDefinitionNode) -> Cost:
    fragments = (d for d in document.definitions if isinstance(d, FragmentDefinitionNode))
    return cost_of(schema._schema, operation, fragments)


class Documents:
    """The documents used last, bounded by number and by size."""

    def __init__(self, number: int = LARGEST_NUMBER, size: int = LARGEST_SIZE) -> None:
        self._number, self._size = number, size
        self._known: OrderedDict[str, KnownDocument] = OrderedDict()
        self.held = 0
        """Tokens of the documents that are kept."""
        self.introspection = True
        self.trusted: frozenset[str] | None = None
        """The only texts that run, where just trusted documents do."""

    def __len__(self) -> int:
        return len(self._known)

    def known(self, schema: strawberry.Schema, text: str) -> KnownDocument:
        """The document with that text; what is wrong with it is in `errors`."""
        found = self._known.get(text)
        if found is not None:
            self._known.move_to_end(text)
            return found
        made = self._made(schema, text)
        if len(text) <= CHARACTERS:
            self._keep(text, made)
        return made

    def _keep(self, text: str, made: KnownDocument) -> None:
        self._known[text] = made
        self.held += made.size
        while len(self._known) > self._number or self.held > self._size:
            _, gone = self._known.popitem(last=False)
            self.held -= gone.size

    def _made(self, schema: strawberry.Schema, text: str) -> KnownDocument:
        if self.trusted is not None and text not in self.trusted:
            return _refused(RequestRefused("DOCUMENT_NOT_TRUSTED", 403), len(text) // 10)
        try:
            document = parsed(text)
        except RequestRefused as refusal:
            return _refused(refusal, len(text) // 10)
        except GraphQLError as error:
            return _unusable(error, len(text) // 10)
        if not self.introspection and _introspects(document):
            return _refused(RequestRefused("INTROSPECTION_OFF", 403), document.token_count)
        errors = validate_document(schema._schema, document, tuple(specified_rules))
        return KnownDocument(document, errors, document.token_count, document.token_count)


def _refused(refusal: RequestRefused, size: int) -> KnownDocument:
    return _unusable(GraphQLError(refusal.code, original_error=refusal), size)


def _unusable(error: GraphQLError, size: int) -> KnownDocument:
    return KnownDocument(None, [error], size + 1, size)


def _introspects(document: DocumentNode) -> bool:
    """Whether `__schema` or `__type` are asked for, anywhere."""
    waiting: list[Any] = [getattr(d, "selection_set", None) for d in document.definitions]
    waiting = [selections for selections in waiting if selections is not None]
    while waiting:
        for node in waiting.pop().selections:
            if getattr(node, "name", None) is not None and node.name.value in ("__schema", "__type"):
                return True
            if getattr(node, "selection_set", None) is not None:
                waiting.append(node.selection_set)
    return False


DOCUMENTS = Documents()
"""One cache for the process."""


class DocumentCache(SchemaExtension):
    """Takes documents from the cache, for queries, mutations and subscriptions alike."""

    def on_operation(self):  # type: ignore[no-untyped-def]
        context = self.execution_context
        self._found = DOCUMENTS.known(context.schema, context.query) if context.query else None  # type: ignore[arg-type]
        if self._found is not None:
            if self._found.document is None:
                raise self._found.errors[0]
            context.graphql_document = self._found.document
        yield

    def on_validate(self):  # type: ignore[no-untyped-def]
        if self._found is not None:
            self.execution_context.pre_execution_errors = self._found.errors
        yield
