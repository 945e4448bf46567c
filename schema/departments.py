"""The tree of departments (D2)."""

from __future__ import annotations

from uuid import UUID

import strawberry

from schema.core.errors import UserError, user_errors
from schema.core.payloads import answer, key_of, payload
from service.core.errors import UserErrors
from service.core.fields import DEPARTMENT, USER
from service.core.fields.spec import EntitySpec
from service.operations import departments

Info = strawberry.Info
_VERSION = "The version that you read; a stale one is refused."

DepartmentPayload = payload("DepartmentPayload", "Department", "department", "A department after a change.")


@strawberry.input(description="A new department.")
class CreateDepartmentInput:
    name: str = strawberry.field(description="The department's name.")
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="The department above it.")
    manager_id: strawberry.ID | None = strawberry.field(default=None, description="Who manages it.")


@strawberry.input(description="Gives a department another name.")
class RenameDepartmentInput:
    id: strawberry.ID = strawberry.field(description="The department.")
    version: int = strawberry.field(description=_VERSION)
    name: str = strawberry.field(description="The new name.")


@strawberry.input(description="Hangs a department, with all below it, somewhere else.")
class MoveDepartmentInput:
    id: strawberry.ID = strawberry.field(description="The department.")
    version: int = strawberry.field(description=_VERSION)
    parent_id: strawberry.ID | None = strawberry.field(description="The department above it; null puts it on top.")


@strawberry.input(description="Names the manager of a department.")
class AppointManagerInput:
    id: strawberry.ID = strawberry.field(description="The department.")
    version: int = strawberry.field(description=_VERSION)
    manager_id: strawberry.ID | None = strawberry.field(description="The manager; with null the next one up counts.")


@strawberry.input(description="Takes away an empty department.")
class RemoveDepartmentInput:
    id: strawberry.ID = strawberry.field(description="The department.")
    version: int = strawberry.field(description=_VERSION)


@strawberry.type(description="Says that a department is gone.")
class RemoveDepartmentPayload:
    deleted_id: strawberry.ID | None = strawberry.field(description="The id that it had.")
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


def _key(global_id: str | None, spec: EntitySpec) -> UUID | None:
    return key_of(global_id, spec) if global_id else None


@strawberry.type
class DepartmentsMutation:
    @strawberry.mutation(description="Make a department. Administrators only.")
    async def create_department(self, info: Info, input: CreateDepartmentInput) -> DepartmentPayload:  # type: ignore[valid-type]
        parent, manager = _key(input.parent_id, DEPARTMENT), _key(input.manager_id, USER)
        return await answer(
            info, DepartmentPayload, lambda viewer: departments.create(viewer, input.name, parent, manager)
        )

    @strawberry.mutation(description="Give a department another name. Administrators only.")
    async def rename_department(self, info: Info, input: RenameDepartmentInput) -> DepartmentPayload:  # type: ignore[valid-type]
        key = key_of(input.id, DEPARTMENT)
        return await answer(
            info, DepartmentPayload, lambda viewer: departments.rename(viewer, key, input.version, input.name)
        )

    @strawberry.mutation(description="Hang a department somewhere else in the tree. Administrators only.")
    async def move_department(self, info: Info, input: MoveDepartmentInput) -> DepartmentPayload:  # type: ignore[valid-type]
        key, parent = key_of(input.id, DEPARTMENT), _key(input.parent_id, DEPARTMENT)
        return await answer(
            info, DepartmentPayload, lambda viewer: departments.move(viewer, key, input.version, parent)
        )

    @strawberry.mutation(description="Name the manager of a department. Administrators only.")
    async def appoint_manager(self, info: Info, input: AppointManagerInput) -> DepartmentPayload:  # type: ignore[valid-type]
        key, manager = key_of(input.id, DEPARTMENT), _key(input.manager_id, USER)
        return await answer(
            info, DepartmentPayload, lambda viewer: departments.appoint(viewer, key, input.version, manager)
        )

    @strawberry.mutation(description="Take away a department without staff, departments and customers. Administrators.")
    async def remove_department(self, info: Info, input: RemoveDepartmentInput) -> RemoveDepartmentPayload:
        viewer = await info.context.require_viewer()
        try:
            await departments.remove(viewer, key_of(input.id, DEPARTMENT), input.version)
        except UserErrors as refused:
            return RemoveDepartmentPayload(deleted_id=None, user_errors=user_errors(refused, info.context.locale))
        return RemoveDepartmentPayload(deleted_id=input.id, user_errors=[])
