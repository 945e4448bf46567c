"""The tree of departments (D2). Administrators only; each change is in force everywhere within 2 s."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.work import operation
from service.core.errors import ErrorCode, NotFound
from service.core.fields import DEPARTMENT
from service.core.viewer import Viewer
from service.operations import administration, edits
from service.operations.customers.ownership import staff
from service.operations.faults import Faults
from service.rules import texts
from storage.models import Department
from storage.queries import people as queries

LONGEST_NAME = 100


@operation("department.create")
async def create(viewer: Viewer, name: str, parent_id: UUID | None, manager_id: UUID | None) -> UUID:
    """Make a department, below another one where `parent_id` is given."""
    viewer = await administration.enter(viewer)
    faults = Faults()
    values: dict[str, Any] = {"name": _name(name, faults), "parent_id": parent_id, "manager_id": manager_id}
    await _require_parent(parent_id, faults)
    await _require_manager(manager_id, faults)
    faults.settle()
    department = await Department.create(**values)
    await audit.record(
        viewer,
        "department.create",
        subject=(DEPARTMENT.name, department.id),
        changes={name: (None, value) for name, value in values.items() if value is not None},
    )
    await administration.announce()
    return department.id


@operation("department.rename", on=DEPARTMENT.name)
async def rename(viewer: Viewer, department_id: UUID, version: int, name: str) -> UUID:
    """Give a department another name."""
    viewer = await administration.enter(viewer)
    department = await _found(department_id)
    await edits.require_version(DEPARTMENT, department, version, {"name": name})
    faults = Faults()
    values = {"name": _name(name, faults)}
    faults.settle()
    return await _save(viewer, "department.rename", department, values)


@operation("department.move", on=DEPARTMENT.name)
async def move(viewer: Viewer, department_id: UUID, version: int, parent_id: UUID | None) -> UUID:
    """Hang a department, with all below it, below another one, or on top. The managers above change with it."""
    viewer = await administration.enter(viewer)
    department = await _found(department_id)
    await edits.require_version(DEPARTMENT, department, version, {"parent_id": parent_id})
    faults = Faults()
    await _require_parent(parent_id, faults)
    if parent_id is not None and await queries.is_below(parent_id, department_id):
        faults.add(ErrorCode.DEPARTMENT_CYCLE, "parent_id")
    faults.settle()
    return await _save(viewer, "department.move", department, {"parent_id": parent_id})


@operation("department.appoint", on=DEPARTMENT.name)
async def appoint(viewer: Viewer, department_id: UUID, version: int, manager_id: UUID | None) -> UUID:
    """Make somebody the manager of a department; with null it has none, and the next one up counts."""
    viewer = await administration.enter(viewer)
    department = await _found(department_id)
    await edits.require_version(DEPARTMENT, department, version, {"manager_id": manager_id})
    faults = Faults()
    await _require_manager(manager_id, faults)
    faults.settle()
    return await _save(viewer, "department.appoint", department, {"manager_id": manager_id})


@operation("department.remove", on=DEPARTMENT.name)
async def remove(viewer: Viewer, department_id: UUID, version: int) -> UUID:
    """Take away a department in which there is nothing any more: no staff, no departments below it, no customers."""
    viewer = await administration.enter(viewer)
    # Locked against new rows that point at it, before they are counted.
    department = await Department.filter(id=department_id).select_for_update().get_or_none()
    if department is None:
        raise NotFound
    await edits.require_version(DEPARTMENT, department, version, {})
    faults = Faults()
    codes = {
        "staff": ErrorCode.DEPARTMENT_HAS_STAFF,
        "children": ErrorCode.DEPARTMENT_HAS_CHILDREN,
        "customers": ErrorCode.DEPARTMENT_HAS_CUSTOMERS,
    }
    for what, count in (await queries.contents(department_id)).items():
        if count:
            faults.add(codes[what], "id", count=count)
    faults.settle()
    await department.delete()
    before = {name: getattr(department, name) for name in ("name", "parent_id", "manager_id")}
    await audit.record(
        viewer,
        "department.remove",
        subject=(DEPARTMENT.name, department_id),
        changes={name: (value, None) for name, value in before.items() if value is not None},
    )
    await administration.announce()
    return department_id


async def _found(department_id: UUID) -> Department:
    department = await Department.filter(id=department_id).select_for_update(no_key=True).get_or_none()
    if department is None:
        raise NotFound
    return department


def _name(name: str, faults: Faults) -> str | None:
    return faults.tried(("name",), texts.line, name, maximum=LONGEST_NAME)


async def _require_parent(parent_id: UUID | None, faults: Faults) -> None:
    if parent_id is not None and not await Department.exists(id=parent_id):
        faults.add(ErrorCode.NOT_FOUND, "parent_id")


async def _require_manager(manager_id: UUID | None, faults: Faults) -> None:
    if manager_id is not None:
        await staff(manager_id, "manager_id", faults)


async def _save(viewer: Viewer, action: str, department: Department, values: dict[str, Any]) -> UUID:
    if await edits.save(viewer, action, DEPARTMENT, department, values):
        await administration.announce()
    return department.id
