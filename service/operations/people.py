"""Accounts and departments as they are made past the API (D1, D2), and what every new account goes through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from service.boundary import audit, passwords
from service.boundary.access.snapshot import CHANNEL
from service.core.enums import Channel, Role
from service.core.errors import ErrorCode, Invalid
from service.core.viewer import Viewer
from service.operations.faults import Faults
from service.rules import accounts, emails, names, texts
from service.rules import passwords as password_rules
from storage.models import Department, User
from storage.queries import sessions


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """A member of staff to be made."""

    staff_number: str
    name: str
    password: str
    email: str | None = None
    roles: list[Role] = field(default_factory=list[Role])
    department_id: UUID | None = None
    must_change_password: bool = True


async def create(person: NewUser, *, channel: Channel = Channel.CLI) -> UUID:
    """Make an account past the API. All faults come together as UserErrors."""
    faults = Faults()
    columns = checked(person, faults)
    faults.settle()
    hashed = await passwords.hashed(person.password)
    async with in_transaction():
        await require_free(columns, faults)
        faults.settle()
        return await insert(None, columns, hashed, channel=channel)


def checked(person: NewUser, faults: Faults) -> dict[str, Any]:
    """The columns of an account, all but the hash of its password."""
    number = accounts.normalise(person.staff_number)
    name = faults.name(("name",), names.person, person.name)
    address = faults.tried(("email",), email, person.email)
    faults.tried(("password",), password_rules.check, person.password, staff_number=number, email=person.email)
    if "@" in number:  # an account with it is looked for among the e-mail addresses
        faults.add(ErrorCode.INVALID_CHARACTERS, "staff_number", characters="@")
    faults.tried(("staff_number",), texts.line, number, maximum=32)
    return {
        "staff_number": number,
        "name": name,
        "email": address,
        "roles": [role.value for role in person.roles],
        "department_id": person.department_id,
        "must_change_password": person.must_change_password,
    }


async def require_free(columns: dict[str, Any], faults: Faults) -> None:
    """A fault for a staff number or an e-mail that somebody has already."""
    if await User.exists(staff_number=columns["staff_number"]):
        faults.add(ErrorCode.ALREADY_EXISTS, "staff_number")
    if columns["email"] and await User.exists(email=columns["email"]):
        faults.add(ErrorCode.ALREADY_EXISTS, "email")


async def insert(viewer: Viewer | None, columns: dict[str, Any], hashed: str, *, channel: Channel) -> UUID:
    """Save a checked account, in the transaction that is open."""
    user = await User.create(**columns, password_hash=hashed)
    logged = ("staff_number", "name", "email", "roles", "department_id")
    await audit.record(
        viewer,
        "user.create",
        subject=("User", user.id),
        channel=channel.value,
        changes={name: (None, columns[name]) for name in logged if columns[name] is not None},
    )
    return user.id


def email(text: str | None) -> str | None:
    """An e-mail address as accounts are looked up by it; None where it is blank."""
    if not text or texts.is_blank(text):
        return None
    address = emails.check(text).casefold()
    if len(address) > 254:
        raise Invalid(ErrorCode.TOO_LONG, maximum=254)
    return address


async def create_department(name: str, parent_id: UUID | None = None) -> UUID:
    """Make a department, below another one where `parent_id` is given."""
    async with in_transaction():
        department = await Department.create(name=name, parent_id=parent_id)
        await audit.record(
            None,
            "department.create",
            subject=("Department", department.id),
            channel=Channel.CLI.value,
            changes={"name": (None, name), "parent_id": (None, parent_id)},
        )
    return department.id


async def appoint(department_id: UUID, manager_id: UUID) -> None:
    """Make somebody the manager of a department."""
    async with in_transaction():
        department = await Department.filter(id=department_id).select_for_update().get()
        before, department.manager_id = department.manager_id, manager_id
        await department.save(update_fields=["manager_id"])
        await audit.record(
            None,
            "department.appoint",
            subject=("Department", department_id),
            channel=Channel.CLI.value,
            changes={"manager_id": (before, manager_id)},
        )
        await sessions.notify(CHANNEL)
