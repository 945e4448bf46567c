"""What a viewer may see of records and do with them, by the functions that reads and mutations ask (D47)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.boundary.access import shown
from service.boundary.access.held import held_by_key
from service.boundary.access.record import Access, accesses, row_exists
from service.boundary.access.standing import of_no_customer, standings
from service.boundary.catalogue import KNOWN, Catalogue
from service.core import messages
from service.core.enums import Level, Stage
from service.core.errors import BadRequest, FieldForbidden, Invalid, Refusal
from service.core.fields import (
    ACCESS_GRANT,
    APPROVAL,
    ATTACHMENT,
    BRANCH,
    CONTACT,
    CUSTOMER,
    CUSTOMER_RELATION,
    ENTITIES,
    FOLLOW_UP,
    PROCEDURE,
    REMINDER,
    TASK,
)
from service.core.fields.spec import EntitySpec, FieldSpec
from service.core.text import camel
from service.core.viewer import Viewer
from service.operations.customers import fields
from service.operations.permissions.actions import LINKS, OF_RECORDS, OF_VIEWERS, UPDATES, Subject
from service.rules import stages
from storage import models

MOST = 100
_BESIDE = {(CONTACT.name, "is_primary")}
"""Fields that an update sets although they are no input of every kind."""
_MODELS: dict[str, Any] = {name: getattr(models, name) for name in OF_RECORDS}
_COUNTED = (CONTACT.name, FOLLOW_UP.name)
"""Types of which the others that a customer has decide about what may be done."""
_REMOVABLE = (*_COUNTED, BRANCH.name, PROCEDURE.name, CUSTOMER_RELATION.name, ATTACHMENT.name)

Key = tuple[str, UUID]
"""The prefix of an id, and its key."""


@dataclass(frozen=True)
class Action:
    """A mutation, and whether it is refused before its input is looked at: then with which code, and why."""

    name: str
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Field:
    """A field, how it is shown, and whether an input may name it."""

    name: str
    level: Level
    is_editable: bool
    is_retired: bool


@dataclass(frozen=True)
class Link:
    """A link to other records that the update of the record may set, by the name of its input."""

    name: str
    is_editable: bool


@dataclass(frozen=True)
class Permissions:
    """What the viewer sees of one record and may do with it."""

    key: Key
    fields: list[Field]
    links: list[Link]
    actions: list[Action]
    legal_stages: list[Stage]


async def of(viewer: Viewer, keys: list[Key]) -> list[Permissions | None]:
    """For each record in its place; None where it does not exist for the viewer. At most 100."""
    if len(keys) > MOST:
        raise BadRequest("page_size", largest=MOST, given=len(keys))
    subjects = await _subjects(viewer, keys)
    catalogue = await KNOWN.current()
    return [_permissions(key, subjects[key], catalogue) if key in subjects else None for key in keys]


def of_viewer(viewer: Viewer) -> list[Action]:
    """What the viewer may do that is about no customer."""
    return [_action(name, viewer.locale, lambda check=check: check(viewer)) for name, check in OF_VIEWERS.items()]


async def subjects_of(viewer: Viewer, key: Key) -> Subject | None:
    """One record as the checks take it; None where it does not exist for the viewer."""
    return (await _subjects(viewer, [key])).get(key)


async def _subjects(viewer: Viewer, keys: Iterable[Key]) -> dict[Key, Subject]:
    """The records that exist for the viewer: so many statements for each type, however many there are."""
    by_type: dict[str, set[UUID]] = {}
    for prefix, key in keys:
        by_type.setdefault(_spec(prefix).name, set()).add(key)
    rows = {name: await _rows(name, wanted) for name, wanted in by_type.items()}
    requests = await standings(viewer, sorted(by_type.get(APPROVAL.name, ())))
    grants = await held_by_key(viewer, sorted(by_type.get(ACCESS_GRANT.name, ())))
    if APPROVAL.name in rows:
        rows[APPROVAL.name] = [one.approval for one in requests.values()]
    if ACCESS_GRANT.name in rows:
        rows[ACCESS_GRANT.name] = [one.grant for one in grants.values()]
    customer_of = {row.id: _customer_id(name, row) for name, found in rows.items() for row in found}
    others_ends = {row.to_customer_id for row in rows.get(CUSTOMER_RELATION.name, ())}
    about = {key for key in (*customer_of.values(), *others_ends) if key is not None}
    known: dict[UUID | None, Access] = {**await accesses(viewer, sorted(about))}
    if None in customer_of.values():  # a request for approval may be about no customer, a grant is about many
        known[None] = await of_no_customer(viewer)
    subjects: dict[Key, Subject] = {}
    for name, found in rows.items():
        spec = ENTITIES[name]
        seen = [
            row for row in found
            # A relation exists where both of its ends do (D11).
            if customer_of[row.id] in known and row_exists(known[customer_of[row.id]], spec, row)
            and getattr(row, "to_customer_id", None) in (None, *known)
        ]  # fmt: skip
        others = await _others(name, [customer_of[row.id] for row in seen])
        for row in seen:
            customer_id = customer_of[row.id]
            left = name == CUSTOMER.name and row.owner is not None and row.owner.disabled_at is not None
            subjects[spec.prefix, row.id] = Subject(
                viewer, known[customer_id], row, others[customer_id] - 1, left, requests.get(row.id), grants.get(row.id)
            )  # fmt: skip
    return subjects


def _spec(prefix: str) -> EntitySpec:
    spec = next((ENTITIES[name] for name in OF_RECORDS if ENTITIES[name].prefix == prefix), None)
    if spec is None:
        raise BadRequest("no_record_of_customers")
    return spec


async def _rows(name: str, keys: Iterable[UUID]) -> list[Any]:
    query = _MODELS[name].filter(id__in=list(keys))
    if name in _REMOVABLE:
        query = query.filter(removed_at=None)
    linked = {CUSTOMER.name: "owner", REMINDER.name: TASK.name.lower()}.get(name)
    return await (query.prefetch_related(linked) if linked else query)


def _customer_id(name: str, row: Any) -> UUID | None:
    if name == CUSTOMER.name:
        return row.id
    if name == ACCESS_GRANT.name:
        return None
    if name == CUSTOMER_RELATION.name:
        return row.from_customer_id
    return row.task.customer_id if name == REMINDER.name else row.customer_id


async def _others(name: str, customers: list[UUID | None]) -> Counter[UUID | None]:
    """How many rows of that type each customer has, where something depends on it."""
    if name not in _COUNTED or not customers:
        return Counter()
    found = await _MODELS[name].filter(customer_id__in=customers, removed_at=None).values_list("customer_id", flat=True)
    return Counter(found)


def _permissions(key: Key, subject: Subject, catalogue: Catalogue) -> Permissions:
    spec = _spec(key[0])
    actions = [
        _action(name, subject.viewer.locale, lambda checks=checks: [check(subject) for check in checks])
        for name, checks in OF_RECORDS[spec.name].items()
    ]
    allowed = {action.name for action in actions if action.code is None}
    updates = UPDATES.get(spec.name) in allowed
    moves = "moveCustomerStage" in allowed
    links = LINKS.get(spec.name, {})
    return Permissions(
        key,
        [_field(spec, field, subject.access, catalogue, updates=updates) for field in spec.fields],
        [Link(camel(name), updates and _asked(asks, subject.access, name)) for name, asks in links.items()],
        actions,
        list(stages.legal(Stage(subject.record.stage))) if moves else [],
    )


def _asked(asks: Callable[[Access, Collection[str]], None], access: Access, name: str) -> bool:
    try:
        asks(access, (name,))
    except FieldForbidden:
        return False
    return True


def _action(name: str, locale: str, check: Callable[[], object]) -> Action:
    try:
        check()
    except Refusal as refused:
        return Action(name, refused.code, messages.refusal(refused, locale))
    except Invalid as fault:
        return Action(name, fault.code.value, messages.sentence(fault.code, locale, fault.params))
    return Action(name)


def _field(spec: EntitySpec, field: FieldSpec, access: Access, catalogue: Catalogue, *, updates: bool) -> Field:
    settable = field.settable or (spec.name, field.name) in _BESIDE
    free = spec.name != CUSTOMER.name or fields.in_the_way(field, access.kind, catalogue) is None
    return Field(
        name=camel(field.name),
        level=shown.level(access, field),
        is_editable=updates and settable and free and shown.may_set(access, spec, field.name),
        is_retired=catalogue.is_retired(spec.name, field.name),
    )
