"""The catalogue as one answer: lists of values, and what is set about fields."""

from __future__ import annotations

from typing import Any

from storage import db

_VALUES = "select list, code, position, retired_at is not null as retired from list_values order by list, position"
_SETTINGS = """
select entity, field, required_of_enterprises, required_of_individuals, retired_at is not null as retired
from field_settings
"""
_CUSTOM = """
select key, type, data_class, kind, required_of_enterprises, required_of_individuals, retired_at is not null as retired
from custom_fields
"""
_IN_ORDER = f"{_CUSTOM} order by position, key"
# Who writes a value keeps the definition as it is until he has committed.
_HELD = f"{_CUSTOM} where key = any($1) order by key for share"


async def values() -> list[dict[str, Any]]:
    return await db.rows(_VALUES)


async def settings() -> list[dict[str, Any]]:
    return await db.rows(_SETTINGS)


async def custom_fields() -> list[dict[str, Any]]:
    return await db.rows(_IN_ORDER)


async def held_custom_fields(keys: list[str]) -> list[dict[str, Any]]:
    """These definitions as they are now; nobody changes them until the transaction ends."""
    return await db.rows(_HELD, keys)
