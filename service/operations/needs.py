"""Needs (D18): one record for each customer as yet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import editable
from service.boundary.work import operation
from service.core.enums import CustomerState
from service.core.errors import ErrorCode, Path
from service.core.fields import CUSTOMER, NEED
from service.core.viewer import Viewer
from service.operations import edits
from service.operations.faults import Faults
from service.rules import texts
from storage.models import Need

LONGEST_TEXT = 2000


def checked(given: dict[str, Any], faults: Faults, *, path: Path = ()) -> dict[str, Any]:
    """The columns that an input sets; `path` is where the need stands in a larger input."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name in ("current_need", "pain_points") and not texts.is_blank(value):
            values[name] = faults.tried((*path, name), texts.text, value, maximum=LONGEST_TEXT)
        elif name == "kinds":
            kinds: list[Any] = value or []
            values[name] = list(dict.fromkeys(getattr(kind, "value", kind) for kind in kinds))
        else:
            values[name] = None if texts.is_blank(value) else getattr(value, "value", value)
    return values


async def add(viewer: Viewer, customer_id: UUID, values: dict[str, Any]) -> Need:
    columns: dict[str, Any] = {"kinds": [], **values, "customer_id": customer_id}
    need = await Need.create(**columns)
    logged = {n: (None, v) for n, v in values.items() if v is not None}
    await audit.record(viewer, "need.create", subject=(NEED.name, need.id), customer_id=customer_id, changes=logged)
    return need


@operation("need.set", on=CUSTOMER.name)
async def set_need(viewer: Viewer, customer_id: UUID, version: int | None, given: dict[str, Any]) -> UUID:
    """Record what the customer is after, or change it; `version` is that of the need that is there."""
    access = await editable(viewer, customer_id)
    access.require_full(NEED, given)
    faults = Faults()
    values = checked(given, faults)
    need = await Need.filter(customer_id=customer_id).order_by("created_at").first()
    if need is not None:
        await edits.require_version(NEED, need, version or 0, given)
    merged_kinds = values.get("kinds", need.kinds if need else [])
    merged_priority = values.get("priority", need.priority if need else None)
    if access.state is CustomerState.ACTIVE:
        for name, value in (("kinds", merged_kinds), ("priority", merged_priority)):
            if not value:
                faults.add(ErrorCode.REQUIRED, name)
    faults.settle()
    if need is None:
        return (await add(viewer, customer_id, values)).id
    await edits.save(viewer, "need.update", NEED, need, values, customer_id=customer_id)
    return need.id
