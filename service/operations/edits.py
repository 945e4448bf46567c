"""What every change of a record goes through: version, difference, save, log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access
from service.core import clock
from service.core.enums import DataClass
from service.core.errors import Conflict
from service.core.fields import ENTITIES
from service.core.fields.custom_fields import api_name
from service.core.fields.spec import EntitySpec
from service.core.ids import to_global
from service.core.text import camel
from service.core.viewer import Viewer
from storage.models import Customer
from storage.models.base import Versioned
from storage.queries import rows, versions


def locked(access: Access) -> Customer:
    """The customer as it is while nobody else can change it: it came with the rights."""
    assert access.locked is not None
    return access.locked


async def require_version(spec: EntitySpec, record: Versioned, version: int, wanted: dict[str, Any]) -> None:
    """CONFLICT, with base, current and wanted value of each field concerned, where the client's version is stale.

    The caller has shown before that the viewer has FULL on every wanted field.
    """
    if record.version == version:
        return
    base = await versions.at_version(record.id, version, list(wanted))
    conflicts = [
        conflict(spec, name, base.get(name, _current(record, name)), _current(record, name), value)
        for name, value in wanted.items()
    ]
    raise Conflict(conflicts=conflicts, current_version=record.version)


def conflict(spec: EntitySpec, name: str, base: Any, current: Any, wanted: Any) -> dict[str, Any]:
    """The three values of one field, as a conflict shows them."""
    values = {"base": base, "current": current, "wanted": wanted}
    return {"field": _named(name), **{which: _shown(spec, name, value) for which, value in values.items()}}


def _named(name: str) -> str:
    """As the API names it: `ownerId`, `customFields.shelf_life`."""
    head, _, key = name.partition(".")
    return api_name(key) if key else camel(head)


def _current(record: Versioned, name: str) -> Any:
    head, _, key = name.partition(".")
    value = getattr(record, head)
    return value.get(key) if key else value


def _shown(spec: EntitySpec, name: str, value: Any) -> Any:
    """A value as the API shows it: codes, and ids where a link is concerned (`owner_id`). Nothing of IDENTITY."""
    field = spec.by_name.get(name)
    if field is not None and field.data_class is DataClass.IDENTITY:
        return None
    relation = spec.relation_by_name.get(name.removesuffix("_id"))
    if relation is not None and value is not None:
        return to_global(ENTITIES[relation.target].prefix, UUID(str(value)))
    as_it_is: tuple[type, ...] = (bool, int, list, dict, type(None))
    if isinstance(value, datetime):
        return value.isoformat()
    return value if type(value) in as_it_is else str(value)


def differences(record: Versioned, values: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Before and after of each value that really changes."""
    changed: dict[str, tuple[Any, Any]] = {}
    for name, after in values.items():
        before = getattr(record, name)
        if before != after:
            changed[name] = (before, after)
    return changed


async def save(
    viewer: Viewer,
    action: str,
    spec: EntitySpec,
    record: Versioned,
    values: dict[str, Any],
    *,
    customer_id: UUID | None = None,
    reason: str | None = None,
    hidden: tuple[str, ...] = (),
    beside: audit.Changes | None = None,
) -> dict[str, tuple[Any, Any]]:
    """Save what differs under the next version, and log it.

    `hidden`: derived columns that the log need not hold. `beside`: what changed of it in other tables, or is to be
    known of the change.
    """
    changed = differences(record, values)
    if not changed and not beside:
        return {}
    number = record.version + 1
    after = {name: value for name, (_, value) in changed.items()}
    await rows.update(record, {**after, "version": number, "updated_at": clock.now()})
    logged = {name: pair for name, pair in changed.items() if name not in hidden}
    await audit.record(
        viewer,
        action,
        subject=(spec.name, record.id),
        customer_id=customer_id,
        reason=reason,
        changes={**logged, **(beside or {}), "version": (number - 1, number)},
    )
    return changed
