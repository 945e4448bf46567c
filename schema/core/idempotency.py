"""Mutations that their callers may repeat: by `clientMutationId` in the input, or by the header `Idempotency-Key`.

Put around every mutation at once, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
)
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.base import StrawberryType
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from schema.core.context import Context
from service.core.errors import BadRequest
from service.operations import idempotency

MEMBER = "client_mutation_id"
NAME = to_camel_case(MEMBER)
LONGEST = 200

_GIVEN = (
    "A key of your choice, so that you may call again when no answer came: the same key and input have one effect and"
    " one result for 24 hours."
)


def offer(mutations: type) -> None:
    """Give the input and the payload of every mutation the member `clientMutationId`."""
    for field in _definition(mutations).fields:
        for argument in field.arguments:
            _add(argument.type, default=strawberry.UNSET, description=_GIVEN)
        _add(field.type, default=None, description="The key that you gave.")


def _definition(kind: Any) -> Any:
    return kind.__strawberry_definition__


def _add(kind: StrawberryType | type, *, default: Any, description: str) -> None:
    fields = _definition(kind).fields
    if any(field.python_name == MEMBER for field in fields):
        return
    made: StrawberryField = strawberry.field(default=default, description=description)
    made.python_name = made.name = MEMBER
    made.type_annotation = StrawberryAnnotation(str | None)
    made.origin = kind  # type: ignore[assignment]
    fields.append(made)


def install(schema: GraphQLSchema) -> None:
    """Run every mutation under the key that its caller gave."""
    assert schema.mutation_type is not None
    for field in schema.mutation_type.fields.values():
        field.resolve = _once(field.resolve)


def _once(resolve: Any) -> Any:
    async def run(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        own = (given.get("input") or {}).pop(NAME, None)
        key = own if own is not None else _from_header(info)
        payload = await (resolve(source, info, **given) if key is None else _under(key, resolve, source, info, given))
        setattr(payload, MEMBER, own)
        return payload

    return run


async def _under(key: str, resolve: Any, source: Any, info: GraphQLResolveInfo, given: dict[str, Any]) -> Any:
    if not 1 <= len(key) <= LONGEST:
        raise BadRequest("idempotency_key_format")
    canonical = orjson.dumps([info.field_name, given], default=str, option=orjson.OPT_SORT_KEYS).decode()
    with idempotency.repeatable(key, canonical):
        return await resolve(source, info, **given)


def _from_header(info: GraphQLResolveInfo) -> str | None:
    context: Context = info.context
    if context.idempotency_key is not None and _count(info.operation.selection_set.selections, info.fragments) > 1:
        raise BadRequest("idempotency_key_for_one")
    return context.idempotency_key


def _count(selections: Iterable[SelectionNode], fragments: dict[str, FragmentDefinitionNode]) -> int:
    """How many mutations a document calls."""
    count = 0
    for selection in selections:
        match selection:
            case FieldNode():
                count += 1
            case InlineFragmentNode():
                count += _count(selection.selection_set.selections, fragments)
            case FragmentSpreadNode():
                count += _count(fragments[selection.name.value].selection_set.selections, fragments)
    return count
