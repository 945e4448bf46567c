"""Looking after staff: accounts, roles, departments, leavers (D1, D2, D4)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from schema.core.payloads import answer, key_of, payload
from schema.core.reading import Resolver, resolve_payload_record
from schema.core.types import lazy
from service.core import enums
from service.core.errors import UserErrors
from service.core.fields import DEPARTMENT, USER
from service.core.ids import to_global
from service.operations import staff
from service.operations.people import NewUser

Info = strawberry.Info
Role = graphql_enum(enums.Role)
VERSION = "The version that you read; a stale one is refused."
_INITIAL = "An initial password of your choice; without it one is made up."

UserPayload = payload("UserPayload", "User", "user", "A member of staff after a change.")


@strawberry.type(description="An account that was made, or that got a new initial password.")
class AccountPayload:
    user: Any = strawberry.field(graphql_type=lazy("User") | None, description="Whose account it is.")
    initial_password: str | None = strawberry.field(
        description="What was made up: shown this once. Has to be changed at the first sign-in (D1)."
    )
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


@strawberry.input(description="A new member of staff.")
class CreateUserInput:
    staff_number: str = strawberry.field(description="Signs in with it; stays for ever.")
    name: str = strawberry.field(description="The real name.")
    email: str | None = strawberry.field(default=None, description="Signs in with it too.")
    roles: list[Role] = strawberry.field(description="One or more (D2).")  # type: ignore[valid-type]
    department_id: strawberry.ID | None = strawberry.field(default=None, description="Where the person works.")
    password: str | None = strawberry.field(default=None, description=_INITIAL)


@strawberry.input(description="Changes of a member of staff. What is left out stays.")
class UpdateUserInput:
    id: strawberry.ID = strawberry.field(description="The member of staff.")
    version: int = strawberry.field(description=VERSION)
    name: str | None = strawberry.field(default=strawberry.UNSET, description="The real name.")
    email: str | None = strawberry.field(default=strawberry.UNSET, description="Signs in with it too; null clears.")


@strawberry.input(description="Sets the roles of a member of staff.")
class SetUserRolesInput:
    id: strawberry.ID = strawberry.field(description="The member of staff.")
    version: int = strawberry.field(description=VERSION)
    roles: list[Role] = strawberry.field(description="All that the person is to have (D2).")  # type: ignore[valid-type]


@strawberry.input(description="Puts a member of staff into another department.")
class MoveUserInput:
    id: strawberry.ID = strawberry.field(description="The member of staff.")
    version: int = strawberry.field(description=VERSION)
    department_id: strawberry.ID = strawberry.field(description="The department; his customers follow him there.")


@strawberry.input(description="A member of staff as you have read it.")
class UserVersionInput:
    id: strawberry.ID = strawberry.field(description="The member of staff.")
    version: int = strawberry.field(description=VERSION)


@strawberry.input(description="Gives a member of staff a new initial password.")
class ResetPasswordInput:
    id: strawberry.ID = strawberry.field(description="The member of staff.")
    password: str | None = strawberry.field(default=None, description=_INITIAL)


@strawberry.input(description="Ends the lock of an account.")
class UnlockUserInput:
    id: strawberry.ID = strawberry.field(description="The member of staff.")


async def _account(info: Info, work: Any) -> AccountPayload:
    viewer = await info.context.require_viewer()
    try:
        made = await work(viewer)
    except UserErrors as refused:
        return AccountPayload(user=None, initial_password=None, user_errors=user_errors(refused, info.context.locale))
    key: Any = to_global(USER.prefix, made.user_id)
    return AccountPayload(user=key, initial_password=made.initial_password, user_errors=[])


@strawberry.type
class StaffMutation:
    @strawberry.mutation(description="Make an account. Administrators only.")
    async def create_user(self, info: Info, input: CreateUserInput) -> AccountPayload:
        department = key_of(input.department_id, DEPARTMENT) if input.department_id else None
        person = NewUser(
            staff_number=input.staff_number, name=input.name, password="", email=input.email, roles=list(input.roles),
            department_id=department,
        )  # fmt: skip
        return await _account(info, lambda viewer: staff.create(viewer, person, input.password))

    @strawberry.mutation(description="Change name or e-mail. Administrators only.")
    async def update_user(self, info: Info, input: UpdateUserInput) -> UserPayload:  # type: ignore[valid-type]
        key, given = key_of(input.id, USER), {"name": input.name, "email": input.email}
        values = {name: value for name, value in given.items() if value is not strawberry.UNSET}
        return await answer(info, UserPayload, lambda viewer: staff.update(viewer, key, input.version, values))

    @strawberry.mutation(description="Set roles; one administrator at least remains. Administrators only.")
    async def set_user_roles(self, info: Info, input: SetUserRolesInput) -> UserPayload:  # type: ignore[valid-type]
        key, roles = key_of(input.id, USER), list(input.roles)
        return await answer(info, UserPayload, lambda viewer: staff.set_roles(viewer, key, input.version, roles))

    @strawberry.mutation(description="Put a person into another department. Administrators and human resources.")
    async def move_user(self, info: Info, input: MoveUserInput) -> UserPayload:  # type: ignore[valid-type]
        key, department = key_of(input.id, USER), key_of(input.department_id, DEPARTMENT)
        return await answer(info, UserPayload, lambda viewer: staff.move(viewer, key, input.version, department))

    @strawberry.mutation(
        description="Let a leaver sign in no more (D4): his manager acts as owner until the hand-over. "
        "Administrators and human resources."
    )
    async def disable_user(self, info: Info, input: UserVersionInput) -> UserPayload:  # type: ignore[valid-type]
        key = key_of(input.id, USER)
        return await answer(info, UserPayload, lambda viewer: staff.disable(viewer, key, input.version))

    @strawberry.mutation(description="Let a person sign in again. Administrators and human resources.")
    async def enable_user(self, info: Info, input: UserVersionInput) -> UserPayload:  # type: ignore[valid-type]
        key = key_of(input.id, USER)
        return await answer(info, UserPayload, lambda viewer: staff.enable(viewer, key, input.version))

    @strawberry.mutation(description="Give a person a new initial password; his sessions end. Administrators only.")
    async def reset_password(self, info: Info, input: ResetPasswordInput) -> AccountPayload:
        key = key_of(input.id, USER)
        return await _account(info, lambda viewer: staff.reset_password(viewer, key, input.password))

    @strawberry.mutation(description="End the lock after too many wrong passwords. Administrators only.")
    async def unlock_user(self, info: Info, input: UnlockUserInput) -> UserPayload:  # type: ignore[valid-type]
        key = key_of(input.id, USER)
        return await answer(info, UserPayload, lambda viewer: staff.unlock(viewer, key))


RESOLVERS: dict[str, Resolver] = {"AccountPayload.user": resolve_payload_record("user")}
