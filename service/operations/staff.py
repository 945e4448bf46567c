"""Staff as administrators look after them (D1, D2, D4). Human resources move, disable and enable, and no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from service.boundary import audit, passwords
from service.boundary.work import operation
from service.core import clock
from service.core.enums import Role
from service.core.errors import ErrorCode, Forbidden, NotFound
from service.core.fields import USER
from service.core.viewer import Viewer
from service.operations import administration, edits, hand_over, people, sign_in
from service.operations.faults import Faults
from service.operations.people import NewUser
from service.rules import accounts, names
from service.rules import passwords as password_rules
from storage.models import Department, User
from storage.queries import people as queries
from storage.queries import sessions


@dataclass(frozen=True)
class Account:
    """An account that was made, or whose password was reset."""

    user_id: UUID
    initial_password: Annotated[str | None, Field(exclude=True)] = None
    """Where the service has made it up: shown this once, and kept nowhere, so a repeated call gives none."""


@operation("user.create")
async def create(viewer: Viewer, person: NewUser, password: str | None) -> Account:
    """Make an account. Its password has to be changed at the first sign-in (D1)."""
    viewer = await administration.enter(viewer)
    number = accounts.normalise(person.staff_number)
    chosen = password or passwords.generated(staff_number=number, email=person.email)
    faults = Faults()
    columns = people.checked(replace(person, password=chosen), faults)
    if not person.roles:
        faults.add(ErrorCode.REQUIRED, "roles")
    if person.department_id is not None:
        await _require_department(person.department_id, faults)
    await people.require_free(columns, faults)
    faults.settle()
    user_id = await people.insert(viewer, columns, await passwords.hashed(chosen), channel=viewer.channel)
    return Account(user_id, None if password else chosen)


@operation("user.update", on=USER.name)
async def update(viewer: Viewer, user_id: UUID, version: int, given: dict[str, Any]) -> UUID:
    """Change name or e-mail. The staff number stays for ever."""
    viewer = await administration.enter(viewer)
    user = await _found(user_id)
    await edits.require_version(USER, user, version, given)
    faults, values = Faults(), dict[str, Any]()
    if "name" in given:
        values["name"] = faults.name(("name",), names.person, given["name"] or "")
    if "email" in given:
        values["email"] = faults.tried(("email",), people.email, given["email"])
        if values["email"] and await User.filter(email=values["email"]).exclude(id=user_id).exists():
            faults.add(ErrorCode.ALREADY_EXISTS, "email")
    faults.settle()
    await _save(viewer, "user.update", user, values)
    return user_id


@operation("user.set_roles", on=USER.name)
async def set_roles(viewer: Viewer, user_id: UUID, version: int, roles: list[Role]) -> UUID:
    """Give a person these roles instead of what he had. One administrator at least remains."""
    viewer = await administration.enter(viewer)
    user = await _found(user_id)
    values = {"roles": [role.value for role in Role if role in roles]}
    await edits.require_version(USER, user, version, values)
    faults = Faults()
    if not roles:
        faults.add(ErrorCode.REQUIRED, "roles")
    elif Role.ADMIN not in roles:
        await _require_another_administrator(user, "roles", faults)
    faults.settle()
    await _save(viewer, "user.set_roles", user, values)
    return user_id


async def move(viewer: Viewer, user_id: UUID, version: int, department_id: UUID) -> UUID:
    """Put a person into another department. The customers that he owns follow him there: few at once, many by a job."""
    job_id = await _move(viewer, user_id, version, department_id)
    if job_id is not None:
        await hand_over.begin(job_id)
    return user_id


@operation("user.move", on=USER.name)
async def _move(viewer: Viewer, user_id: UUID, version: int, department_id: UUID) -> UUID | None:
    viewer = await administration.enter(viewer, Role.HR)
    user = await _found(user_id)
    _admit(viewer, user)
    await edits.require_version(USER, user, version, {"department_id": department_id})
    faults = Faults()
    if user_id == viewer.id and Role.ADMIN not in viewer.roles:  # a department shows its customers
        faults.add(ErrorCode.NOT_YOURSELF, "id")
    await _require_department(department_id, faults)
    faults.settle()
    if not await _save(viewer, "user.move", user, {"department_id": department_id}):
        return None
    return await hand_over.follow(viewer, user_id)


@operation("user.disable", on=USER.name)
async def disable(viewer: Viewer, user_id: UUID, version: int) -> UUID:
    """Let a person who leaves sign in no more. His manager acts as owner until the hand-over; his name stays (D4)."""
    viewer = await administration.enter(viewer, Role.HR)
    user = await _found(user_id)
    _admit(viewer, user)
    await edits.require_version(USER, user, version, {"disabled_at": clock.now()})
    faults = Faults()
    if user_id == viewer.id:
        faults.add(ErrorCode.NOT_YOURSELF, "id")
    await _require_another_administrator(user, "id", faults)
    faults.settle()
    if user.disabled_at is None:
        await sessions.end_sessions(user_id, clock.now())
        await _save(viewer, "user.disable", user, {"disabled_at": clock.now()})
    return user_id


@operation("user.enable", on=USER.name)
async def enable(viewer: Viewer, user_id: UUID, version: int) -> UUID:
    """Let a person who was disabled sign in again, with the password that he had."""
    viewer = await administration.enter(viewer, Role.HR)
    user = await _found(user_id)
    _admit(viewer, user)
    await edits.require_version(USER, user, version, {"disabled_at": None})
    await _save(viewer, "user.enable", user, {"disabled_at": None})
    return user_id


@operation("user.reset_password", on=USER.name)
async def reset_password(viewer: Viewer, user_id: UUID, password: str | None) -> Account:
    """Give a person a new initial password. Every session of his ends, and so does a lock."""
    viewer = await administration.enter(viewer)
    user = await _found(user_id)
    chosen = password or passwords.generated(staff_number=user.staff_number, email=user.email)
    faults = Faults()
    if user_id == viewer.id:  # changePassword asks for the present one
        faults.add(ErrorCode.NOT_YOURSELF, "id")
    faults.tried(("password",), password_rules.check, chosen, staff_number=user.staff_number, email=user.email)
    faults.settle()
    await sessions.end_sessions(user_id, clock.now())
    await sign_in.unlock(user)
    hashed = await passwords.hashed(chosen)
    await User.filter(id=user_id).update(password_hash=hashed, must_change_password=True)
    await audit.record(viewer, "user.reset_password", subject=(USER.name, user_id))
    await administration.announce()
    return Account(user_id, None if password else chosen)


@operation("user.unlock", on=USER.name)
async def unlock(viewer: Viewer, user_id: UUID) -> UUID:
    """End the lock that too many wrong passwords have brought about (D1)."""
    viewer = await administration.enter(viewer)
    await sign_in.unlock(await _found(user_id))
    await audit.record(viewer, "user.unlock", subject=(USER.name, user_id))
    return user_id


async def _found(user_id: UUID) -> User:
    user = await User.filter(id=user_id).select_for_update(no_key=True).get_or_none()
    if user is None:
        raise NotFound
    return user


def _admit(viewer: Viewer, user: User) -> None:
    """An administrator's account is an administrator's business: otherwise human resources could lock all of them out
    but one."""
    if Role.ADMIN in user.roles and Role.ADMIN not in viewer.roles:
        raise Forbidden("administrators_and_hr_only")


async def _require_department(department_id: UUID, faults: Faults) -> None:
    if not await Department.exists(id=department_id):
        faults.add(ErrorCode.NOT_FOUND, "department_id")


async def _require_another_administrator(user: User, path: str, faults: Faults) -> None:
    active = Role.ADMIN in user.roles and user.disabled_at is None
    if active and not await queries.has_another_administrator(user.id):
        faults.add(ErrorCode.LAST_ADMINISTRATOR, path)


async def _save(viewer: Viewer, action: str, user: User, values: dict[str, Any]) -> bool:
    """Save what differs, and let everybody know; whether anything did."""
    changed = await edits.save(viewer, action, USER, user, values)
    if changed:
        await administration.announce()
    return bool(changed)
