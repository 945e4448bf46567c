"""Fields of their own that administrators define, change, retire and restore (D10). Nothing is ever removed: a key
stays for ever, and so do values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.snapshot import CHANNEL
from service.boundary.catalogue import KNOWN
from service.boundary.work import operation
from service.core import clock
from service.core.enums import CustomerKind, CustomFieldType, DataClass, IndexState
from service.core.errors import ErrorCode, NotFound
from service.core.fields import CUSTOM_FIELD, LIST_VALUE
from service.core.fields.custom_fields import CHOOSING, list_name
from service.core.viewer import Viewer
from service.operations import administration, edits
from service.operations.faults import Faults
from service.rules import catalogue as list_rules
from service.rules import custom_fields as rules
from service.rules import texts
from storage.models import CustomField, ListValue
from storage.queries import custom_fields as queries
from storage.queries import sessions

MOST = 100
"""Fields that there can be, retired ones as well."""
_TEXTS = {"zh": 50, "en": 50, "description": 200}
_REQUIRED_OF = {
    "required_of_enterprises": CustomerKind.ENTERPRISE,
    "required_of_individuals": CustomerKind.INDIVIDUAL,
}


async def tell() -> None:
    """Let every process read the definitions anew, once this transaction has committed."""
    KNOWN.forget()
    await sessions.notify(CHANNEL)


async def one(field_id: UUID) -> CustomField:
    """The definition; whoever writes a value of it waits until this transaction ends."""
    field = await CustomField.filter(id=field_id).select_for_update().get_or_none()
    if field is None:
        raise NotFound
    return field


@operation("custom_field.create")
async def create(viewer: Viewer, key: str, given: dict[str, Any], choices: list[dict[str, Any]]) -> UUID:
    """Define a field; it comes last unless a position is given, and is BUSINESS unless said otherwise."""
    administration.admit(viewer)
    await queries.lock_definitions()
    faults = Faults()
    key = faults.tried(("key",), rules.key, key) or ""
    if await CustomField.exists(key=key):
        faults.add(ErrorCode.ALREADY_EXISTS, "key")
    count = await CustomField.all().count()
    if count >= MOST:
        faults.add(ErrorCode.TOO_MANY, "key", maximum=MOST, given=count + 1)
    defaults = {"data_class": DataClass.BUSINESS, "position": None, **dict.fromkeys(_REQUIRED_OF, False)}
    values: dict[str, Any] = _checked({"zh": None, "en": None, **given}, faults)
    offered = _choices(CustomFieldType(given["type"]), choices, faults)
    _fits(values, faults)
    faults.settle()
    values = {**defaults, **{name: value for name, value in values.items() if value is not None}}
    last = await CustomField.all().order_by("-position").first()
    values["position"] = values["position"] or (last.position + 1 if last else 1)
    field = await CustomField.create(key=key, **values)
    changes = {"key": key, **values}
    await audit.record(
        viewer, "custom_field.create", subject=(CUSTOM_FIELD.name, field.id),
        changes={name: (None, value) for name, value in changes.items() if value is not None},
    )  # fmt: skip
    await _offer(viewer, key, offered)
    await tell()
    return field.id


def _checked(given: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """The columns that an input sets. Labels are both needed."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if texts.is_blank(value):
            if name in ("zh", "en"):
                faults.add(ErrorCode.REQUIRED, name)
            elif name in ("kind", "description"):
                values[name] = None
        elif name in _TEXTS:
            values[name] = faults.tried((name,), texts.line, value, maximum=_TEXTS[name])
        elif value is DataClass.IDENTITY:
            faults.add(ErrorCode.DATA_CLASS_PROTECTED, name)
        else:
            values[name] = getattr(value, "value", value)
    return values


def _fits(whole: Mapping[str, Any], faults: Faults) -> None:
    """A field that one kind of customer has is not required of the other. `whole` is the definition as it would be."""
    for name, kind in _REQUIRED_OF.items():
        if whole.get(name) and whole.get("kind") not in (None, kind.value):
            faults.add(ErrorCode.NOT_FOR_THIS_KIND, name)


