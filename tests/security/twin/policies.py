"""Policies that an administrator could set (D42): the guarantees hold under each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import asyncpg

from service.boundary.access.snapshot import CHANNEL
from tests.security.twin.oracle import CLASSES, Cells, F, M, N
from tests.security.twin.stage import Stage

Levels = Mapping[tuple[str, str], str]
"""By principal, as the policy table names it, and data class."""

STRICT: Cells = {
    "owner": (M, M, M, M, M),
    "collaborator": (F, F, F, N, M),
    "manager": (F, M, F, M, M),
    "same department": (M, N, N, M, N),
    "collaborator's manager": (M, N, N, N, N),
    "any other staff": (M, N, N, N, N),
}
"""Whoever edits a customer lacks FULL on some of it: the owner on everything, the others on contacts at least."""

_PRINCIPALS = {
    "owner": ("OWNER",),
    "collaborator": ("COLLABORATOR",),
    "manager": ("MANAGER",),
    "same department": ("SAME_DEPARTMENT",),
    "collaborator's manager": ("COLLABORATOR_MANAGER",),
    "any other staff": ("STAFF", "SALES", "SALES_MANAGER"),
}
"""The rows of the policy table; of a role that adds nothing, the oracle has none."""

STRICT_LEVELS: Levels = {
    (principal, data_class): level.name
    for name, levels in STRICT.items()
    for principal in _PRINCIPALS[name]
    for data_class, level in zip(CLASSES, levels, strict=True)
}
COMMERCIAL_FOR_THE_ADMINISTRATOR_ONLY: Levels = {
    (principal, "COMMERCIAL"): "NONE" for principal in ("OWNER", "COLLABORATOR", "MANAGER", "EXECUTIVE")
}


@contextmanager
def in_force(stage: Stage, levels: Levels) -> Iterator[None]:
    """These cells in both databases; at the end, those that were there before."""
    before = asyncio.run(_set(stage, levels))
    try:
        yield
    finally:
        asyncio.run(_set(stage, before))


async def _set(stage: Stage, levels: Levels) -> Levels:
    """Set cells; what they were before in A, which is what they were in B."""
    before: dict[tuple[str, str], str] = {}
    for database in (stage.second, stage.first):
        connection = await asyncpg.connect(database.owner_url)
        try:
            found = await connection.fetch("select principal, data_class, level from policy_cells")
            before = {(row["principal"], row["data_class"]): row["level"] for row in found}
            statement = "update policy_cells set level = $3 where principal = $1 and data_class = $2"
            await connection.executemany(statement, [(*key, level) for key, level in levels.items()])
            await connection.execute("update policy_versions set version = version + 1")
            await connection.execute(f"notify {CHANNEL}")
        finally:
            await connection.close()
    await asyncio.sleep(0.1)  # the processes hear of it
    return {key: before[key] for key in levels}
