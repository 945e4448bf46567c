"""What may stand in each field of a contact (D16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from service.core.errors import Path
from service.operations.faults import Faults
from service.rules import contacts, emails, names, phones, readings, texts

DERIVED = ("name_sort",)


def _line(maximum: int) -> Callable[[str], Any]:
    return lambda value: texts.line(value, maximum=maximum)


_RULES: dict[str, Callable[[str], Any]] = {
    "title": _line(50),
    "department_name": _line(50),
    "mobile": phones.mobile,
    "landline": phones.landline,
    "email": emails.check,
    "email_note": _line(100),
    "wechat": _line(50),
    "staff_number": _line(50),
    "birthday": contacts.birthday,
}


def checked(given: dict[str, Any], faults: Faults, *, path: Path = (), email_note: str | None = None) -> dict[str, Any]:
    """The columns that an input sets; `path` is where the contact stands in a larger input.

    `email_note` is the note that the record has where the input sets none.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if texts.is_blank(value):
            if name != "is_primary":  # a flag has no third state: null leaves it as it is
                values[name] = None
        elif name == "name":
            values[name] = faults.name((*path, name), names.person, value)
        elif name in _RULES:
            values[name] = faults.tried((*path, name), _RULES[name], value)
        else:
            values[name] = getattr(value, "value", value)
    _email(values, faults, path, email_note)
    if "name" in values:
        name = values["name"]
        values["name_sort"] = None if name is None else readings.sort_key(name, person=True)
    return values


def _email(values: dict[str, Any], faults: Faults, path: Path, email_note: str | None) -> None:
    """A personal mailbox is flagged, and wants a note."""
    if values.get("email"):
        note = values.get("email_note") if "email_note" in values else email_note
        faults.tried((*path, "email_note"), emails.require_note, values["email"], note)
    if "email" in values:
        values["email_is_personal"] = None if values["email"] is None else emails.is_personal(values["email"])
