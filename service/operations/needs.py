"""What customers are after (D18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, editable
from service.boundary.catalogue import KNOWN, Catalogue
from service.boundary.work import operation
from service.core.enums import CustomerState, ExpectedPurchase, NeedState
from service.core.errors import ErrorCode, FieldError, NotFound, Path
from service.core.fields import CUSTOMER, NEED
from service.core.viewer import Viewer
from service.operations import choices, edits, reasons
from service.operations.customers import review
from service.operations.faults import Faults
from service.rules import needs as rules
from service.rules import texts
from storage.models import Need
from storage.queries import rows

LONGEST_TEXT = 2000
TEXTS = ("current_need", "potential_need", "pain_points", "business_goal", "product_preference")
_TIME = ("expected_purchase", "expected_purchase_on")


@dataclass(frozen=True)
class Saved:
    """A need that was saved, and what is worth a warning."""

    need_id: UUID
    warnings: list[FieldError]
    approval_id: UUID | None = None
    """The request for what waits for approval."""
    waiting: tuple[str, ...] = ()
    """The fields that wait for it, where the others took effect."""


def checked(
    given: Mapping[str, Any],
    faults: Faults,
    catalogue: Catalogue,
    *,
    path: Path = (),
    present: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The columns that an input sets; `path` is where the need stands in a larger input, `present` what it has."""
    present, values = present or {}, dict[str, Any]()
    for name, value in given.items():
        spec = NEED.by_name[name]
        if name in TEXTS and not texts.is_blank(value):
            values[name] = faults.text((*path, name), value, maximum=LONGEST_TEXT)
        elif name == "kinds":
            values[name] = choices.checked(
                spec, value or [], faults, catalogue, path=(*path, name), present=present.get(name)
            )
        elif spec.type.is_choice and not texts.is_blank(value):
            values[name] = choices.checked(
                spec, value, faults, catalogue, path=(*path, name), present=present.get(name)
            )
        else:
            values[name] = None if texts.is_blank(value) else getattr(value, "value", value)
    return values | _time({**present, **values}, values, faults, path)


def _time(whole: Mapping[str, Any], values: dict[str, Any], faults: Faults, path: Path) -> dict[str, Any]:
    """When a purchase is expected: a day alone is of the kind DATE; of a quarter its last day is kept."""
    if not any(name in values for name in _TIME):
        return {}
    kind, day = whole.get("expected_purchase"), whole.get("expected_purchase_on")
    if day is not None and kind is None:
        kind = ExpectedPurchase.DATE.value
    found = faults.tried((*path, "expected_purchase_on"), rules.expected_on, kind and ExpectedPurchase(kind), day)
    return {"expected_purchase": kind, "expected_purchase_on": found}


async def add(viewer: Viewer, customer_id: UUID, values: dict[str, Any]) -> UUID:
    need_id = await rows.insert(Need, {"kinds": [], **values, "customer_id": customer_id})
    logged = {n: (None, v) for n, v in values.items() if v is not None}
    await audit.record(viewer, "need.create", subject=(NEED.name, need_id), customer_id=customer_id, changes=logged)
    return need_id


def _require(access: Access, values: Mapping[str, Any], faults: Faults) -> None:
    """A need of a customer in effect has a kind and a priority (D13, D31)."""
    if access.state is CustomerState.ACTIVE:
        for name in ("kinds", "priority"):
            if not values.get(name):
                faults.add(ErrorCode.REQUIRED, name)


def admit_new(access: Access) -> None:
    """A need without a field is a need all the same."""
    access.require_full(NEED, ("kinds",))


def admit_closing(access: Access) -> None:
    """Who closes a need sees whether it is open."""
    access.require_full(NEED, ("state",))


@operation("need.create", on=CUSTOMER.name)
async def create(viewer: Viewer, customer_id: UUID, given: dict[str, Any]) -> Saved:
    """Record something that the customer is after. There may be several."""
    access = await editable(viewer, customer_id, NEED)
    admit_new(access)
    access.require_full(NEED, given)
    faults = Faults()
    values = checked(given, faults, await KNOWN.current())
    _require(access, values, faults)
    faults.settle()
    return Saved(await add(viewer, customer_id, values), faults.warnings)


async def _find(viewer: Viewer, need_id: UUID) -> tuple[Need, Access]:
    """The need with the viewer's rights; NOT_FOUND where it does not exist for him."""
    need = await Need.get_or_none(id=need_id)
    if need is None:
        raise NotFound
    access = await editable(viewer, need.customer_id, NEED)
    return await Need.get(id=need_id), access  # read again: the customer is locked only now


@operation("need.update", on=NEED.name)
async def update(
    viewer: Viewer, need_id: UUID, version: int, given: dict[str, Any], *, reason: str | None = None
) -> Saved:
    """Change an open need. One that was met or dropped stays as it is.

    High-risk information waits for approval, the rest takes effect (D32).
    """
    need, access = await _find(viewer, need_id)
    access.require_full(NEED, given)
    await edits.require_version(NEED, need, version, access.shown_whole(NEED, given))
    faults = Faults()
    faults.tried(("id",), rules.check_open, NeedState(need.state))
    present = {name: getattr(need, name) for name in NEED.columns}
    catalogue = await KNOWN.current()
    values = checked(given, faults, catalogue, present=present)
    _require(access, present | values, faults)
    words = reasons.checked(reason, faults, required=False)
    faults.settle()
    changed = edits.differences(need, values)
    held = await review.hold_back(viewer, edits.locked(access), (NEED, need_id), changed, catalogue, reason=words)
    rest = {name: value for name, value in values.items() if name not in held.columns}
    await edits.save(viewer, "need.update", NEED, need, rest, customer_id=need.customer_id, reason=words)
    return Saved(need.id, faults.warnings, held.approval_id, held.fields)


@operation("need.close", on=NEED.name)
async def close(viewer: Viewer, need_id: UUID, version: int, state: NeedState, reason: str | None) -> UUID:
    """Say that a need was met, or dropped and why; or that it is open again."""
    need, access = await _find(viewer, need_id)
    admit_closing(access)
    await edits.require_version(NEED, need, version, {"state": state.value})
    faults = Faults()
    words = None if texts.is_blank(reason) else faults.tried(("reason",), texts.line, reason, maximum=200)
    if words is None and state is NeedState.DROPPED and not faults.errors:
        faults.add(ErrorCode.REASON_REQUIRED, "reason")
    faults.settle()
    values = {"state": state.value, "closed_reason": None if state is NeedState.OPEN else words}
    await edits.save(viewer, "need.close", NEED, need, values, customer_id=need.customer_id, reason=words)
    return need.id
