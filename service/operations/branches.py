"""Branches of an enterprise (D7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, editable
from service.boundary.work import operation
from service.core import clock
from service.core.errors import ErrorCode, FieldError, NotFound
from service.core.fields import BRANCH, CUSTOMER
from service.core.viewer import Viewer
from service.operations import edits
from service.operations.faults import Faults
from service.rules import addresses, editing, names, phones, regions, texts
from storage.models import Branch

Saved = tuple[UUID, list[FieldError]]
"""The branch's key, and what is worth a warning."""

_CITIES = {"business_region_code": "business_city", "delivery_region_code": "delivery_city"}
DERIVED = tuple(_CITIES.values())
_RULES: dict[str, Callable[[str], Any]] = {
    "name": lambda value: texts.line(value, maximum=100),
    "phone": phones.any_phone,
    **dict.fromkeys(_CITIES, lambda value: regions.check(value).code),
    **dict.fromkeys(("business_address", "delivery_address"), addresses.enterprise),
}


def _checked(given: dict[str, Any], faults: Faults) -> dict[str, Any]:
    """The columns that an input sets; null clears a field, but for the name."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if texts.is_blank(value):
            values[name] = None
            if name == "name":
                faults.add(ErrorCode.REQUIRED, "name")
        elif name == "manager_name":
            values[name] = faults.name((name,), names.person, value)
        elif name in _RULES:
            values[name] = faults.tried((name,), _RULES[name], value)
        else:
            values[name] = getattr(value, "value", value)
    for region, city in _CITIES.items():
        if region in values:
            values[city] = values[region] and regions.check(values[region]).masked
    return values


def admit(access: Access) -> None:
    """What every change of a branch takes besides: to see the names of branches in full."""
    access.require_full(BRANCH, ("name",))


@operation("branch.create", on=CUSTOMER.name)
async def create(viewer: Viewer, customer_id: UUID, given: dict[str, Any]) -> Saved:
    """Add a branch to an enterprise."""
    access = await editable(viewer, customer_id, BRANCH)
    admit(access)
    access.require_full(BRANCH, given)
    faults = Faults()
    faults.tried(("customer_id",), editing.check_enterprise, access.kind)
    values = _checked({"name": None, **given}, faults)
    faults.settle()
    branch = await Branch.create(customer_id=customer_id, **values)
    logged = {n: (None, v) for n, v in values.items() if n not in DERIVED and v is not None}
    await audit.record(
        viewer, "branch.create", subject=(BRANCH.name, branch.id), customer_id=customer_id, changes=logged
    )
    return branch.id, faults.warnings


async def _find(viewer: Viewer, branch_id: UUID) -> tuple[Branch, Access]:
    """The branch with the viewer's rights; NOT_FOUND where it does not exist for him."""
    branch = await Branch.get_or_none(id=branch_id, removed_at=None)
    if branch is None:
        raise NotFound
    access = await editable(viewer, branch.customer_id, BRANCH)
    # Read again: the customer is locked only now.
    branch = await Branch.get_or_none(id=branch_id, removed_at=None)
    if branch is None:
        raise NotFound
    return branch, access


@operation("branch.update", on=BRANCH.name)
async def update(viewer: Viewer, branch_id: UUID, version: int, given: dict[str, Any]) -> Saved:
    """Change a branch."""
    branch, access = await _find(viewer, branch_id)
    admit(access)
    access.require_full(BRANCH, given)
    await edits.require_version(BRANCH, branch, version, access.shown_whole(BRANCH, given))
    faults = Faults()
    values = _checked(given, faults)
    faults.settle()
    await edits.save(
        viewer, "branch.update", BRANCH, branch, values, customer_id=branch.customer_id, hidden=DERIVED
    )  # fmt: skip
    return branch.id, faults.warnings


@operation("branch.remove", on=BRANCH.name)
async def remove(viewer: Viewer, branch_id: UUID, version: int) -> UUID:
    """Take a branch away; it stays in the log."""
    branch, access = await _find(viewer, branch_id)
    admit(access)
    await edits.require_version(BRANCH, branch, version, {})
    values = {"removed_at": clock.now()}
    await edits.save(viewer, "branch.remove", BRANCH, branch, values, customer_id=branch.customer_id)
    return branch.customer_id
