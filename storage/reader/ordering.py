"""`orderBy`, and the keyset that pages go by.

A list is sorted by what is shown: the visible key of a field is its value where the viewer has FULL, else null, and
nulls come last in both directions, by id. Cursors carry visible keys and the id, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from service.core.enums import Level
from service.core.errors import BadRequest
from service.core.fields import ENTITIES
from service.core.fields.custom_fields import api_name
from service.core.fields.spec import FieldSpec, FieldType
from service.core.selection import Order, Request, Slot
from storage.crypto import Sealer
from storage.reader import custom, mapping
from storage.reader.conditions import visibility
from storage.reader.guards import Scope
from storage.reader.sql import TRUE, Param, Sql, conjunction, disjunction, join


@dataclass(frozen=True)
class Key:
    """One expression of the order."""

    value: Sql
    """Its visible value."""
    cast: str
    descending: bool
    nullable: bool
    plain: Sql = TRUE
    """The value itself, where it is not the visible one: what an index is in the order of."""
    visible: Sql = TRUE
    """Whether a row shows it."""

    def order(self, *, backward: bool) -> Sql:
        descending = self.descending != backward
        if not self.nullable:
            return Sql(self.value, " desc" if descending else "")
        return Sql(self.value, " desc" if descending else " asc", " nulls first" if backward else " nulls last")


def order_keys(entity: str, order: tuple[Order, ...], row: str, scope: Scope | None) -> list[Key]:
    """The keys of an order; the id comes last, in the direction of the key before it, and makes it total."""
    spec = ENTITIES[entity]
    chosen = order or tuple(Order(name, "desc" if down else "asc") for name, down in spec.default_order)
    keys: list[Key] = []
    for item in chosen:
        field, compared = _compared(item, entity, row, scope)
        visible = visibility(field, scope, Level.FULL, spec)
        for value, kind in compared:
            shown = value if visible is TRUE else Sql("case when ", visible, " then ", value, " end")
            keys.append(
                Key(
                    shown,
                    mapping.CASTS[kind],
                    item.direction == "desc",
                    nullable=field.nullable or visible is not TRUE,
                    plain=value,
                    visible=visible,
                )
            )
    keys.append(Key(Sql(f"{row}.id"), "uuid", keys[-1].descending, nullable=False))
    return keys


def _compared(item: Order, entity: str, row: str, scope: Scope | None) -> tuple[FieldSpec, list[tuple[Sql, FieldType]]]:
    """The field of one step of an order, and what it compares, unguarded."""
    if not item.custom:
        field = ENTITIES[entity].by_name[item.field]
        return field, mapping.sort_keys(entity, field, row)
    assert scope is not None
    definition = custom.sorted_by(scope.guards.custom, item.field)
    return definition.spec, [custom.sort_key(definition, row)]


def order_sql(keys: list[Key], *, backward: bool = False) -> Sql:
    return join(", ", (key.order(backward=backward) for key in keys))


@dataclass(frozen=True)
class CursorContext:
    """What a cursor is good for: a type and an order. The viewer is added when it is sealed."""

    entity: str
    order: tuple[Order, ...]
    sealer: Sealer
    types: tuple[str, ...] = ()
    """Of the fields that administrators defined: one that got another type is another order."""

    def bytes_for(self, request: Request) -> bytes:
        order = ",".join(f"{api_name(o.field) if o.custom else o.field} {o.direction}" for o in self.order)
        order += "".join(f";{name}" for name in self.types)
        return f"{request.viewer['id']}|{self.entity}|{order}".encode()

    def seal(self, plain: bytes, request: Request) -> str:
        return self.sealer.seal(plain, self.bytes_for(request))

    def opened(self, text: Any, request: Request, count: int) -> list[Any]:
        """The keys in a cursor. BAD_USER_INPUT where it was changed, or made for another list, order or viewer."""
        memo = (text, self.entity, self.order)
        if memo not in request.memo:
            try:
                values = orjson.loads(self.sealer.open(text, self.bytes_for(request)))
            except ValueError:
                raise BadRequest("cursor_invalid") from None
            if len(values) != count:
                raise BadRequest("cursor_invalid")
            request.memo[memo] = values
        return request.memo[memo]


def cursor_values(keys: list[Key], cursor: Any, context: CursorContext) -> list[Sql]:
    """The keys that a cursor holds."""
    return [Sql(_key_param(cursor, context, index, len(keys), key.cast)) for index, key in enumerate(keys)]


def bound(keys: list[Key], cursor: Any, context: CursorContext, *, after: bool) -> Sql:
    """«The row stands behind (or before) the cursor in the list»."""
    values = cursor_values(keys, cursor, context)
    directions = {key.descending for key in keys}
    if len(directions) == 1 and not any(key.nullable for key in keys):
        comparison = ">" if after != keys[0].descending else "<"
        return Sql("(", join(", ", (k.value for k in keys)), f") {comparison} (", join(", ", values), ")")
    branches: list[Sql] = []
    for index, key in enumerate(keys):
        equal = [Sql(k.value, " is not distinct from ", v) for k, v in zip(keys[:index], values[:index], strict=True)]
        branches.append(conjunction((*equal, _strict(key, values[index], after=after))))
    return disjunction(branches)


def _strict(key: Key, value: Sql, *, after: bool) -> Sql:
    comparison = Sql(key.value, " > " if after != key.descending else " < ", value)
    if not key.nullable:
        return comparison
    if after:
        return Sql("(", value, " is not null and (", comparison, " or ", key.value, " is null))")
    return Sql("(", comparison, " or (", value, " is null and ", key.value, " is not null))")


def _key_param(cursor: Any, context: CursorContext, index: int, count: int, cast: str) -> Param:
    def read(request: Request) -> Any:
        text = cursor.read(request.variables) if isinstance(cursor, Slot) else cursor
        value = context.opened(text, request, count)[index]
        return None if value is None else str(value)

    # As text, cast by PostgreSQL: the cursor holds the JSON form of every type.
    return Param(read, f"text::{cast}", ("cursor", cursor, index))


def cursor_sql(keys: list[str], nonce: Param, number: int) -> Sql:
    """A marker that the reader replaces by the sealed cursor: a random word of this request, the context, the keys."""
    array = f"json_build_array({', '.join(keys)})::text"
    return Sql("(", nonce, f" || '{number}.' || encode(convert_to({array}, 'UTF8'), 'hex'))")
