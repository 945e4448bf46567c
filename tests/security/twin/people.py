"""The staff of the small world: every role, and everything that one can be to a customer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.core.enums import Role
from service.core.ids import new_id
from tests.security.twin import requests
from tests.security.twin.rows import Row, Rows
from tests.security.twin.values import START

DEPARTMENTS: dict[str, tuple[str | None, str | None]] = {
    "head office": (None, "chief"),
    "east": ("head office", "east manager"),
    "sales one": ("east", "manager"),
    "sales two": ("east", "neighbour manager"),
    "west": ("head office", None),
    "service": ("head office", "service manager"),
}
"""By name: the department above, and who manages it."""

STAFF: dict[str, tuple[str | None, tuple[Role, ...]]] = {
    "owner": ("sales one", (Role.SALES,)),
    "colleague": ("sales one", (Role.SALES,)),
    "collaborator": ("sales two", (Role.SALES,)),
    "manager": ("sales one", (Role.SALES_MANAGER,)),
    "neighbour manager": ("sales two", (Role.SALES_MANAGER,)),
    "east manager": ("east", (Role.SALES,)),  # manages, whatever his title
    "chief": ("head office", (Role.EXECUTIVE,)),
    "stranger": ("west", (Role.SALES,)),
    "titled stranger": ("west", (Role.SALES_MANAGER,)),  # a title without a department
    "service": ("service", (Role.SERVICE,)),
    "service manager": ("service", (Role.SERVICE_MANAGER,)),
    "marketing": ("west", (Role.MARKETING,)),
    "selling marketer": ("sales one", (Role.MARKETING, Role.SALES)),
    "executive": ("west", (Role.EXECUTIVE,)),
    "steward": ("west", (Role.DATA_STEWARD,)),
    "security": ("west", (Role.SECURITY,)),
    "hr": ("west", (Role.HR,)),
    "auditor": (None, (Role.AUDITOR,)),
    "collaborating auditor": ("west", (Role.AUDITOR,)),
    "admin": ("head office", (Role.ADMIN,)),
}
"""By name: the department, and the roles."""


def people() -> tuple[Rows, dict[str, Row]]:
    """Departments, users and a session for each, and the users by name."""
    departments = {name: {"id": new_id(), "name": name} for name in DEPARTMENTS}
    users = {name: _user(number, name) for number, name in enumerate(STAFF)}
    for name, (parent, manager) in DEPARTMENTS.items():
        departments[name] |= _entered() | {
            "parent_id": departments[parent]["id"] if parent else None,
            "manager_id": users[manager]["id"] if manager else None,
        }
    for name, (department, _) in STAFF.items():
        users[name]["department_id"] = departments[department]["id"] if department else None
    sessions = [_session(user) for user in users.values()]
    found = {"departments": list(departments.values()), "users": list(users.values()), "sessions": sessions}
    return found | {"delegations": requests.delegations(users)}, users


def _entered() -> Row:
    return {"created_at": START, "updated_at": START, "version": 1}


def _user(number: int, name: str) -> Row:
    return _entered() | {
        "id": new_id(), "staff_number": f"s{number:03d}", "email": f"s{number:03d}@mingce.example", "name": name,
        "roles": [role.value for role in STAFF[name][1]], "password_hash": "none", "must_change_password": False,
        "session_epoch": 1, "disabled_at": None,
    }  # fmt: skip


def _session(user: Row) -> Row:
    return {
        "id": new_id(), "created_at": START, "user_id": user["id"], "token_digest": f"none {user['staff_number']}",
        "expires_at": datetime.now(UTC).replace(microsecond=0) + timedelta(days=1), "ended_at": None,
    }  # fmt: skip
