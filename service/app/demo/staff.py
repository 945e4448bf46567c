"""The departments and the forty people of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from service.app.demo.words import Words
from service.core.enums import Role
from service.core.ids import new_id
from service.rules import readings

REGIONS = {
    "华东区": ("31", "32", "33", "34", "35", "36", "37"),
    "华南区": ("42", "43", "44", "45", "46", "50", "51", "52", "53"),
    "华北区": ("11", "12", "13", "14", "15", "21", "22", "23", "41", "61", "62"),
}
"""The regions of sales, with the provinces that belong to each."""


@dataclass(frozen=True)
class _Post:
    """A department, where it hangs, its head and its staff: role, first staff number, how many."""

    name: str
    above: str | None
    head: tuple[Role, str]
    staff: tuple[tuple[Role, int, int], ...] = ()


_POSTS = (
    _Post("总经办", None, (Role.EXECUTIVE, "1001"), ((Role.EXECUTIVE, 1002, 1),)),
    _Post("销售中心", "总经办", (Role.SALES_MANAGER, "2000")),
    _Post("华东区", "销售中心", (Role.SALES_MANAGER, "2100"), ((Role.SALES, 2101, 6),)),
    _Post("华南区", "销售中心", (Role.SALES_MANAGER, "2200"), ((Role.SALES, 2201, 6),)),
    _Post("华北区", "销售中心", (Role.SALES_MANAGER, "2300"), ((Role.SALES, 2301, 6),)),
    _Post("客服中心", "总经办", (Role.SERVICE_MANAGER, "3100"), ((Role.SERVICE, 3101, 5),)),
    _Post("市场部", "总经办", (Role.MARKETING, "4101"), ((Role.MARKETING, 4102, 2),)),
    _Post("信息部", "总经办", (Role.ADMIN, "5100"), ((Role.DATA_STEWARD, 5101, 1), (Role.SECURITY, 5102, 1))),
    _Post("人力资源部", "总经办", (Role.HR, "6101"), ((Role.HR, 6102, 1),)),
    _Post("审计部", "总经办", (Role.AUDITOR, "7101")),
)


@dataclass(frozen=True)
class Seller:
    """Somebody who owns customers."""

    id: UUID
    department_id: UUID
    provinces: tuple[str, ...]


@dataclass(frozen=True)
class Staff:
    """Rows to be written, in this order, and who of them owns customers."""

    departments: list[dict[str, Any]]
    users: list[dict[str, Any]]
    heads: dict[UUID, UUID]
    """The manager of each department: to be set when the people are there."""
    sellers: list[Seller]


def make(words: Words, password_hash: str, since: datetime) -> Staff:
    """Make them up. `since`: when the house was set up."""
    found = Staff([], [], {}, [])
    keys = {post.name: new_id() for post in _POSTS}
    for post in _POSTS:
        key = keys[post.name]
        found.departments.append(
            {"id": key, "created_at": since, "updated_at": since, "version": 1, "name": post.name,
             "parent_id": keys[post.above] if post.above else None, "manager_id": None}
        )  # fmt: skip
        account = {"created_at": since, "updated_at": since, "department_id": key, "password_hash": password_hash}
        head = account | _user(words, *post.head)
        found.users.append(head)
        found.heads[key] = cast("UUID", head["id"])
        for role, first, count in post.staff:
            for number in range(first, first + count):
                user = account | _user(words, role, str(number))
                found.users.append(user)
                if role in (Role.SALES, Role.SERVICE):
                    found.sellers.append(_seller(user, post.name))
    return found


def _seller(user: dict[str, Any], department: str) -> Seller:
    everywhere = tuple(code for codes in REGIONS.values() for code in codes)
    provinces = REGIONS.get(department, everywhere)
    return Seller(user["id"], user["department_id"], provinces)


def _user(words: Words, role: Role, number: str) -> dict[str, Any]:
    name, _ = words.person()
    return {
        "id": new_id(), "version": 1, "staff_number": number,
        "email": f"{readings.full(name, person=True)}.{number}@mingce.example", "name": name, "roles": [role.value],
        "must_change_password": False, "session_epoch": 1, "disabled_at": None,
    }  # fmt: skip
