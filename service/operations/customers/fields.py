"""What may stand in each field of a customer (D5–D14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from service.core.enums import CustomerKind
from service.core.errors import ErrorCode
from service.operations.faults import Faults
from service.rules import contacts, industries, name_keys, names, phones, readings, regions, texts, uscc

Rule = Callable[[str], Any]

INDIVIDUALS_ONLY = frozenset({"mobile", "salutation", "id_number_last_four"})
ENTERPRISES_ONLY = frozenset({"uscc", "no_uscc_reason", "enterprise_type", "size_band"})
DERIVED = ("name_key", "name_sort", "city")


def _line(maximum: int) -> Rule:
    return lambda value: texts.line(value, maximum=maximum)


_RULES: dict[str, Rule] = {
    "short_name": _line(50),
    "uscc": uscc.check,
    "no_uscc_reason": _line(200),
    "industry_other": _line(100),
    "region_code": lambda value: regions.check(value).code,
    "address": _line(200),
    "website": _line(200),
    "business_code": _line(50),
    "mobile": phones.mobile,
    "id_number_last_four": contacts.id_number_last_four,
    "notes": texts.note,
}


def checked(given: dict[str, Any], kind: CustomerKind, faults: Faults, *, industry_other: str | None) -> dict[str, Any]:
    """The columns that an input sets. Faults of all fields are noted together; null clears a field.

    `industry_other` is the text that the record has where the input sets none.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if texts.is_blank(value):
            values[name] = None
        elif name in (INDIVIDUALS_ONLY if kind is CustomerKind.ENTERPRISE else ENTERPRISES_ONLY):
            code = ErrorCode.USCC_ONLY_FOR_ENTERPRISES if name == "uscc" else ErrorCode.NOT_FOR_THIS_KIND
            faults.add(code, name)
        elif name == "name":
            values[name] = _name(value, kind, faults)
        elif name == "industry_code":
            values[name] = faults.tried(
                (name,), industries.stored_code, value, given.get("industry_other", industry_other)
            )
        elif name in _RULES:
            values[name] = faults.tried((name,), _RULES[name], value)
        else:
            values[name] = getattr(value, "value", value)
    return values | _derived(values, kind)


def _name(value: str, kind: CustomerKind, faults: Faults) -> str | None:
    if kind is CustomerKind.ENTERPRISE:
        return faults.tried(("name",), names.enterprise, value)
    return faults.name(("name",), names.person, value)


def _derived(values: dict[str, Any], kind: CustomerKind) -> dict[str, Any]:
    """The keys by which a name is found and sorted; the city that stands for a masked address."""
    derived: dict[str, Any] = {}
    if "region_code" in values:
        code = values["region_code"]
        derived["city"] = None if code is None else regions.check(code).masked
    if "name" in values:
        name, person = values["name"], kind is CustomerKind.INDIVIDUAL
        derived["name_key"] = None if name is None else name_keys.key(name)
        derived["name_sort"] = None if name is None else readings.sort_key(name, person=person)
    return derived
