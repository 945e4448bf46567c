"""Filters that people keep, for themselves or for their department (D49).

A saved filter belongs to no customer, so it is no record of the reader: for everybody but its owner and those with whom
it is shared it does not exist. It shows nothing: whoever applies it does so under his own rights (D43).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from service.boundary import audit, reading
from service.boundary.work import operation
from service.core import clock, messages
from service.core.enums import FilterEntity, Role
from service.core.errors import BadRequest, Conflict, ErrorCode, FieldError, Forbidden, NotFound
from service.core.fields import CONTACT, CUSTOMER, ENTITIES, FOLLOW_UP
from service.core.selection import (
    ALWAYS_TRUE,
    Condition,
    ConnectionSelection,
    Leaf,
    Nodes,
    ObjectSelection,
    Order,
    Page,
)
from service.core.text import snake
from service.core.viewer import Viewer
from service.operations.faults import Faults
from service.rules import texts
from storage.models import Department, SavedFilter
from storage.queries import saved_filters as queries
from storage.queries import versions

NAME = "SavedFilter"
LONGEST_NAME = 50
LONGEST_TEXT = 10_000
"""Characters of conditions and order, as JSON."""
MOST_COLUMNS = 50
ENTITY = {FilterEntity.CUSTOMER: CUSTOMER, FilterEntity.CONTACT: CONTACT, FilterEntity.FOLLOW_UP: FOLLOW_UP}


@dataclass(frozen=True)
class Parsed:
    """Conditions and order as the reader takes them, or what is wrong with them."""

    condition: Condition = ALWAYS_TRUE
    order: tuple[Order, ...] = ()
    faults: list[FieldError] = field(default_factory=list[FieldError])


Parse = Callable[[FilterEntity, Any, Any], Parsed]
"""Reads what a client wrote, against the inputs of the API: entity, conditions, order."""


@dataclass(frozen=True)
class Saved:
    """A saved filter that exists for the viewer."""

    id: UUID
    owner_id: UUID
    department_id: UUID | None
    name: str
    entity: FilterEntity
    where: Any
    order_by: Any
    columns: list[str]
    version: int
    created_at: datetime
    updated_at: datetime
    owner_left: bool


async def visible(viewer: Viewer, entity: FilterEntity | None = None) -> list[Saved]:
    """One's own, and those shared with one's department, one above it, or one that one manages; by name."""
    rows = await queries.visible(viewer.id, viewer.department_id, list(viewer.managed))
    return [found for found in map(_saved, rows) if entity in (None, found.entity)]


async def one(viewer: Viewer, filter_id: UUID) -> Saved:
    """NOT_FOUND where it does not exist for the viewer."""
    rows = await queries.visible(viewer.id, viewer.department_id, list(viewer.managed), one=filter_id)
    if not rows:
        raise NotFound
    return _saved(rows[0])


def _saved(row: dict[str, Any]) -> Saved:
    typed: dict[str, Any] = {name: orjson.loads(row[name]) for name in ("where", "order_by")}
    typed["entity"] = FilterEntity(row["entity"])
    return Saved(**{**row, **typed})


def may_edit(viewer: Viewer, saved: Saved) -> bool:
    """Its owner alone."""
    return saved.owner_id == viewer.id


def may_delete(viewer: Viewer, saved: Saved) -> bool:
    """Its owner; once he has left, who manages the department that it is shared with, and administrators."""
    manages = saved.department_id in viewer.managed or Role.ADMIN in viewer.roles
    return may_edit(viewer, saved) or (saved.owner_left and manages)


@operation("saved_filter.create")
async def create(viewer: Viewer, entity: FilterEntity, given: Mapping[str, Any], parse: Parse) -> UUID:
    """Keep a filter that the viewer could apply himself."""
    whole: dict[str, Any] = {"name": None, "where": {}, "order_by": [], "columns": [], "department_id": None, **given}
    values = await _checked(viewer, entity, whole, whole, parse, besides=None)
    saved = await SavedFilter.create(**values, owner_id=viewer.id, entity=entity.value)
    changes = {name: (None, _logged(value)) for name, value in {**values, "entity": entity.value}.items()}
    await audit.record(viewer, "saved_filter.create", subject=(NAME, saved.id), changes=changes)
    return saved.id


@operation("saved_filter.update", on=NAME)
async def update(viewer: Viewer, filter_id: UUID, version: int, given: Mapping[str, Any], parse: Parse) -> UUID:
    """Change a filter of one's own. What is left out stays."""
    saved = await _locked(viewer, filter_id)
    if not may_edit(viewer, await one(viewer, filter_id)):
        raise Forbidden("not_your_filter")
    present = {name: getattr(saved, name) for name in ("name", "where", "order_by", "columns", "department_id")}
    await _require_version(saved, version, given, present)
    values = await _checked(viewer, FilterEntity(saved.entity), given, {**present, **given}, parse, besides=filter_id)
    changed = {name: (present[name], value) for name, value in values.items() if present[name] != value}
    if not changed:
        return filter_id
    saved.update_from_dict({name: value for name, (_, value) in changed.items()})  # pyright: ignore[reportUnknownMemberType]
    saved.version, saved.updated_at = version + 1, clock.now()
    await saved.save()
    logged = {name: (_logged(before), _logged(after)) for name, (before, after) in changed.items()}
    logged["version"] = (version, version + 1)
    await audit.record(viewer, "saved_filter.update", subject=(NAME, filter_id), changes=logged)
    return filter_id


