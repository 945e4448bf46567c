"""The catalogue as one answer: lists of values, and what is set about fields."""

from __future__ import annotations

from typing import Any

from storage import db

_VALUES = "select list, code, position, retired_at is not null as retired from list_values order by list, position"
_SETTINGS = """
select entity, field, required_of_enterprises, required_of_individuals, retired_at is not null as retired
from field_settings
"""


async def values() -> list[dict[str, Any]]:
    return await db.rows(_VALUES)


async def settings() -> list[dict[str, Any]]:
    return await db.rows(_SETTINGS)
