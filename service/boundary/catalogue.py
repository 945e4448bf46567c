"""Lists of values and settings of fields as this process knows them: at most 2 s old, dropped at once when told."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from service.core.enums import CustomerKind, CustomFieldType, DataClass
from service.core.errors import ErrorCode, Invalid
from service.core.fields.custom_fields import Definition, Definitions
from service.core.fields.spec import FieldSpec
from storage.queries import catalogue as queries

MAXIMUM_AGE = 2.0
"""Seconds."""


@dataclass(frozen=True)
class Setting:
    """What an administrator has set about a field; None where the specification holds."""

    required: Mapping[CustomerKind, bool | None]
    retired: bool


@dataclass(frozen=True)
class Catalogue:
    """The words and fields of the business at one moment."""

    offered: Mapping[str, tuple[str, ...]]
    """By list: the codes that can be chosen, in their order."""
    settings: Mapping[tuple[str, str], Setting]
    """By entity and field."""

    custom: Definitions
    """Fields that administrators defined, by key."""

    @cached_property
    def custom_shape(self) -> str:
        """Names these definitions: what else is made of the same ones is the same."""
        return hashlib.sha256(repr(tuple(self.custom.values())).encode()).hexdigest()[:16]

    def check(self, field: FieldSpec, code: str) -> str:
        """The code, if it can be chosen. VALUE_NOT_OFFERED otherwise, with what can be."""
        assert field.enum is not None
        return self.check_listed(field.enum.__name__, code)

    def check_listed(self, name: str, code: str) -> str:
        """The same for a list by its name."""
        offered = self.offered.get(name, ())
        if code not in offered:
            raise Invalid(ErrorCode.VALUE_NOT_OFFERED, offered=list(offered))
        return code

    def is_retired(self, entity: str, field: str) -> bool:
        setting = self.settings.get((entity, field))
        return setting is not None and setting.retired

    def required(self, entity: str, kind: CustomerKind) -> dict[str, bool]:
        """The fields of which an administrator has said that they are required of this kind, or not."""
        found = {field: s.required[kind] for (of, field), s in self.settings.items() if of == entity}
        return {field: required for field, required in found.items() if required is not None}


class _Known:
    """What was read last, with the time of reading."""

    def __init__(self) -> None:
        self._last: tuple[float, Catalogue] | None = None

    def forget(self) -> None:
        self._last = None

    async def current(self) -> Catalogue:
        now = time.monotonic()
        if self._last is None or now - self._last[0] > MAXIMUM_AGE:
            self._last = (now, await _read())
        return self._last[1]


async def _read() -> Catalogue:
    offered: dict[str, list[str]] = {}
    for row in await queries.values():
        codes = offered.setdefault(row["list"], [])
        if not row["retired"]:
            codes.append(row["code"])
    settings = {
        (row["entity"], row["field"]): Setting(
            {
                CustomerKind.ENTERPRISE: row["required_of_enterprises"],
                CustomerKind.INDIVIDUAL: row["required_of_individuals"],
            },
            row["retired"],
        )
        for row in await queries.settings()
    }
    custom = definitions(await queries.custom_fields())
    return Catalogue({name: tuple(codes) for name, codes in offered.items()}, settings, custom)


def definitions(rows: list[dict[str, Any]]) -> Definitions:
    """Rows of definitions, by key, in their order."""
    return {row["key"]: _definition(row) for row in rows}


def _definition(row: dict[str, Any]) -> Definition:
    required = {
        CustomerKind.ENTERPRISE: row["required_of_enterprises"],
        CustomerKind.INDIVIDUAL: row["required_of_individuals"],
    }
    return Definition(
        key=row["key"],
        type=CustomFieldType(row["type"]),
        data_class=DataClass(row["data_class"]),
        kind=row["kind"] and CustomerKind(row["kind"]),
        required_of=frozenset(kind for kind, wanted in required.items() if wanted),
        retired=row["retired"],
    )


KNOWN = _Known()
