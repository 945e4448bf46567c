"""What a refusal must leave as it was (SEC-B4)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from storage import db

KEYS = {"customer_number_counters": "day", "policy_versions": "id", "change_values": "change_id"}
TABLES = (
    "customers", "contacts", "needs", "follow_ups", "follow_up_companions", "stage_moves", "tags", "customer_tags",
    "collaborators", "tasks", "reminders", "cadences", "users", "departments", "sessions", "outbox_messages",
    "policy_cells", "policy_versions", "customer_number_counters", "change_values",
    "edit_permissions", "jobs", "hand_overs", "list_values", "field_settings",
    "branches", "payment_terms", "procedures", "customer_relations", "consents",
)  # fmt: skip


async def _contents() -> dict[str, Any]:
    """A digest of all rows of each table that an operation can write."""
    counted = {}
    for table in TABLES:
        digest = (
            f"select md5(coalesce(string_agg(t::text, '|' order by t.{KEYS.get(table, 'id')}), '')) as d from {table} t"
        )
        counted[table] = (await db.rows(digest))[0]["d"]
    return counted


async def _log() -> list[dict[str, Any]]:
    return await db.rows("select id, action, outcome, reason, actor_id, subject_id from change_log order by id")


@asynccontextmanager
async def nothing_saved(*, log_rows: int = 1) -> AsyncIterator[list[dict[str, Any]]]:
    """Inside, an operation is refused: no row differs afterwards, but for one refusal in the log.

    Yields the list that then holds the refusal.
    """
    contents, known = await _contents(), {row["id"] for row in await _log()}
    added: list[dict[str, Any]] = []
    yield added
    assert await _contents() == contents
    added += [row for row in await _log() if row["id"] not in known]
    assert [row["outcome"] for row in added] == ["REFUSED"] * log_rows
