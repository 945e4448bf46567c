"""Bring a database to the newest schema, and check that it is what the models and `storage.declared` say."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any, TypeAlias, cast

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

from storage import db, declared
from storage.queries import change_log

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Made: TypeAlias = dict[str, dict[str, type[Model]]]
"""Models by app and name."""

MONTHS_AHEAD = 13
"""Partitions of the change log that a migration makes; a daily task goes on from there."""

LOCK = 0x6D696E67
"""The advisory lock under which one process migrates while the others wait: Tortoise takes none."""


class _Models(StateApps):
    """The models as they were before a migration, made when somebody asks for them, and unable to ask for rows.

    Tortoise copies all models before every operation, and few operations look at the copy; migrations here ask in SQL.
    Both together were four fifths of the time that an empty database takes.
    """

    _unmade: dict[tuple[str, str], ModelState] | None = None
    _made: Made

    @property
    def apps(self) -> Made:  # pyright: ignore[reportIncompatibleVariableOverride]
        if self._unmade is not None:
            states, self._unmade = self._unmade, None
            self._made = super().clone(states).apps
        return self._made

    @apps.setter
    def apps(self, made: Made) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        self._made = made

    def clone(self, model_states: dict[tuple[str, str], ModelState] | None = None) -> StateApps:
        if model_states is None:
            return super().clone()
        later = type(self)(self._default_connections, self._connections)
        later._unmade = model_states
        return later

    def _build_initial_querysets(self) -> None:
        pass


class _Executor(MigrationExecutor):
    async def _project_state(self, applied: set[Any], *, upto: Any = None) -> State:
        before = await super()._project_state(applied, upto=upto)
        apps = _Models({db.APP: "default"}).clone(before.models)
        return State(models=before.models, apps=apps)


@asynccontextmanager
async def _alone(url: str) -> AsyncGenerator[Connection]:
    connection = await asyncpg.connect(**db.credentials(url))
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        yield connection
    finally:
        await connection.close()


async def upgrade(owner_url: str) -> None:
    """Apply every migration that is missing, as the owner's role, and make the change log's next partitions."""
    async with _alone(owner_url) as connection:
        config = db.config(owner_url, 2)
        async with TortoiseContext():
            await Tortoise.init(config=config, init_connections=False)
            await _Executor(get_connection("default"), config["apps"]).migrate()
            await Tortoise.close_connections()
        await connection.execute(change_log.PARTITIONS, MONTHS_AHEAD)


async def pending(owner_url: str) -> list[str]:
    """The names of the migrations that this code has and the database has not."""
    connection = await asyncpg.connect(**db.credentials(owner_url))
    try:
        known = await connection.fetchval("select to_regclass('tortoise_migrations')")
        rows = await connection.fetch("select name from tortoise_migrations") if known else []
    finally:
        await connection.close()
    applied = {row["name"] for row in rows}
    return [name for name in names() if name not in applied]


def names() -> list[str]:
    """The migrations that this code has, in their order."""
    folder = files("storage.migrations")
    return sorted(p.name[:-3] for p in folder.iterdir() if p.name[:1].isdigit() and p.name.endswith(".py"))


async def unwritten(owner_url: str) -> list[str]:
    """Model changes for which there is no migration."""
    async with TortoiseContext() as context:
        await context.init(config=db.config(owner_url, 1))
        detector = MigrationAutodetector(cast("Any", context.apps), db.config(owner_url)["apps"])
        changes = await detector.changes()
        await Tortoise.close_connections()
    return [f"a migration is missing for: {operation.describe()}" for w in changes for operation in w.operations]


async def check(owner_url: str) -> list[str]:
    """Everything in which the migrated database differs from models and declarations; empty when all is well."""
    complaints = await unwritten(owner_url)
    connection = await asyncpg.connect(**db.credentials(owner_url))
    inspections: tuple[Callable[[Connection], Awaitable[list[str]]], ...] = (_checks, _indexes, _routines, _grants)
    try:
        for inspect in inspections:
            complaints += await inspect(connection)
    finally:
        await connection.close()
    return complaints


async def _checks(connection: Connection) -> list[str]:
    rows = await connection.fetch(
        "select conname from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace"
        " and conrelid::regclass::text !~ '^change_'"
    )
    return _difference("check constraint", {r["conname"] for r in rows}, {c.name for c in declared.CHECKS})


async def _indexes(connection: Connection) -> list[str]:
    rows = await connection.fetch(
        "select c.relname,"
        " a.amname = 'gin' and i.indrelid = 'customers'::regclass"
        " and not coalesce($1 = any(c.reloptions), false) as is_long"
        " from pg_class c join pg_am a on a.oid = c.relam join pg_index i on i.indexrelid = c.oid"
        " where c.relkind in ('i', 'I') and c.relnamespace = 'public'::regnamespace",
        declared.SHORT_LIST,
    )
    found = {r["relname"] for r in rows}
    missing = [f"index {i.name} is declared and not in the database" for i in declared.INDEXES if i.name not in found]
    return missing + [f"index {r['relname']} lacks {declared.SHORT_LIST}" for r in rows if r["is_long"]]


async def _routines(connection: Connection) -> list[str]:
    triggers = await connection.fetch(
        "select tgrelid::regclass || '.' || tgname as name from pg_trigger"
        " where not tgisinternal and tgparentid = 0 and tgrelid::regclass::text !~ '^pg_'"
    )
    functions = await connection.fetch(
        "select p.proname as name from pg_proc p where p.pronamespace = 'public'::regnamespace"
        " and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
    )
    return _difference("trigger", {row["name"] for row in triggers}, set(declared.TRIGGERS)) + _difference(
        "function", {row["name"] for row in functions}, set(declared.FUNCTIONS)
    )


async def _grants(connection: Connection) -> list[str]:
    rows = await connection.fetch(
        "select table_name, string_agg(lower(privilege_type), ', ' order by privilege_type) granted"
        " from information_schema.role_table_grants"
        " where grantee = $1 and table_schema = 'public' group by 1",
        declared.APPLICATION,
    )
    granted = {r["table_name"]: set(r["granted"].split(", ")) for r in rows}
    tables = await connection.fetch(
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
        " and not c.relispartition and c.relname <> 'tortoise_migrations'"
    )
    complaints: list[str] = []
    for (table,) in tables:
        wanted = set(declared.GRANTS.get(table, declared.READ_WRITE).split(", "))
        if granted.get(table, set()) != wanted:
            complaints.append(
                f"{table}: {declared.APPLICATION} has {sorted(granted.get(table, set()))}, not {sorted(wanted)}"
            )
    return complaints


def _difference(what: str, found: set[str], wanted: set[str]) -> list[str]:
    return [f"{what} {name} is declared and not in the database" for name in sorted(wanted - found)] + [
        f"{what} {name} is in the database and not declared" for name in sorted(found - wanted)
    ]
