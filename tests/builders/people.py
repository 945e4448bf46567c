from __future__ import annotations

from itertools import count
from typing import Any

from service.core.enums import Role
from storage.models import Department, User

NO_PASSWORD = "no password"
_numbers = count(1)


async def make_department(name: str = "销售一部", **values: Any) -> Department:
    return await Department.create(name=name, **values)


async def make_user(*roles: Role, **values: Any) -> User:
    number = f"t{next(_numbers):05d}"
    defaults = {"staff_number": number, "name": f"员工{number}", "roles": list(roles), "password_hash": NO_PASSWORD}
    return await User.create(**{**defaults, "must_change_password": False, **values})
