"""Rolling one change of a customer or a contact back, as a new change (D36).

It goes through the operation that made it: everything that is asked of a change is asked of this one too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from service.boundary.access import shown
from service.boundary.access.record import Access, access_to, is_in_effect_for, require_editable
from service.boundary.catalogue import KNOWN, Catalogue
from service.core.enums import CustomFieldType, Level
from service.core.errors import Conflict, ErrorCode, FieldError, NotFound
from service.core.fields import CONTACT, CUSTOMER
from service.core.fields.custom_fields import MEMBERS, logged_name
from service.core.fields.spec import EntitySpec, FieldType
from service.core.viewer import Viewer
from service.operations import contacts, edits
from service.operations.customers import drafts
from service.operations.customers.custom_values import Given
from service.operations.faults import Faults
from service.operations.reasons import Confirmation
from storage.models import Contact, Customer
from storage.queries import change_log

_SPECS: Mapping[str, EntitySpec] = {"customer.update": CUSTOMER, "contact.update": CONTACT}
_ALSO = {CUSTOMER.name: ("referrer_user_id", "referrer_customer_id"), CONTACT.name: ("is_primary",)}
"""Columns that an input sets besides the settable fields."""
_REFERRER = "referrer_customer_id"
_READ = {
    FieldType.DATE: date.fromisoformat,
    FieldType.DATETIME: datetime.fromisoformat,
    FieldType.DECIMAL: Decimal,
    FieldType.MONEY: Decimal,
}
"""How values are made of what the log keeps."""

_READ_OWN: Mapping[CustomFieldType, Callable[[Any], Any]] = {
    CustomFieldType.NUMBER: Decimal,
    CustomFieldType.DATE: date.fromisoformat,
    CustomFieldType.MONEY: lambda kept: {"amount": Decimal(kept["amount"]), "currency": kept["currency"]},
}

Values = dict[str, list[Any]]
"""Before and after of each field."""


@dataclass(frozen=True)
class RolledBack:
    """The record, and what of it waits for approval."""

    prefix: str
    key: UUID
    warnings: list[FieldError]
    approval_id: UUID | None = None
    waiting: tuple[str, ...] = ()


async def roll_back(
    viewer: Viewer, change_id: UUID, version: int, *, reason: str | None, confirmation: Confirmation
) -> RolledBack:
    """Give the fields that a change has set, and that the viewer is shown whole, the values that they had before.

    Protected values stay: the log does not keep them. CONFLICT where one of the fields has changed since.
    """
    done = await change_log.one(change_id)
    if done is None or done.customer_id is None or done.subject_id is None:
        raise NotFound
    spec = {CUSTOMER.name: CUSTOMER, CONTACT.name: CONTACT}.get(str(done.subject_type))
    access = await access_to(viewer, done.customer_id, lock=False)
    if spec is None or spec.row_class not in access.masked:
        raise NotFound
    require_editable(viewer, access, spec)
    record = await _record(spec, done.subject_id)
    faults, catalogue = Faults(), await KNOWN.current()
    values = _shown(access, spec, done.values, catalogue) if done.action in _SPECS else {}
    values = await _without_hidden_referrer(viewer, record, values)
    if not values:
        faults.add(ErrorCode.NOT_REVERSIBLE, "id")
    faults.settle()
    _require_unchanged(spec, record, values)
    given = {name: _typed(spec, name, before) for name, (before, _) in values.items() if "." not in name}
    if spec is CONTACT:
        key, warnings = await contacts.update(viewer, record.id, version, given)
        return RolledBack(spec.prefix, key, warnings)
    own = [_own(name, before, catalogue) for name, (before, _) in values.items() if "." in name]
    saved = await drafts.update(
        viewer, record.id, version, given, custom=own, reason=reason, confirmation=confirmation
    )  # fmt: skip
    return RolledBack(spec.prefix, saved.customer_id, saved.warnings, saved.approval_id, saved.waiting)


async def _record(spec: EntitySpec, key: UUID) -> Customer | Contact:
    found = await (Customer.get_or_none(id=key) if spec is CUSTOMER else Contact.get_or_none(id=key, removed_at=None))
    if found is None:
        raise NotFound
    return found


def _shown(access: Access, spec: EntitySpec, values: Values, catalogue: Catalogue) -> Values:
    """Of the fields of a change those that an input sets, and that the viewer is shown whole."""
    kept: Values = {}
    for name, pair in values.items():
        own = catalogue.custom.get(name.removeprefix(logged_name("")))
        is_own = own is not None and "." in name
        if not is_own and name not in (*spec.columns, *_ALSO[spec.name]):
            continue
        field = own.spec if own is not None and is_own else spec.by_name.get(name.removesuffix("_currency"))
        # Of his own draft too: what he may type there is not what another one has put in.
        if field is None or (shown.level(access, field) is Level.FULL and shown.may_set(access, spec, field)):
            kept[name] = pair
    return kept


async def _without_hidden_referrer(viewer: Viewer, record: Customer | Contact, values: Values) -> Values:
    """The values without a link to another customer, where one of those concerned is hidden from the viewer."""
    if _REFERRER not in values:
        return values
    concerned = {*values[_REFERRER], _plain(_now(record, _REFERRER))} - {None}
    seen = [await is_in_effect_for(viewer, UUID(key)) for key in sorted(concerned)]
    return values if all(seen) else {name: pair for name, pair in values.items() if name != _REFERRER}


def _require_unchanged(spec: EntitySpec, record: Customer | Contact, values: Values) -> None:
    conflicts = [
        edits.conflict(spec, name, after, _plain(_now(record, name)), before)
        for name, (before, after) in values.items()
        if _plain(_now(record, name)) != after
    ]
    if conflicts:
        raise Conflict(conflicts=conflicts, current_version=record.version)


def _now(record: Customer | Contact, name: str) -> Any:
    head, _, key = name.partition(".")
    value = getattr(record, head)
    return value.get(key) if key else value


def _plain(value: Any) -> Any:
    """As the log keeps it."""
    return orjson.loads(orjson.dumps(value, default=str))


def _typed(spec: EntitySpec, name: str, value: Any) -> Any:
    field = spec.by_name.get(name)
    if value is None or field is None:
        return UUID(value) if value is not None and name.endswith("_id") else value
    return _READ[field.type](value) if field.type in _READ else value


def _own(name: str, value: Any, catalogue: Catalogue) -> Given:
    definition = catalogue.custom[name.removeprefix(logged_name(""))]
    made = value if value is None else _READ_OWN.get(definition.type, lambda kept: kept)(value)
    return Given(definition.key, {MEMBERS[definition.type]: made})
