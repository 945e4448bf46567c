"""Fields of one's own (D10), as the benchmarks define them."""

from __future__ import annotations

from typing import Any

import asyncpg

from service.core.enums import CustomFieldType, DataClass

_DEFINE = """
insert into custom_fields (id, created_at, updated_at, version, key, type, data_class, zh, en, position,
    required_of_enterprises, required_of_individuals, index_state)
values (uuidv7(), now(), now(), 1, $1, $2, $3, $1, $1, $4, false, false, 'NONE')
"""


async def define(connection: asyncpg.Connection[asyncpg.Record], fields: dict[str, CustomFieldType]) -> None:
    """Define these, past the API. Servers that are started afterwards know them."""
    for position, (key, kind) in enumerate(fields.items(), 1):
        await connection.execute(_DEFINE, key, kind.value, DataClass.BUSINESS.value, position)


async def forget(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Without them again, so that they cost nothing that is measured later."""
    await connection.execute("delete from custom_fields")


def values(fields: dict[str, CustomFieldType]) -> dict[str, Any]:
    """A value of each, as it is stored."""
    stored: dict[CustomFieldType, Any] = {
        CustomFieldType.TEXT: "常温保存，避免阳光直射",
        CustomFieldType.NUMBER: "1234.5",
        CustomFieldType.DATE: "2026-05-21",
        CustomFieldType.BOOLEAN: True,
        CustomFieldType.CHOICE: "FIRST",
        CustomFieldType.MULTI_CHOICE: ["FIRST", "SECOND"],
        CustomFieldType.MONEY: {"amount": "99.50", "currency": "CNY"},
    }
    return {key: stored[kind] for key, kind in fields.items()}
