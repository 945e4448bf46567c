"""How large a document may be, checked before it is validated or run (SEC-C1).

Validation compares fields with one another, and execution multiplies them: both stay cheap only for documents that
are bounded. Everything here is linear in the document, also where fragments spread fragments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    Lexer,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Source,
    TokenKind,
    parse,
)

from service.core.errors import RequestRefused

CHARACTERS = 15_000
TOKENS = 1_000
DEPTH = 10
INTROSPECTION_DEPTH = 20
"""The query that tools send unwraps types nine times."""
ALIASES = 15
REPEATS = 30
"""Fields that one level names again. Each is compared with every other of its name."""
DIRECTIVES = 50
ROOT_FIELDS = 20
MUTATIONS = 10


def parsed(text: str) -> DocumentNode:
    """The document. Raises RequestRefused where a limit is exceeded, and GraphQLSyntaxError."""
    if len(text) > CHARACTERS:
        raise RequestRefused("QUERY_TOO_LONG", limit=CHARACTERS, given=len(text))
    try:
        document = parse(text, max_tokens=TOKENS)
    except GraphQLSyntaxError as error:
        _explain(text, error)
        raise
    _check(document)
    return document


def _explain(text: str, error: GraphQLSyntaxError) -> None:
    """Raise RequestRefused where the parser stopped at a limit and not at a mistake."""
    if "more than" in error.message and "tokens" in error.message:
        raise RequestRefused("QUERY_TOO_MANY_TOKENS", limit=TOKENS, given=_tokens(text)) from None
    if "nested too deeply" in error.message:
        raise RequestRefused("QUERY_TOO_DEEP", limit=DEPTH, given=text.count("{")) from None


def _tokens(text: str) -> int:
    """How many there are; those behind a character that begins none do not count."""
    lexer, count = Lexer(Source(text)), 0
    try:
        while lexer.advance().kind is not TokenKind.EOF:
            count += 1
    except GraphQLSyntaxError:
        pass
    return max(count, TOKENS + 1)


def _refuse_more(code: str, limit: int, given: int) -> None:
    if given > limit:
        raise RequestRefused(code, limit=limit, given=given)


def _check(document: DocumentNode) -> None:
    seen = _Document(document)
    _refuse_more("QUERY_TOO_MANY_DIRECTIVES", DIRECTIVES, seen.directives)
    for operation in seen.operations:
        fields = seen.level(operation.selection_set)
        if operation.operation is OperationType.MUTATION:
            _refuse_more("QUERY_TOO_MANY_MUTATIONS", MUTATIONS, len(fields))
        _refuse_more("QUERY_TOO_MANY_ROOT_FIELDS", ROOT_FIELDS, len(fields))
        for field in fields:
            limit = INTROSPECTION_DEPTH if field.name.value.startswith("__") else DEPTH
            depth = 1 + (seen.depth(field.selection_set, limit) if field.selection_set else 0)
            _refuse_more("QUERY_TOO_DEEP", limit, depth)
    for selections in seen.sets:
        fields = seen.level(selections)
        _refuse_more("QUERY_TOO_MANY_ALIASES", ALIASES, sum(field.alias is not None for field in fields))
        keys = {field.alias.value if field.alias else field.name.value for field in fields}
        _refuse_more("QUERY_TOO_MANY_REPEATS", REPEATS, len(fields) - len(keys))


class _Document:
    """A document's selections, and what was found out about them."""

    def __init__(self, document: DocumentNode) -> None:
        self.operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.sets: list[SelectionSetNode] = []
        self.directives = 0
        self._depths: dict[int, int] = {}
        for definition in (*self.operations, *self.fragments.values()):
            self.directives += len(definition.directives or ())
            self._walk(definition.selection_set)

    def _walk(self, selections: SelectionSetNode) -> None:
        self.sets.append(selections)
        for node in selections.selections:
            self.directives += len(node.directives or ())
            inner = getattr(node, "selection_set", None)
            if inner is not None:
                self._walk(inner)

    def level(self, selections: SelectionSetNode) -> list[FieldNode]:
        """The fields of one level, those of fragments included, each fragment once."""
        return list(self._fields(selections, set()))

    def _fields(self, selections: SelectionSetNode, spread: set[str]) -> Iterator[FieldNode]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node
            elif not isinstance(node, FragmentSpreadNode):
                yield from self._fields(node.selection_set, spread)  # type: ignore[attr-defined]
            elif node.name.value in self.fragments and node.name.value not in spread:
                spread.add(node.name.value)
                yield from self._fields(self.fragments[node.name.value].selection_set, spread)

    def depth(self, selections: SelectionSetNode, limit: int) -> int:
        """How many levels there are from here on; one more than `limit` where a fragment holds itself."""
        known = self._depths.get(id(selections))
        if known is None:
            self._depths[id(selections)] = limit + 1  # until it is known: a cycle meets this
            known = self._depths[id(selections)] = 1 + max(self._below(self.level(selections), limit), default=0)
        return known

    def _below(self, fields: Iterable[FieldNode], limit: int) -> Iterator[int]:
        return (self.depth(field.selection_set, limit) for field in fields if field.selection_set)