@operation("saved_filter.delete", on=NAME)
async def delete(viewer: Viewer, filter_id: UUID) -> UUID:
    """Delete a filter of one's own; that of somebody who has left, as manager of the department that has it."""
    saved = await _locked(viewer, filter_id)
    if not may_delete(viewer, await one(viewer, filter_id)):
        raise Forbidden("not_your_filter")
    await saved.delete()
    before = {name: (_logged(getattr(saved, name)), None) for name in ("name", "where", "order_by", "department_id")}
    await audit.record(viewer, "saved_filter.delete", subject=(NAME, filter_id), changes=before)
    return filter_id


async def _locked(viewer: Viewer, filter_id: UUID) -> SavedFilter:
    await one(viewer, filter_id)
    saved = await SavedFilter.filter(id=filter_id).select_for_update().get_or_none()
    if saved is None:
        raise NotFound
    return saved


async def _require_version(
    saved: SavedFilter, version: int, given: Mapping[str, Any], present: Mapping[str, Any]
) -> None:
    if saved.version == version:
        return
    base = await versions.at_version(saved.id, version, list(given))
    conflicts = [
        {"field": name, "base": base.get(name, present[name]), "current": present[name], "wanted": value}
        for name, value in given.items()
        if name != "department_id"
    ]
    raise Conflict(conflicts=conflicts, current_version=saved.version)


def _logged(value: Any) -> Any:
    """A value as the change log keeps it: conditions as the text that they are."""
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


async def _checked(
    viewer: Viewer,
    entity: FilterEntity,
    given: Mapping[str, Any],
    whole: Mapping[str, Any],
    parse: Parse,
    *,
    besides: UUID | None,
) -> dict[str, Any]:
    """The columns that an input sets. `whole`: with what stays; `besides`: the filter that is being changed."""
    faults, values = Faults(), dict(given)
    if "name" in given:
        values["name"] = faults.tried(("name",), texts.line, given["name"] or "", maximum=LONGEST_NAME)
        taken = SavedFilter.filter(owner_id=viewer.id, name=values["name"] or "")
        if await (taken.exclude(id=besides) if besides else taken).exists():
            faults.add(ErrorCode.ALREADY_EXISTS, "name")
    if "columns" in given:
        values["columns"] = _columns(entity, given["columns"] or [], faults)
    if given.get("department_id") is not None:
        await _check_sharing(viewer, given["department_id"], faults)
    if not given.keys().isdisjoint(("where", "order_by")):
        values["where"], values["order_by"] = whole["where"] or {}, whole["order_by"] or []
        await _check_filter(viewer, entity, values, parse, faults)
    faults.settle()
    return values


def _columns(entity: FilterEntity, given: list[str], faults: Faults) -> list[str]:
    """Names of fields and links of the record, or of fields behind a link, as in `owner.name`."""
    spec = ENTITY[entity]
    if len(given) > MOST_COLUMNS:
        faults.add(ErrorCode.TOO_MANY, "columns", maximum=MOST_COLUMNS, given=len(given))
        return []
    for place, column in enumerate(given):
        head, _, rest = column.partition(".")
        relation = spec.relation_by_name.get(snake(head))
        behind = relation is not None and snake(rest) in ENTITIES[relation.target].by_name
        if not behind and (rest or snake(head) not in spec.by_name):
            faults.add(ErrorCode.NOT_FOUND, "columns", str(place))
    return given


async def _check_sharing(viewer: Viewer, department_id: UUID, faults: Faults) -> None:
    """One's own department, or one that one manages; any for an administrator."""
    if not await Department.exists(id=department_id):
        faults.add(ErrorCode.NOT_FOUND, "shared_with_id")
    elif department_id not in (viewer.department_id, *viewer.managed) and Role.ADMIN not in viewer.roles:
        faults.add(ErrorCode.NOT_YOUR_DEPARTMENT, "shared_with_id")


async def _check_filter(
    viewer: Viewer, entity: FilterEntity, values: Mapping[str, Any], parse: Parse, faults: Faults
) -> None:
    """By the inputs of the API, and under the rights of who saves it: FIELD_NOT_VISIBLE is his, and a refusal."""
    length = len(orjson.dumps((values["where"], values["order_by"])).decode())
    if length > LONGEST_TEXT:
        faults.add(ErrorCode.TOO_LONG, "where", maximum=LONGEST_TEXT)
        return
    parsed = parse(entity, values["where"], values["order_by"])
    faults.errors += parsed.faults
    if parsed.faults:
        return
    name = ENTITY[entity].name
    item = Nodes("nodes", ObjectSelection(name, (Leaf("id", "id"),)))
    try:
        await reading.check(viewer, ConnectionSelection(name, (item,), Page(1), parsed.condition, parsed.order))
    except BadRequest as refused:
        faults.add(ErrorCode.FILTER_INVALID, "where", message=messages.refusal(refused, viewer.locale))
