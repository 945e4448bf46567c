"""Whole databases as rows in memory: read, changed there, written back."""

from __future__ import annotations

import copy
import random
from typing import Any

import asyncpg
import orjson

from service.core.ids import new_id

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""By table."""

REFERENCE = ("list_values", "custom_fields")
"""Read and never written."""
PEOPLE = ("departments", "users", "sessions", "delegations")
GUARDED = ("tags", "customers", "access_grants", "access_grant_customers", "collaborators", "edit_permissions",
           "customer_tags", "contacts", "follow_ups",
           "follow_up_companions", "file_contents", "attachments", "needs", "stage_moves", "tasks", "reminders",
           "branches", "payment_terms", "procedures", "customer_relations", "consents")  # fmt: skip
"""Parents before children."""
TRACES = ("change_log", "change_values", "change_log_unsealed", "outbox_messages", "customer_number_counters")
"""What changes leave behind: conflicts are told from it, numbers go on from it. It goes with the rows."""


def copied(rows: Rows) -> Rows:
    return copy.deepcopy(rows)


async def read(url: str) -> Rows:
    """Every row of every table that the API reads."""
    connection = await asyncpg.connect(url)
    try:
        found = {
            t: [_parsed(dict(r)) for r in await connection.fetch(f"select * from {t}")]
            for t in (*REFERENCE, *PEOPLE, *GUARDED)
        }
        return found | {"change_log": await _read_log(connection), "approvals": await _read_requests(connection)}
    finally:
        await connection.close()


async def _read_log(connection: Any) -> list[Row]:
    """The rows of the change log, each with its values."""
    found = await connection.fetch("select * from change_log")
    log = {r["id"]: dict(r) | {"digests": orjson.loads(r["digests"]), "values": {}} for r in found}
    for row in await connection.fetch("select * from change_values"):
        pair = [value and orjson.loads(value) for value in (row["before"], row["after"])]
        log[row["change_id"]]["values"][row["field"]] = pair
    return list(log.values())


async def _read_requests(connection: Any) -> list[Row]:
    """The requests for approval, each with its values."""
    found = {r["id"]: dict(r) | {"values": {}} for r in await connection.fetch("select * from approvals")}
    for row in await connection.fetch("select * from approval_changes"):
        pair = [value and orjson.loads(value) for value in (row["before"], row["after"])]
        found[row["approval_id"]]["values"][row["field"]] = pair
    return [row | {"payload": orjson.loads(row["payload"])} for row in found.values()]


async def _write_requests(connection: Any, requests: list[Row]) -> None:
    await _insert(connection, "approvals", [{k: v for k, v in row.items() if k != "values"} for row in requests])
    held = [
        {"id": new_id(), "approval_id": row["id"], "field": name}
        | {s: orjson.dumps(v).decode() for s, v in zip(SIDES, pair, strict=True)}
        for row in requests
        for name, pair in row["values"].items()
    ]
    await _insert(connection, "approval_changes", held)


async def _write_log(connection: Any, log: list[Row]) -> None:
    await _insert(connection, "change_log", [{k: v for k, v in row.items() if k != "values"} for row in log])
    held = [
        {"change_id": row["id"], "field": name}
        | {s: orjson.dumps(v).decode() for s, v in zip(SIDES, pair, strict=True)}
        for row in log
        for name, pair in row["values"].items()
    ]
    await _insert(connection, "change_values", held)


SIDES = ("before", "after")


def _parsed(row: Row) -> Row:
    return row | {"custom": orjson.loads(row["custom"])} if "custom" in row else row


async def define(url: str, definitions: Rows) -> None:
    """Add definitions, which are the same in both databases."""
    connection = await asyncpg.connect(url)
    try:
        for table, rows in definitions.items():
            await _insert(connection, table, rows)
    finally:
        await connection.close()


async def write_people(url: str, rows: Rows) -> None:
    """Departments and users point at each other: the managers are set when both are there."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await _insert(connection, "departments", [d | {"manager_id": None} for d in rows["departments"]])
            await _insert(connection, "users", rows["users"])
            await _insert(connection, "sessions", rows["sessions"])
            await _insert(connection, "delegations", rows["delegations"])
            for d in rows["departments"]:
                statement = "update departments set manager_id = $2 where id = $1"
                await connection.execute(statement, d["id"], d["manager_id"])
    finally:
        await connection.close()


async def note_no_uses(url: str) -> None:
    """Let what is read leave no trace: the rows that note the use of a grant have another id in each database."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("""
            create function no_use() returns trigger language plpgsql as $$ begin return null; end $$;
            create trigger no_use before insert on change_log for each row
                when (new.action = 'access.use' and new.channel = 'API') execute function no_use()""")
    finally:
        await connection.close()


async def analyze(url: str) -> None:
    """Let the planner know how much there is. Once: the twins that follow are of the same size."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("analyze")
    finally:
        await connection.close()


_REFERRING = """
    with recursive found as (
        select unnest($1::text[])::regclass as name
        union select conrelid from pg_constraint join found on confrelid = name where contype = 'f'
    ) select string_agg(format('delete from %s;', name), ' ') from found
        where not exists (select from pg_inherits where inhrelid = name)"""
"""Statements that empty these tables and those that refer to them."""


async def write_guarded(url: str, rows: Rows, rng: random.Random) -> None:
    """Put these rows in the place of what is there, in an order of their own: no answer may depend on it."""
    connection = await asyncpg.connect(url)
    try:
        emptied = await connection.fetchval(_REFERRING, [*GUARDED, *TRACES])
        async with connection.transaction():
            # Without triggers, and so without foreign keys. `truncate` makes new files, and of each statement that the
            # API has prepared a new plan.
            await connection.execute(f"set local session_replication_role = replica; {emptied}")
            await connection.execute("set local session_replication_role = origin")
            for table in GUARDED:
                await _insert(connection, table, rng.sample(rows[table], len(rows[table])))
            await _write_requests(connection, rng.sample(rows["approvals"], len(rows["approvals"])))
            await _write_log(connection, rng.sample(rows["change_log"], len(rows["change_log"])))
    finally:
        await connection.close()


async def _insert(connection: Any, table: str, rows: list[Row]) -> None:
    if not rows:
        return
    columns = list(rows[0])
    records = [[_stored(row[c]) for c in columns] for row in rows]
    await connection.copy_records_to_table(table, records=records, columns=columns)


def _stored(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, dict) else value
