"""Indexes of fields that administrators define: built on request while the service works, by the tables' owner.

`create index concurrently` cannot run in a transaction, and only the owner of a table may: each build has a connection
of its own. What was cut off leaves an index that is not valid; the next build drops it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg

from service.core.enums import CustomFieldType, IndexState
from storage import db
from storage.declared import SHORT_LIST
from storage.reader.custom import EXPRESSIONS

_LOCK = 0x6D696E6A
_STATE = """
select c.relname as name, i.indisvalid as valid, obj_description(c.oid) as made_for
from pg_class c join pg_index i on i.indexrelid = c.oid
where c.relnamespace = 'public'::regnamespace and c.relname = any($1::text[])
"""
_PROGRESS = """
select coalesce(sum(blocks_done), 0)::bigint as done, coalesce(sum(blocks_total), 0)::bigint as total
from pg_stat_progress_create_index where datname = current_database() and relid = 'customers'::regclass
"""
_MARK = "update custom_fields set index_state = $2 where key = $1"
_FIELD = "select type from custom_fields where key = $1"


def definitions(key: str, kind: CustomFieldType) -> dict[str, str]:
    """The indexes of a field by their names. Keys are checked where they are defined, and by the database."""
    name = f"customers_custom_{key}"
    expression = EXPRESSIONS[kind].format(c="custom", k=key)
    if kind is CustomFieldType.MULTI_CHOICE:
        return {name: f"using gin ({expression}) with ({SHORT_LIST})"}
    found = {name: f"({expression}, id)"}
    if kind is CustomFieldType.TEXT:
        found[f"{name}_words"] = f"using gin (lower({expression}) gin_trgm_ops) with ({SHORT_LIST})"
    return found


@asynccontextmanager
async def _session(owner_url: str) -> AsyncGenerator[Any]:
    connection = cast("Any", await asyncpg.connect(**db.credentials(owner_url)))
    try:
        # It waits for transactions that are under way, which may take longer than other locks are waited for.
        await connection.execute("set lock_timeout = 0; set statement_timeout = 0; set transaction_timeout = 0")
        yield connection
    finally:
        await connection.close()


async def build(owner_url: str, key: str, kind: CustomFieldType) -> bool:
    """Build what is missing. False where somebody else is at it; raises what PostgreSQL says if it cannot be built."""
    async with _session(owner_url) as connection:
        if not await connection.fetchval("select pg_try_advisory_lock($1, hashtext($2))", _LOCK, key):
            return False
        wanted = definitions(key, kind)
        for row in await connection.fetch(_STATE, _names(key)):
            if row["name"] not in wanted or not row["valid"] or row["made_for"] != kind.value:
                await connection.execute(f"drop index concurrently if exists {row['name']}")
        for name, definition in wanted.items():
            await connection.execute(f"create index concurrently if not exists {name} on customers {definition}")
            await connection.execute(f"comment on index {name} is '{kind.value}'")
        # Without its statistics nobody knows what the index is worth.
        await connection.execute("analyze customers")
    return True


def _names(key: str) -> list[str]:
    return [f"customers_custom_{key}", f"customers_custom_{key}_words"]


async def is_ready(key: str, kind: CustomFieldType) -> bool:
    """Whether every index of the field is there, whole, and made for this type. Anybody may ask."""
    rows = await db.rows(_STATE, _names(key))
    usable = {row["name"] for row in rows if row["valid"] and row["made_for"] == kind.value}
    return definitions(key, kind).keys() <= usable


async def progress(owner_url: str) -> tuple[int, int]:
    """Of what is being built on customers: blocks read, and all of them. Others than the owner are not told."""
    async with _session(owner_url) as connection:
        row = await connection.fetchrow(_PROGRESS)
        return row["done"], row["total"]


async def build_named(owner_url: str, key: str) -> str | None:
    """Build the indexes of the field with that key and mark it; what is in the way, where it is not done."""
    async with _session(owner_url) as connection:
        found = await connection.fetchval(_FIELD, key)
        if found is None:
            return f"There is no custom field with the key {key}."
        if not await build(owner_url, key, CustomFieldType(found)):
            return "The index is being built already: please wait until it is done."
        await connection.execute(_MARK, key, IndexState.READY.value)
    return None
