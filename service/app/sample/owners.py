"""Who imports, and whose the customers become."""

from __future__ import annotations

import secrets
from dataclasses import replace
from uuid import UUID

from service.app.sample.mapping import HISTORICAL, staff_number
from service.app.stack.errors import StackError
from service.boundary.access.snapshot import read_viewer
from service.core.enums import Channel, Role
from service.core.viewer import Viewer
from service.operations import people
from service.operations.people import NewUser
from storage.models import Department, User

DEPARTMENT = HISTORICAL
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


async def operator(number: str | None) -> Viewer:
    """The administrator with this staff number, or the first one, at work under the channel IMPORT."""
    known = User.filter(disabled_at=None, roles__contains=[Role.ADMIN.value])
    found = (
        await (known.filter(staff_number=staff_number(number)) if number else known)
        .order_by("created_at", "id")
        .first()
    )
    if found is None:
        whom = f"The administrator {number}" if number else "An administrator"
        raise StackError(f"{whom} is missing: make one with `crm create-admin`, or name another one with --as.")
    viewer = await read_viewer(found.id)
    assert viewer is not None
    return replace(viewer, channel=Channel.IMPORT)


async def ensure(numbers: set[str]) -> tuple[dict[str, UUID], int]:
    """The accounts of these staff numbers, and how many had to be made.

    Made ones have a password that nobody knows and a name to be put right: the files have numbers only.
    """
    known = {user.staff_number: user.id for user in await User.filter(staff_number__in=list(numbers))}
    missing = sorted(numbers - set(known))
    if missing:
        department = await Department.get_or_none(name=DEPARTMENT, parent_id=None)
        department_id = department.id if department else await people.create_department(DEPARTMENT)
        for number in missing:
            known[number] = await people.create(_new(number, department_id), channel=Channel.IMPORT)
    return known, len(missing)


def _new(number: str, department_id: UUID) -> NewUser:
    return NewUser(
        staff_number=number, name="员工" + number.translate(_DIGITS), password=f"{secrets.token_urlsafe(24)}-7a",
        roles=[Role.SALES], department_id=department_id,
    )  # fmt: skip
