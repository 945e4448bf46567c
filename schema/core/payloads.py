"""Payloads of mutations: the record, read again under today's rights, and what was wrong with the input."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry

from schema.core.context import Context
from schema.core.errors import UserError, faults_as_errors, user_errors
from schema.core.reading import Resolver, resolve_payload_record
from schema.core.types import MoneyInput, lazy
from service.core.errors import FieldError, UserErrors
from service.core.fields import APPROVAL, ENTITIES
from service.core.fields.spec import EntitySpec
from service.core.ids import from_global, to_global
from service.core.text import camel
from service.core.viewer import Viewer


@dataclass(frozen=True)
class Partly:
    """A record that was saved, and what waits for approval."""

    key: UUID
    warnings: list[FieldError]
    approval_id: UUID | None
    waiting: tuple[str, ...]


Outcome = Partly | tuple[UUID, list[FieldError]] | UUID
"""What an operation gives back: the key of the record, with warnings or without, and perhaps what waits."""

RESOLVERS: dict[str, Resolver] = {}
"""Of the records in payloads, by `Type.field`."""


def payload(
    name: str, target: str, attribute: str, description: str, *, waits: bool = False, **beside: tuple[Any, str]
) -> Any:
    """A payload type with one record of type `target` under `attribute`.

    `waits`: part of what is asked for may wait for approval. `beside`: type and description of what else is in it;
    resolvers of their own make that of the record.
    """
    if waits:
        beside |= {"approval": (Any, _REQUEST), "waiting_fields": (list[str], _WAITING)}
    members: dict[str, Any] = {
        attribute: strawberry.field(
            graphql_type=lazy(target) | None, description="The record; null where it was not saved."
        ),
        "user_errors": strawberry.field(description="Everything that is wrong with the input; then nothing was saved."),
        "warnings": strawberry.field(description="What was accepted and might be better."),
    }
    annotations = {attribute: Any, "user_errors": list[UserError], "warnings": list[UserError]}
    annotations |= {name: Any if kind is Any else kind | None for name, (kind, _) in beside.items()}
    namespace = {
        **members,
        **{name: _beside(name, text) for name, (_, text) in beside.items()},
        "__annotations__": annotations,
        "__module__": __name__,
        "record_attribute": attribute,
        "prefix": ENTITIES[target].prefix,
    }
    kind = strawberry.type(type(name, (), namespace), description=description)
    setattr(sys.modules[__name__], name, kind)
    camel_attribute = attribute.split("_", maxsplit=1)[0] + "".join(part.title() for part in attribute.split("_")[1:])
    RESOLVERS[f"{name}.{camel_attribute}"] = resolve_payload_record(attribute)
    if waits:
        RESOLVERS[f"{name}.approval"] = resolve_payload_record("approval")
    return kind


_REQUEST = "The request for approval, where what was asked for waits for one; null where nothing does."
_WAITING = "The fields that wait for it; the others were saved. Null where nothing waits, or all of it does."


def _beside(name: str, description: str) -> Any:
    if name == "approval":
        return strawberry.field(graphql_type=lazy("Approval") | None, default=None, description=description)
    return strawberry.field(default=None, description=description)


async def answer(info: Any, kind: Any, work: Callable[[Viewer], Awaitable[Outcome]]) -> Any:
    """Run one operation as the viewer, and make the payload of what comes of it."""
    context: Context = info.context
    viewer = await context.require_viewer()
    try:
        outcome = await work(viewer)
    except UserErrors as refused:
        return kind(**{kind.record_attribute: None}, user_errors=user_errors(refused, context.locale), warnings=[])
    also: dict[str, Any] = {}
    if isinstance(outcome, Partly):
        key, warnings = outcome.key, outcome.warnings
        if outcome.approval_id is not None:
            also["approval"] = to_global(APPROVAL.prefix, outcome.approval_id)
            also["waiting_fields"] = [camel(name) for name in outcome.waiting] or None
    else:
        key, warnings = outcome if isinstance(outcome, tuple) else (outcome, [])
    said = faults_as_errors(warnings, context.locale)
    return kind(**{kind.record_attribute: to_global(kind.prefix, key)}, user_errors=[], warnings=said, **also)


def given(input: Any, spec: EntitySpec, *also: str) -> dict[str, Any]:
    """The settable fields that an input sets, null included; what it leaves out is not in it."""
    names = [f.name for f in spec.fields if f.settable]
    found = {name: getattr(input, name, strawberry.UNSET) for name in (*names, *also)}
    set_ = {name: value for name, value in found.items() if value is not strawberry.UNSET}
    values: dict[str, Any] = {n: v.amount if isinstance(v, MoneyInput) else v for n, v in set_.items()}
    values |= {f"{n}_currency": v.currency for n, v in set_.items() if isinstance(v, MoneyInput)}
    return values | _links(input, spec)


def _links(input: Any, spec: EntitySpec) -> dict[str, UUID | None]:
    """The keys of the records that an input links to."""
    links: dict[str, UUID | None] = {}
    for relation in (r for r in spec.relations if r.settable):
        given_id = getattr(input, f"{relation.name}_id", strawberry.UNSET)
        if given_id is not strawberry.UNSET:
            links[f"{relation.name}_id"] = None if given_id is None else key_of(given_id, ENTITIES[relation.target])
    return links


def key_of(global_id: str, spec: EntitySpec) -> UUID:
    """The key in an id of that type. BAD_USER_INPUT where it is of another one."""
    return from_global(global_id, spec.prefix)[1]
