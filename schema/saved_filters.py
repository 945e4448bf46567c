"""Filters that people keep, and lists by them (D49)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry
from graphql import GraphQLError, GraphQLInputType, GraphQLList, GraphQLNonNull, GraphQLSchema
from graphql.utilities import coerce_input_value, validate_input_value

from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from schema.core.payloads import key_of
from schema.core.reading import Narrowed, Resolver, list_resolver, read_by_id
from schema.core.scalars import DateTime, Json
from schema.core.selections import conditions, order_of
from schema.core.types import argument, lazy
from service.core import enums, ids, messages
from service.core.errors import BadRequest, ErrorCode, FieldError, UserErrors
from service.core.fields import DEPARTMENT, USER
from service.core.ids import to_global
from service.core.selection import Condition
from service.operations import saved_filters

Info = strawberry.Info
FilterEntity = graphql_enum(enums.FilterEntity)
PREFIX = "fil"
DEEPEST = 20
"""Levels of objects and lists in conditions."""
ARGUMENT = argument(
    strawberry.ID | None,
    "Only records that a saved filter finds, under your own rights, in its order unless `orderBy` is given.",
)
_WHERE = "The conditions, as the `where` of the list takes them."
_ORDER = "The order, as the `orderBy` of the list takes it."
_COLUMNS = "Names of fields to show, such as `name` or `owner.name`."
_SHARED = "Shared with this department and all below it; private where it is null."


@strawberry.type(description="A filter under a name: private, or shared with a department and those below it (D49).")
class SavedFilter:
    id: strawberry.ID = strawberry.field(description="Opaque; for `savedFilter` of a list, and for changes.")
    name: str = strawberry.field(description="What its owner calls it.")
    entity: FilterEntity = strawberry.field(description="The list that it is for.")  # type: ignore[valid-type]
    where: Json = strawberry.field(description=_WHERE)
    order_by: Json = strawberry.field(description=_ORDER)
    columns: list[str] = strawberry.field(description=_COLUMNS)
    owner: Any = strawberry.field(graphql_type=lazy("User") | None, description="Whose it is.")
    shared_with: Any = strawberry.field(graphql_type=lazy("Department") | None, description=_SHARED)
    is_editable: bool = strawberry.field(description="Whether you may change it: its owner alone may.")
    is_deletable: bool = strawberry.field(description="Whether you may delete it.")
    version: int = strawberry.field(description="Sent back with a change, so that a stale one is refused.")
    created_at: DateTime = strawberry.field(description="When it was saved.")
    updated_at: DateTime = strawberry.field(description="When it was last changed.")

    @classmethod
    def of(cls, found: saved_filters.Saved, viewer: Any) -> SavedFilter:
        names = ("name", "entity", "where", "order_by", "columns", "version", "created_at", "updated_at")
        return cls(
            id=to_global(PREFIX, found.id),  # type: ignore[arg-type]
            owner=to_global(USER.prefix, found.owner_id),
            shared_with=found.department_id and to_global(DEPARTMENT.prefix, found.department_id),
            is_editable=saved_filters.may_edit(viewer, found),
            is_deletable=saved_filters.may_delete(viewer, found),
            **{name: getattr(found, name) for name in names},
        )


@strawberry.input(description="Keeps a filter.")
class CreateSavedFilterInput:
    name: str = strawberry.field(description="What you call it; one of yours only has this name.")
    entity: FilterEntity = strawberry.field(description="The list that it is for; stays for ever.")  # type: ignore[valid-type]
    where: Json | None = strawberry.field(default=strawberry.UNSET, description=_WHERE)
    order_by: Json | None = strawberry.field(default=strawberry.UNSET, description=_ORDER)
    columns: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_COLUMNS)
    shared_with_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=_SHARED)


@strawberry.input(description="Changes of a saved filter of yours. What is left out stays; null clears.")
class UpdateSavedFilterInput:
    id: strawberry.ID = strawberry.field(description="The filter.")
    version: int = strawberry.field(description="The version that you read; a stale one is refused.")
    name: str | None = strawberry.field(default=strawberry.UNSET, description="What you call it.")
    where: Json | None = strawberry.field(default=strawberry.UNSET, description=_WHERE)
    order_by: Json | None = strawberry.field(default=strawberry.UNSET, description=_ORDER)
    columns: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_COLUMNS)
    shared_with_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=_SHARED)


@strawberry.input(description="Deletes a saved filter.")
class DeleteSavedFilterInput:
    id: strawberry.ID = strawberry.field(description="The filter.")


@strawberry.type(description="A filter that was saved.")
class SavedFilterPayload:
    saved_filter: SavedFilter | None = strawberry.field(description="The filter; null where it was not saved.")
    user_errors: list[UserError] = strawberry.field(
        description="Everything that is wrong with the input; then nothing was saved."
    )


@strawberry.type(description="Says that a saved filter is gone.")
class DeleteSavedFilterPayload:
    deleted_id: strawberry.ID = strawberry.field(description="The id that it had.")


def filter_key(global_id: str) -> UUID:
    """The key in the id of a saved filter."""
    return ids.key_of(PREFIX, global_id)


def _given(input: Any) -> dict[str, Any]:
    found = {name: getattr(input, name) for name in ("name", "where", "order_by", "columns")}
    found["department_id"] = input.shared_with_id
    values = {name: value for name, value in found.items() if value is not strawberry.UNSET}
    if values.get("department_id"):
        values["department_id"] = key_of(values["department_id"], DEPARTMENT)
    return values


class Reader:
    """Reads what a client wrote against the inputs of this schema."""

    def __init__(self, schema: GraphQLSchema, locale: str) -> None:
        self.schema, self.locale = schema, locale

    def __call__(self, entity: enums.FilterEntity, where: Any, order_by: Any) -> saved_filters.Parsed:
        spec = saved_filters.ENTITY[entity]
        kinds: dict[str, Any] = self.schema.type_map  # type: ignore[assignment]
        order: GraphQLInputType = GraphQLList(GraphQLNonNull(kinds[f"{spec.name}OrderBy"]))
        faults: list[FieldError] = []
        if _depth(where) > DEEPEST:
            return saved_filters.Parsed(faults=[_fault("where", [], f"> {DEEPEST}")])
        coerced = self._coerced("where", where, kinds[f"{spec.name}Where"], faults)
        steps = self._coerced("orderBy", order_by, order, faults)
        condition: Condition | None = None
        try:
            condition = None if faults else conditions(coerced, spec)
        except BadRequest as refused:
            faults.append(_fault("where", [], messages.refusal(refused, self.locale)))
        if condition is None:
            return saved_filters.Parsed(faults=faults)
        return saved_filters.Parsed(condition, order_of(steps))

    def _coerced(self, name: str, value: Any, kind: GraphQLInputType, faults: list[FieldError]) -> Any:
        def note(error: GraphQLError, path: list[str | int]) -> None:
            faults.append(_fault(name, path, error.message))

        validate_input_value(value, kind, note, hide_suggestions=True)
        return coerce_input_value(value, kind)


def _fault(name: str, path: list[Any], message: str) -> FieldError:
    plain = message.rstrip(".。")
    return FieldError(ErrorCode.FILTER_INVALID, (name, *map(str, path)), {"message": plain})


def _depth(value: Any) -> int:
    """How deep objects and lists lie in each other, as far as it matters."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        inner = [v.values() if isinstance(v, dict) else v for v in level if isinstance(v, dict | list)]
        level, depth = [one for values in inner for one in values], depth + 1
    return depth