def _choices(kind: CustomFieldType, choices: list[dict[str, Any]], faults: Faults) -> list[dict[str, Any]]:
    """What a field of choices offers: at least one."""
    if kind not in CHOOSING:
        if choices:
            faults.add(ErrorCode.CHOICES_NOT_WANTED, "choices")
        return []
    if not choices:
        faults.add(ErrorCode.REQUIRED, "choices")
    offered: list[dict[str, Any]] = []
    for place, choice in enumerate(choices):
        path = ("choices", str(place))
        code = faults.tried((*path, "code"), list_rules.code, choice["code"])
        if any(code == other["code"] for other in offered):
            faults.add(ErrorCode.GIVEN_TWICE, *path, "code")
        labels = {n: faults.tried((*path, n), texts.line, choice[n], maximum=_TEXTS[n]) for n in ("zh", "en")}
        offered.append({"code": code, **labels})
    return offered


async def _offer(viewer: Viewer, key: str, choices: list[dict[str, Any]]) -> None:
    for position, choice in enumerate(choices, start=1):
        values: dict[str, Any] = {"list": list_name(key), "position": position, **choice}
        made = await ListValue.create(**values)
        await audit.record(
            viewer, "list_value.add", subject=(LIST_VALUE.name, made.id),
            changes={name: (None, value) for name, value in values.items()},
        )  # fmt: skip


@operation("custom_field.update", on=CUSTOM_FIELD.name)
async def update(viewer: Viewer, field_id: UUID, version: int, given: dict[str, Any]) -> UUID:
    """Change a definition. A data class counts at once; the type changes only while no customer has a value."""
    administration.admit(viewer)
    field = await one(field_id)
    await edits.require_version(CUSTOM_FIELD, field, version, given)
    faults = Faults()
    values = _checked(given, faults)
    _fits({"kind": field.kind, **{name: getattr(field, name) for name in _REQUIRED_OF}, **values}, faults)
    if field.retired_at is not None:
        for name in _REQUIRED_OF:
            if values.get(name):
                faults.add(ErrorCode.FIELD_RETIRED, name)
    await _check_type(field, values, faults)
    faults.settle()
    if values.get("type", field.type) != field.type:
        values["index_state"] = IndexState.NONE.value  # one that there is serves the former type
    await edits.save(viewer, "custom_field.update", CUSTOM_FIELD, field, values)
    await tell()
    return field_id


async def _check_type(field: CustomField, values: Mapping[str, Any], faults: Faults) -> None:
    wanted = values.get("type", field.type)
    if wanted == field.type:
        return
    if await queries.is_used(field.key):
        faults.add(ErrorCode.CUSTOM_FIELD_IN_USE, "type")
    elif field.index_state == IndexState.BUILDING:
        faults.add(ErrorCode.INDEX_BEING_BUILT, "type")
    elif CustomFieldType(wanted) in CHOOSING and not await ListValue.exists(list=list_name(field.key)):
        faults.add(ErrorCode.REQUIRED, "choices")


@operation("custom_field.retire", on=CUSTOM_FIELD.name)
async def retire(viewer: Viewer, field_id: UUID, version: int, *, retired: bool) -> UUID:
    """Take an optional field out of use, or back into it. Its values stay."""
    administration.admit(viewer)
    field = await one(field_id)
    await edits.require_version(CUSTOM_FIELD, field, version, {})
    if retired and any(getattr(field, name) for name in _REQUIRED_OF):
        faults = Faults()
        faults.add(ErrorCode.FIELD_IS_REQUIRED, "id")
        faults.settle()
    at = (field.retired_at or clock.now()) if retired else None
    await edits.save(viewer, "custom_field.retire", CUSTOM_FIELD, field, {"retired_at": at})
    await tell()
    return field_id
