"""Fields that administrators defined, in the world and its twins: of each type, in each class that they may have."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from service.core.ids import new_id
from tests.security.twin import values
from tests.security.twin.rows import Row

if TYPE_CHECKING:
    from tests.security.twin.pools import Pools

CODES = ("ONE", "TWO", "THREE", "FOUR")
TYPES = ("TEXT", "NUMBER", "DATE", "BOOLEAN", "CHOICE", "MULTI_CHOICE", "MONEY")
_CLASSES = {"BUSINESS": TYPES, "COMMERCIAL": TYPES, "CONTACT": ("TEXT", "NUMBER", "CHOICE"), "BASIC": ("TEXT", "MONEY")}
MASKED_AWAY = ("TEXT", "NUMBER", "MONEY")
"""What MASKED does not show (§9): texts, numbers, amounts. Choices, days and flags are shown."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Own:
    """One of these fields, as the test knows it."""

    key: str
    type: str
    data_class: str


FIELDS = [
    Own(f"{data_class.lower()}_{kind.lower()}", kind, data_class)
    for data_class, kinds in _CLASSES.items()
    for kind in kinds
]


def rows() -> dict[str, list[Row]]:
    """The definitions, and what their choices offer."""
    common = {"created_at": values.START, "updated_at": values.START, "version": 1}
    required = {"required_of_enterprises": False, "required_of_individuals": False}
    definitions = [
        {"id": new_id(), **common, **required, "key": own.key, "type": own.type, "data_class": own.data_class,
         "zh": own.key, "en": own.key, "position": place, "index_state": "NONE"}
        for place, own in enumerate(FIELDS)
    ]  # fmt: skip
    offered = [
        {"id": new_id(), **common, "list": f"custom.{own.key}", "code": code, "zh": code, "en": code, "position": n}
        for own in FIELDS if "CHOICE" in own.type
        for n, code in enumerate(CODES)
    ]  # fmt: skip
    return {"custom_fields": definitions, "list_values": offered}


_MAKERS: dict[str, Callable[[random.Random], Any]] = {
    "TEXT": values.words,
    "NUMBER": lambda rng: str(rng.randint(-40, 40)),
    "DATE": lambda rng: (date(2025, 6, 1) + timedelta(days=rng.randint(0, 40))).isoformat(),
    "BOOLEAN": lambda rng: rng.random() < 0.5,
    "CHOICE": lambda rng: rng.choice(CODES),
    "MULTI_CHOICE": lambda rng: rng.sample(CODES, rng.randint(1, 3)),
    "MONEY": lambda rng: {"amount": f"{rng.randint(1, 10**7)}.{rng.randint(10, 99)}", "currency": "CNY"},
}


def filled(rng: random.Random) -> Json:
    """Values of one customer, three of ten left out."""
    return {own.key: _MAKERS[own.type](rng) for own in FIELDS if rng.random() < 0.7}


def _other(rng: random.Random, own: Own, before: Any) -> Any:
    for _ in range(50):
        after = _MAKERS[own.type](rng)
        if after != before:
            return after
    raise AssertionError(f"{own.key} has but one value")


def behind_mask(rng: random.Random, own: Own, custom: Json) -> None:
    """Another value where MASKED shows none; whether there is one is shown."""
    if own.type in MASKED_AWAY and own.key in custom:
        custom[own.key] = _other(rng, own, custom[own.key])


def unseen(rng: random.Random, own: Own, custom: Json) -> None:
    """Any other value, or none, or one where there was none."""
    if own.key in custom and rng.random() < 0.3:
        del custom[own.key]
    else:
        custom[own.key] = _other(rng, own, custom.get(own.key))


SELECTION = (
    "customFields { __typename key type text number date boolean code codes isMasked"
    " money { __typename amount currency } }"
)
_MEMBER = {"NUMBER": "number", "MONEY": "number", "CHOICE": "code", "MULTI_CHOICE": "code"}
_OPERATORS = {
    "TEXT": ("eq", "ne", "in", "contains", "startsWith"), "NUMBER": ("eq", "ne", "in", "gt", "lte"),
    "MONEY": ("eq", "gte", "lt"), "DATE": ("eq", "ne", "gt", "lte"), "BOOLEAN": ("eq", "ne"),
    "CHOICE": ("eq", "ne", "in"), "MULTI_CHOICE": ("contains",),
}  # fmt: skip


def _operand(own: Own, operator: str, value: Any) -> Any:
    value = value["amount"] if own.type == "MONEY" else value
    if operator == "in":
        return [value]
    if operator == "contains":
        return value[0] if isinstance(value, list) else value[len(value) // 2 :]
    return value[: max(1, len(value) * 2 // 3)] if operator == "startsWith" else value


def conditions(pools: Pools, own: Own) -> Iterator[tuple[str, Json]]:
    """Each way of comparing one field, with its name."""
    for flag in (True, False):
        yield "isNull", {"key": own.key, "isNull": flag}
    member = _MEMBER.get(own.type, own.type.lower())
    for operator in _OPERATORS[own.type]:
        for value in pools.own_values(own.key):
            yield operator, {"key": own.key, member: {operator: _operand(own, operator, value)}}