async def narrowed(info: Any, given: dict[str, Any]) -> Narrowed | None:
    """What the argument `savedFilter` of a list means for this viewer; NOT_FOUND where it does not exist for him."""
    wanted = given.get("savedFilter")
    if wanted is None:
        return None
    context = info.context
    found = await saved_filters.one(await context.require_viewer(), filter_key(wanted))
    if info.field_name.removesuffix("Aggregate") != _LISTS[found.entity]:
        raise BadRequest("filter_of_another_list")
    parsed = Reader(info.schema, context.locale)(found.entity, found.where, found.order_by)
    if parsed.faults:
        raise BadRequest("filter_invalid", fault=parsed.faults[0].params["message"])
    order = [{"field": step.field, "direction": step.direction} for step in parsed.order]
    # A change makes another version, and so another plan.
    return Narrowed(parsed.condition, {"orderBy": order} if order else {}, (found.id, found.version))


_LISTS = {
    enums.FilterEntity.CUSTOMER: "customers",
    enums.FilterEntity.CONTACT: "contacts",
    enums.FilterEntity.FOLLOW_UP: "followUps",
}


def filtered_list(extra: dict[str, Any] | None = None, **how: Any) -> Resolver:
    """Resolves a list that takes a saved filter."""
    return list_resolver(extra, narrowed, **how)


async def _answer(info: Info, work: Any) -> SavedFilterPayload:
    viewer = await info.context.require_viewer()
    try:
        key = await work(viewer)
    except UserErrors as refused:
        return SavedFilterPayload(saved_filter=None, user_errors=user_errors(refused, info.context.locale))
    return SavedFilterPayload(saved_filter=SavedFilter.of(await saved_filters.one(viewer, key), viewer), user_errors=[])


def _reader(info: Info) -> Reader:
    return Reader(info.schema._schema, info.context.locale)


@strawberry.type
class SavedFiltersQuery:
    @strawberry.field(
        description="Your saved filters, and those shared with your department, one above it, or one that you manage; "
        "by name."
    )
    async def saved_filters(
        self,
        info: Info,
        entity: Annotated[FilterEntity | None, strawberry.argument(description="Only those for this list.")] = None,  # type: ignore[valid-type]
    ) -> list[SavedFilter]:
        viewer = await info.context.require_viewer()
        return [SavedFilter.of(found, viewer) for found in await saved_filters.visible(viewer, entity)]


@strawberry.type
class SavedFiltersMutation:
    @strawberry.mutation(description="Keep a filter that you could apply yourself.")
    async def create_saved_filter(self, info: Info, input: CreateSavedFilterInput) -> SavedFilterPayload:
        given, read = _given(input), _reader(info)
        return await _answer(info, lambda viewer: saved_filters.create(viewer, input.entity, given, read))

    @strawberry.mutation(description="Change a saved filter of yours.")
    async def update_saved_filter(self, info: Info, input: UpdateSavedFilterInput) -> SavedFilterPayload:
        key, given, read = filter_key(input.id), _given(input), _reader(info)
        return await _answer(info, lambda viewer: saved_filters.update(viewer, key, input.version, given, read))

    @strawberry.mutation(
        description="Delete a saved filter of yours; one of somebody who has left, as manager of its department."
    )
    async def delete_saved_filter(self, info: Info, input: DeleteSavedFilterInput) -> DeleteSavedFilterPayload:
        await saved_filters.delete(await info.context.require_viewer(), filter_key(input.id))
        return DeleteSavedFilterPayload(deleted_id=input.id)


def _record(attribute: str) -> Resolver:
    async def resolve(source: Any, info: Any, **_given: Any) -> Any:
        global_id = getattr(source, attribute)
        return None if global_id is None else await read_by_id(info, global_id)

    return resolve


RESOLVERS: dict[str, Resolver] = {
    "SavedFilter.owner": _record("owner"),
    "SavedFilter.sharedWith": _record("shared_with"),
}
