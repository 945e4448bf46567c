"""What administrators decide about lists of values and built-in fields (D10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.snapshot import CHANNEL
from service.boundary.catalogue import KNOWN
from service.boundary.work import operation
from service.core import clock
from service.core.enums import CustomerKind
from service.core.errors import ErrorCode, NotFound
from service.core.fields import CUSTOMER, ENTITIES, LIST_VALUE
from service.core.fields.custom_fields import list_name
from service.core.fields.spec import FieldSpec
from service.core.viewer import Viewer
from service.operations import administration, edits
from service.operations.faults import Faults
from service.rules import catalogue as rules
from service.rules import submission, texts
from storage.models import CustomField, FieldSetting, ListValue
from storage.queries import sessions

FIXED = frozenset({"name"})
"""Fields that no setting touches: without a name there is no customer."""
_LABELS = {"zh": 50, "en": 50, "definition_zh": 200, "definition_en": 200}
_REQUIRED_OF = {
    CustomerKind.ENTERPRISE: "required_of_enterprises",
    CustomerKind.INDIVIDUAL: "required_of_individuals",
}


def lists() -> set[str]:
    """The names of the lists that there are."""
    return {f.enum.__name__ for spec in ENTITIES.values() for f in spec.fields if f.type.is_choice and f.enum}


async def _is_of_custom_field(name: str) -> bool:
    """Whether it is the list of a field that administrators defined."""
    return any([list_name(field.key) == name for field in await CustomField.all()])


async def _tell() -> None:
    KNOWN.forget()
    await sessions.notify(CHANNEL)


@operation("list_value.add")
async def add_value(viewer: Viewer, name: str, code: str, given: dict[str, Any]) -> UUID:
    """Offer another value in a list; it comes last unless a position is given."""
    administration.admit(viewer)
    faults = Faults()
    if name not in lists() and not await _is_of_custom_field(name):
        faults.add(ErrorCode.NOT_FOUND, "list")
    code = faults.tried(("code",), rules.code, code) or ""
    labels = _labels(given, faults, whole=True)
    if await ListValue.exists(list=name, code=code):
        faults.add(ErrorCode.ALREADY_EXISTS, "code")
    faults.settle()
    last = await ListValue.filter(list=name).order_by("-position").first()
    position = given.get("position") or (last.position + 1 if last else 1)
    value = await ListValue.create(list=name, code=code, position=position, **labels)
    changes = {**labels, "list": name, "code": code, "position": position}
    await audit.record(
        viewer,
        "list_value.add",
        subject=(LIST_VALUE.name, value.id),
        changes={n: (None, v) for n, v in changes.items()},
    )
    await _tell()
    return value.id


def _labels(given: dict[str, Any], faults: Faults, *, whole: bool) -> dict[str, Any]:
    """Labels and definitions. The labels are both needed."""
    values: dict[str, Any] = {}
    for name, longest in _LABELS.items():
        if name not in given and not (whole and name in ("zh", "en")):
            continue
        text = given.get(name)
        if texts.is_blank(text):
            values[name] = None
            if name in ("zh", "en"):
                faults.add(ErrorCode.REQUIRED, name)
        else:
            values[name] = faults.tried((name,), texts.line, text, maximum=longest)
    return values


async def _value(value_id: UUID) -> ListValue:
    value = await ListValue.filter(id=value_id).select_for_update().get_or_none()
    if value is None:
        raise NotFound
    return value


@operation("list_value.update", on=LIST_VALUE.name)
async def update_value(viewer: Viewer, value_id: UUID, version: int, given: dict[str, Any]) -> UUID:
    """Change labels, definitions or the position of a value. Its code stays."""
    administration.admit(viewer)
    value = await _value(value_id)
    await edits.require_version(LIST_VALUE, value, version, given)
    faults = Faults()
    values = _labels(given, faults, whole=False)
    if given.get("position") is not None:
        values["position"] = given["position"]
    faults.settle()
    await edits.save(viewer, "list_value.update", LIST_VALUE, value, values, customer_id=None)
    await _tell()
    return value_id


@operation("list_value.retire", on=LIST_VALUE.name)
async def retire_value(viewer: Viewer, value_id: UUID, version: int, *, retired: bool) -> UUID:
    """Offer a value no longer, or again. Records that have it keep it."""
    administration.admit(viewer)
    value = await _value(value_id)
    await edits.require_version(LIST_VALUE, value, version, {})
    if retired and not await ListValue.filter(list=value.list, retired_at=None).exclude(id=value_id).exists():
        faults = Faults()
        faults.add(ErrorCode.LAST_VALUE, "id")
        faults.settle()
    values = {"retired_at": clock.now() if retired else None}
    await edits.save(viewer, "list_value.retire", LIST_VALUE, value, values, customer_id=None)
    await _tell()
    return value_id


@dataclass(frozen=True)
class Definition:
    """A field as it stands: its specification, and what is set about it."""

    entity: str
    field: FieldSpec
    required_of: frozenset[CustomerKind]
    retired: bool


async def definitions(viewer: Viewer, entity: str | None) -> list[Definition]:
    """The fields of one type of record, or of all. Every member of staff may know them."""
    known = await KNOWN.current()
    found: list[Definition] = []
    for spec in ENTITIES.values():
        if entity not in (None, spec.name):
            continue
        settings = {kind: known.required(spec.name, kind) for kind in CustomerKind}
        for field in spec.fields:
            kinds = (kind for kind in CustomerKind if _is_required(spec.name, field, kind, settings[kind]))
            found.append(Definition(spec.name, field, frozenset(kinds), known.is_retired(spec.name, field.name)))
    return found


def _is_required(entity: str, field: FieldSpec, kind: CustomerKind, settings: dict[str, bool]) -> bool:
    if entity != CUSTOMER.name:
        return False
    return settings.get(field.name, submission.is_required(field.name, kind))


def _settable(field: str) -> FieldSpec:
    """A built-in field of customers about which something can be set."""
    spec = CUSTOMER.by_name.get(field)
    if spec is None or not spec.settable or field in FIXED:
        faults = Faults()
        faults.add(ErrorCode.NOT_FOUND, "field")
        faults.settle()
    assert spec is not None
    return spec


async def _setting(field: str) -> FieldSetting:
    await FieldSetting.bulk_create([FieldSetting(entity=CUSTOMER.name, field=field)], ignore_conflicts=True)
    return await FieldSetting.filter(entity=CUSTOMER.name, field=field).select_for_update().get()


async def _save(viewer: Viewer, action: str, setting: FieldSetting, name: str, after: Any) -> None:
    before = getattr(setting, name)
    if before == after:
        return
    setattr(setting, name, after)
    setting.version, setting.updated_at = setting.version + 1, clock.now()
    await setting.save()
    changes = {f"{setting.entity}.{setting.field}.{name}": (before, after)}
    await audit.record(viewer, action, subject=("FieldSetting", setting.id), changes=changes)
    await _tell()


@operation("field.require")
async def require_field(viewer: Viewer, field: str, kind: CustomerKind, *, required: bool) -> str:
    """Make a field required at submission for a kind of customer, or optional."""
    administration.admit(viewer)
    spec = _settable(field)
    faults = Faults()
    if spec.only_for not in (None, kind):
        faults.add(ErrorCode.NOT_FOR_THIS_KIND, "kind")
    if required and (await KNOWN.current()).is_retired(CUSTOMER.name, field):
        faults.add(ErrorCode.FIELD_RETIRED, "field")
    faults.settle()
    await _save(viewer, "field.require", await _setting(field), _REQUIRED_OF[kind], required)
    return field


@operation("field.retire")
async def retire_field(viewer: Viewer, field: str, *, retired: bool) -> str:
    """Take an optional field out of use, or back into it. Its values stay."""
    administration.admit(viewer)
    _settable(field)
    required = [d for d in await definitions(viewer, CUSTOMER.name) if d.field.name == field and d.required_of]
    if retired and required:
        faults = Faults()
        faults.add(ErrorCode.FIELD_IS_REQUIRED, "field")
        faults.settle()
    await _save(viewer, "field.retire", await _setting(field), "retired_at", clock.now() if retired else None)
    return field
