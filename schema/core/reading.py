"""Fields that are read: from the resolver straight to the one gate, its bytes straight to the body.

They are declared with Strawberry like every other field. Their resolvers are put in at the level of graphql-core,
because a selection is read from the document itself: converting a `where` to objects and back would only cost time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, get_named_type

from schema.core.arguments import arguments, shape, symbolic
from schema.core.context import Context
from schema.core.selections import Selector
from service.core import ids, tracing
from service.core.errors import BadRequest
from service.core.fields import BY_PREFIX, ENTITIES
from service.core.selection import ById, ByIds, Condition, Many, ObjectSelection, Selection, TypeName
from service.core.viewer import Viewer
from service.operations import reading

Resolver = Callable[..., Awaitable[Any]]


WHOLE: set[Resolver] = set()
"""Resolvers whose answer is complete JSON, or null."""


def whole(resolver: Resolver) -> Resolver:
    """Note that what this resolver gives is the whole answer: nothing under it is resolved."""
    WHOLE.add(resolver)
    return resolver


LARGEST_PAGE = 100
_KEYS, _PREFIXES = " keys", " prefixes"
"""Stand beside the variables of the request; no GraphQL name has a blank in it."""


async def _read(
    info: GraphQLResolveInfo,
    select: Callable[[Selector], Selection],
    kind: Hashable = None,
    beside: dict[str, Any] | None = None,
) -> Any:
    """`kind` and `beside`: what the selection depends on, and its values, besides document and variables."""
    context: Context = info.context
    variables: dict[str, Any] = info.variable_values  # type: ignore[assignment] - Strawberry hands over the plain values

    def selection() -> Selection:
        return select(Selector(info.fragments, symbolic(variables)))

    key = (tuple(map(id, info.field_nodes)), kind, shape(variables))
    values = {**variables, **beside} if beside else variables
    # One after the other, also where several are under one field: one request holds one connection.
    async with context.sequence:
        viewer = await context.require_viewer()
        with tracing.span(f"read {info.field_name}"):
            answer = await reading.read(viewer, selection, values, key=key, keep=info.field_nodes)
    return None if answer == b"null" else orjson.Fragment(answer)


@dataclass(frozen=True)
class Narrowed:
    """Part of a list: what holds of it, defaults of arguments, and a name for both in the plan cache."""

    only: Condition
    defaults: dict[str, Any]
    kind: Hashable


Narrow = Callable[[GraphQLResolveInfo, dict[str, Any]], Awaitable[Narrowed | None]]


def list_resolver(
    extra: dict[str, Any] | None = None,
    narrow: Narrow | None = None,
    asked: Callable[..., Selection] = Selector.connection,
) -> Resolver:
    """Resolves a connection over everything of one type. `extra`: defaults of further arguments. `narrow` makes of the
    arguments the part of the list that is wanted, None for all of it. `asked` reads the document: another reading of
    it than as a list takes the same arguments."""

    async def resolve(_source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        field = info.parent_type.fields[info.field_name]
        defaults = {k: v for k, v in (extra or {}).items() if given.get(k) is None}
        part = None if narrow is None else await narrow(info, given)
        if part is None:
            return await _read(info, lambda selector: asked(selector, info.field_nodes, field, defaults))
        defaults |= {k: v for k, v in part.defaults.items() if given.get(k) is None}
        return await _read(
            info, lambda selector: asked(selector, info.field_nodes, field, defaults, part.only), part.kind
        )

    return whole(resolve)


def narrowed_list_resolver(narrow: Callable[[Viewer, dict[str, Any]], tuple[Condition, dict[str, Any]]]) -> Resolver:
    """Resolves a connection over part of one type. `narrow` makes of viewer and arguments the condition that holds of
    that part, and the values of its slots; conditions that differ in more than values are not equal."""

    async def resolve(_source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        field = info.parent_type.fields[info.field_name]
        only, values = narrow(await info.context.require_viewer(), given)
        return await _read(info, lambda selector: selector.connection(info.field_nodes, field, only=only), only, values)

    return whole(resolve)


@whole
async def resolve_record(_source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
    """Resolves one record of a known type by `id`, at `asOf` where that is given; null where it does not exist for the
    viewer."""
    kind = get_named_type(info.return_type)
    assert isinstance(kind, GraphQLObjectType)

    def select(selector: Selector) -> ById:
        given = arguments(info.parent_type.fields[info.field_name], info.field_nodes[0], selector.variables)
        found = ById(selector.record(info.field_nodes, kind), given["id"], given.get("asOf"))
        if found.as_of is not None and any(isinstance(item, Many) for item in found.target.items):
            raise BadRequest("as_of_lists")
        return found

    return await _read(info, select)


@whole
async def resolve_node(_source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
    """Resolves one record of any type by its id; null where it does not exist for the viewer."""
    return await read_by_id(info, given["id"])


@whole
async def resolve_nodes(_source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
    """Resolves several records of any types, in the order of their ids, null where one does not exist."""
    wanted = [ids.from_global(key) for key in given["ids"]]
    if len(wanted) > LARGEST_PAGE:
        raise BadRequest("page_size", largest=LARGEST_PAGE, given=len(wanted))
    return await read_by_ids(info, wanted)


async def read_by_ids(info: GraphQLResolveInfo, wanted: list[tuple[str, UUID]]) -> Any:
    """The records with these prefixes and keys, in their order, with what the document selects of each."""
    kinds = sorted({BY_PREFIX[prefix].name for prefix, _ in wanted})

    def select(selector: Selector) -> Selection:
        targets = (selector.record(info.field_nodes, _object_type(info, kind)) for kind in kinds)
        return ByIds(tuple(targets), reading.Slot((_KEYS,)), reading.Slot((_PREFIXES,)))

    beside = {_KEYS: [key for _, key in wanted], _PREFIXES: [prefix for prefix, _ in wanted]}
    return await _read(info, select, tuple(kinds), beside)


async def read_by_id(info: GraphQLResolveInfo, global_id: str) -> Any:
    """The record with that id, with what the document selects of it."""
    kind = BY_PREFIX[ids.from_global(global_id)[0]].name

    def select(selector: Selector) -> Selection:
        return ById(selector.record(info.field_nodes, _object_type(info, kind)), reading.Slot((_KEYS,)))

    return await _read(info, select, kind, {_KEYS: global_id})


async def exists(info: GraphQLResolveInfo, global_id: str) -> bool:
    """Whether the record with that id exists for the viewer."""
    kind = BY_PREFIX[ids.from_global(global_id)[0]].name
    only = ById(ObjectSelection(kind, (TypeName("kind"),)), reading.Slot((_KEYS,)))
    return await _read(info, lambda _selector: only, ("exists", kind), {_KEYS: global_id}) is not None


def _object_type(info: GraphQLResolveInfo, name: str) -> GraphQLObjectType:
    kind = info.schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return kind


def resolve_payload_record(attribute: str) -> Resolver:
    """Resolves the record of a mutation's payload from the id that the operation returned."""

    async def resolve(source: Any, info: GraphQLResolveInfo, **_given: Any) -> Any:
        global_id = getattr(source, attribute)
        return None if global_id is None else await read_by_id(info, global_id)

    return resolve


def resolve_records(name: str, keys_of: Callable[[Any], list[UUID]]) -> Resolver:
    """Resolves records of one type from the keys that the source holds, in their order, in one statement."""

    async def resolve(source: Any, info: GraphQLResolveInfo, **_given: Any) -> Any:
        keys = keys_of(source)

        def select(selector: Selector) -> Selection:
            target = selector.record(info.field_nodes, _object_type(info, name))
            return ByIds((target,), reading.Slot((_KEYS,)), reading.Slot((_PREFIXES,)))

        return await _read(info, select, name, {_KEYS: keys, _PREFIXES: [ENTITIES[name].prefix] * len(keys)})

    return resolve


def install(schema: GraphQLSchema, resolvers: dict[str, Resolver]) -> None:
    """Put the resolvers in, keyed by `Type.field`."""
    for place, resolver in resolvers.items():
        type_name, field_name = place.split(".")
        kind = schema.type_map[type_name]
        assert isinstance(kind, GraphQLObjectType)
        kind.fields[field_name].resolve = resolver
