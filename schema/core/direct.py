"""Operations that are one read go straight to the gate: graphql-core would only carry the bytes through.

Most requests of front ends are a query with one root field that the reader answers whole. Once such a document has been
found valid, what graphql-core would do for it is always the same: coerce the variables, call one resolver, and put its
answer under one key. Everything else goes the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    is_non_null_type,
    located_error,
)
from graphql.execution.values import get_argument_values, get_variable_values
from graphql.pyutils import Path
from strawberry.types import ExecutionResult

from schema.core import reading
from schema.core.admission import admit
from schema.core.documents import DOCUMENTS, KnownDocument


@dataclass(frozen=True)
class DirectRead:
    """The one root field of a query, and everything about it that is the same each time."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    key: str
    nodes: list[FieldNode]
    field: GraphQLField
    info: Callable[[Any, Any], GraphQLResolveInfo]
    """From variables and context to what a resolver is told."""

    async def answer(self, given: dict[str, Any], context: Any) -> ExecutionResult | None:
        """The result; None where the variables are wrong, which the ordinary way explains."""
        variables = get_variable_values(self.schema, self.operation.variable_definitions or (), given)
        if isinstance(variables, list):
            return None
        try:
            arguments = get_argument_values(self.field, self.nodes[0], variables)
            found = await self.field.resolve(None, self.info(variables.coerced, context), **arguments)  # type: ignore[misc]
        except Exception as error:  # whatever it is: `formatted` tells what of it goes out
            located = located_error(error, self.nodes, [self.key])
            return ExecutionResult(None if is_non_null_type(self.field.type) else {self.key: None}, [located])
        return ExecutionResult({self.key: found}, None)


def direct_read(schema: GraphQLSchema, document: DocumentNode, operation_name: str | None) -> DirectRead | None:
    """The read that this operation is; None where it is something else."""
    operation = get_operation_ast(document, operation_name)
    query = schema.query_type
    if operation is None or operation.operation is not OperationType.QUERY or operation.directives or query is None:
        return None
    selections = operation.selection_set.selections
    nodes = [node for node in selections if isinstance(node, FieldNode) and not node.directives]
    keys = {node.alias.value if node.alias else node.name.value for node in nodes}
    if len(keys) != 1 or len(nodes) != len(selections):
        return None
    (key,) = keys
    field = query.fields.get(nodes[0].name.value)
    if field is None or field.resolve not in reading.WHOLE:
        return None
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}

    def info(variables: Any, context: Any) -> GraphQLResolveInfo:
        told: Any = {
            "field_name": nodes[0].name.value, "field_nodes": nodes, "return_type": field.type, "parent_type": query,
            "path": Path(None, key, query.name), "schema": schema, "fragments": fragments, "root_value": None,
            "operation": operation, "variable_values": variables, "context": context, "is_awaitable": None,
            "abort_signal": None, "async_helpers": None,
        }  # fmt: skip
        return GraphQLResolveInfo(**told)

    return DirectRead(schema, operation, key, nodes, field, info)


class Schema(strawberry.Schema):
    """Strawberry's schema, with a short way for reads."""

    async def execute(  # type: ignore[override]
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        **others: Any,
    ) -> ExecutionResult:
        known = DOCUMENTS.known(self, query or "")
        context_value.operation = known.name(operation_name)
        refused = await admit(self, known, operation_name, variable_values, context_value)
        if refused is not None:
            return ExecutionResult(None, known.errors or [refused])
        read = self._read(known, operation_name)
        result = None if read is None else await read.answer(variable_values or {}, context_value)
        if result is not None:
            return result
        return await super().execute(query, variable_values, context_value, root_value, operation_name, **others)

    def _read(self, known: KnownDocument, operation_name: str | None) -> DirectRead | None:
        """The read that an operation of a valid document is, None where it is more."""
        if operation_name not in known.reads:
            assert known.document is not None
            known.reads[operation_name] = direct_read(self._schema, known.document, operation_name)
        return known.reads[operation_name]
