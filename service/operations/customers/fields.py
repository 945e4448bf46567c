"""What may stand in each field of a customer (D5–D15)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from service.boundary.catalogue import Catalogue
from service.core.enums import CustomerKind
from service.core.errors import ErrorCode
from service.core.fields import CUSTOMER
from service.core.fields.spec import FieldSpec, FieldType
from service.operations import choices
from service.operations.faults import Faults
from service.rules import (
    addresses,
    contacts,
    identity,
    industries,
    money,
    name_keys,
    names,
    phones,
    readings,
    regions,
    texts,
    urls,
    uscc,
)

Rule = Callable[[Any], Any]

DERIVED = ("name_key", "name_sort", "short_name_sort", "city", "registered_city", "delivery_city")
REGIONS = {"region_code": "city", "registered_region_code": "registered_city", "delivery_region_code": "delivery_city"}
"""Each region with the column of its city: what stands for a masked street address."""
ADDRESSES = ("address", "registered_address", "delivery_address")
TEXTS = {
    "notes": texts.NOTE_MAXIMUM, "main_business": 500, "core_products": 500, "trade_goods": 500,
    "cooperation_scope": 500, "cooperation_history": 2000,
}  # fmt: skip
"""Free texts, with the longest of each."""
MOST_STORES = 1_000_000


def _line(maximum: int) -> Rule:
    return lambda value: texts.line(value, maximum=maximum)


_RULES: dict[str, Rule] = {
    "short_name": _line(50),
    "uscc": uscc.check,
    "no_uscc_reason": _line(200),
    "industry_other": _line(100),
    **dict.fromkeys(REGIONS, lambda value: regions.check(value).code),
    "latitude": lambda value: money.degrees(value, 90),
    "longitude": lambda value: money.degrees(value, 180),
    "registered_capital": money.amount,
    "registered_capital_currency": money.currency,
    "legal_representative": _line(50),
    "tax_number": _line(20),
    "parent_unit": _line(100),
    "website": urls.check,
    "shop_url": urls.check,
    "business_code": _line(50),
    "bank_name": _line(100),
    "service_level": _line(50),
    "mobile": phones.mobile,
    "id_number_last_four": contacts.id_number_last_four,
    "id_number": identity.id_number,
    "bank_account": identity.bank_account,
}


def checked(
    given: Mapping[str, Any],
    kind: CustomerKind,
    faults: Faults,
    catalogue: Catalogue,
    *,
    present: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The columns that an input sets. Faults of all fields are noted together; null clears a field.

    `present`: the values that the record has.
    """
    present = present or {}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if not _may_be_set(name, value, kind, faults, catalogue):
            continue
        if texts.is_blank(value):
            values[name] = None
        elif name == "name":
            values[name] = _name(value, kind, faults)
        elif name == "industry_code":
            text = given.get("industry_other", present.get("industry_other"))
            values[name] = faults.tried((name,), industries.stored_code, value, text)
        elif name in TEXTS:
            values[name] = faults.text((name,), value, maximum=TEXTS[name])
        else:
            values[name] = _value(name, value, kind, faults, catalogue, present)
    _pairs({**present, **given}, values, faults)
    return values | _derived(values, kind)


def _may_be_set(name: str, value: Any, kind: CustomerKind, faults: Faults, catalogue: Catalogue) -> bool:
    """Whether the field goes with this kind of customer, and is in use. Clearing one is always possible."""
    spec = CUSTOMER.by_name.get(name)
    if spec is None or texts.is_blank(value):
        return True
    code = in_the_way(spec, kind, catalogue)
    if code is not None:
        faults.add(code, name)
    return code is None


def in_the_way(spec: FieldSpec, kind: CustomerKind, catalogue: Catalogue) -> ErrorCode | None:
    """Why the field takes no value on a customer of that kind; None where it does."""
    if spec.only_for not in (None, kind):
        return ErrorCode.USCC_ONLY_FOR_ENTERPRISES if spec.name == "uscc" else ErrorCode.NOT_FOR_THIS_KIND
    return ErrorCode.FIELD_RETIRED if catalogue.is_retired(CUSTOMER.name, spec.name) else None


def _value(
    name: str, value: Any, kind: CustomerKind, faults: Faults, catalogue: Catalogue, present: Mapping[str, Any]
) -> Any:
    spec = CUSTOMER.by_name.get(name)
    if spec is not None and spec.type.is_choice:
        return choices.checked(spec, value, faults, catalogue, path=(name,), present=present.get(name))
    if spec is not None and spec.type is FieldType.ENUM_LIST:
        return choices.codes(value)
    if name in ADDRESSES:
        individual = kind is CustomerKind.INDIVIDUAL
        return faults.tried((name,), addresses.individual if individual else addresses.enterprise, value)
    if name == "number_of_stores":
        if not 0 <= value <= MOST_STORES:
            faults.add(ErrorCode.OUT_OF_RANGE, name, minimum=0, maximum=MOST_STORES)
        return value
    if name in _RULES:
        return faults.tried((name.removesuffix("_currency"),), _RULES[name], value)
    return getattr(value, "value", value)


def _pairs(whole: Mapping[str, Any], values: dict[str, Any], faults: Faults) -> None:
    """What goes together. `whole` is the record as it would be."""
    if values.keys() & {"latitude", "longitude"} and (whole.get("latitude") is None) != (
        whole.get("longitude") is None
    ):
        faults.add(ErrorCode.COORDINATES_INCOMPLETE, "latitude" if whole.get("latitude") is None else "longitude")
    start, end = whole.get("cooperation_from"), whole.get("cooperation_until")
    if values.keys() & {"cooperation_from", "cooperation_until"} and start and end and end < start:
        faults.add(ErrorCode.PERIOD_REVERSED, "cooperation_until")
    if "registered_capital" in values and values["registered_capital"] is None:
        values["registered_capital_currency"] = None


def _name(value: str, kind: CustomerKind, faults: Faults) -> str | None:
    if kind is CustomerKind.ENTERPRISE:
        return faults.tried(("name",), names.enterprise, value)
    return faults.name(("name",), names.person, value)


def _derived(values: dict[str, Any], kind: CustomerKind) -> dict[str, Any]:
    """The keys by which a name is found and sorted; the city that stands for a masked address."""
    derived: dict[str, Any] = {}
    for region, city in REGIONS.items():
        if region in values:
            code = values[region]
            derived[city] = None if code is None else regions.check(code).masked
    if "name" in values:
        name, person = values["name"], kind is CustomerKind.INDIVIDUAL
        derived["name_key"] = None if name is None else name_keys.key(name)
        derived["name_sort"] = None if name is None else readings.sort_key(name, person=person)
    if "short_name" in values:
        short = values["short_name"]
        derived["short_name_sort"] = None if short is None else readings.sort_key(short)
    return derived
