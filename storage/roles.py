"""The database's roles: `crm_owner` owns and migrates the tables, `crm_app` is what the service works as.

Made by a superuser, once per cluster, before the first migration. What each role may do to a table stands with the
migrations; here stand the roles themselves and what is true for all of their sessions.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg

OWNER = "crm_owner"
APP = "crm_app"
EXTENSIONS = ("pg_trgm", "btree_gin")

SESSION_SETTINGS = {
    APP: {
        "jit": "off",
        "timezone": "UTC",
        "statement_timeout": "12s",
        # Below the 15 s within which a client that hangs must have let go of its locks (SEC-I2), between two statements
        # or in the middle of one whose text the connection did not know yet.
        "idle_in_transaction_session_timeout": "10s",
        "transaction_timeout": "14s",
        "lock_timeout": "5s",
    },
    OWNER: {"timezone": "UTC", "lock_timeout": "5s"},
}


@asynccontextmanager
async def _session(url: str, database: str | None = None) -> AsyncGenerator[Any]:
    connection = cast("Any", await asyncpg.connect(url, database=database))
    try:
        yield connection
    finally:
        await connection.close()


async def _execute(connection: Any, template: str, *values: str) -> None:
    """Run a utility statement, which takes no parameters: the server quotes `%I` (names) and `%L` (values) itself."""
    positions = ", ".join(f"${number}::text" for number in range(2, len(values) + 2))
    statement = await connection.fetchval(f"select format($1, {positions})", template, *values)
    await connection.execute(statement)


async def ensure_roles(superuser_url: str, owner_password: str, app_password: str) -> None:
    """Create both roles where they are missing, and give them these passwords and their session settings."""
    async with _session(superuser_url) as connection:
        for role, password in ((OWNER, owner_password), (APP, app_password)):
            if not await connection.fetchval("select true from pg_roles where rolname = $1", role):
                await _execute(connection, "create role %I", role)
            await _execute(
                connection, "alter role %I with login nosuperuser nocreatedb nocreaterole password %L", role, password
            )
            for setting, value in SESSION_SETTINGS[role].items():
                await _execute(connection, "alter role %I set %I = %L", role, setting, value)


async def ensure_database(superuser_url: str, name: str) -> None:
    """Create the database where it is missing. It belongs to the owner's role, as does its schema `public`."""
    async with _session(superuser_url) as connection:
        if not await connection.fetchval("select true from pg_database where datname = $1", name):
            await _execute(connection, "create database %I owner %I", name, OWNER)
        await _execute(connection, "revoke all on database %I from public", name)
        # A statement whose client is gone ends within this, and lets go of its locks (SEC-I2).
        await _execute(connection, "alter database %I set client_connection_check_interval = %L", name, "2s")
        await _execute(connection, "grant connect, temporary on database %I to %I", name, APP)
    async with _session(superuser_url, database=name) as connection:
        for extension in EXTENSIONS:
            await _execute(connection, "create extension if not exists %I", extension)
        await _execute(connection, "alter schema public owner to %I", OWNER)
        await connection.execute("revoke create on schema public from public")
        await _execute(connection, "grant usage on schema public to %I", APP)


async def drop_database(superuser_url: str, name: str) -> None:
    """Drop the database with everything in it, ending the sessions that use it."""
    async with _session(superuser_url) as connection:
        await _execute(connection, "drop database if exists %I with (force)", name)


async def clone_database(superuser_url: str, template: str, name: str) -> None:
    """Make `name` a copy of `template`, which nobody may be connected to."""
    async with _session(superuser_url) as connection:
        await _execute(connection, "create database %I template %I owner %I", name, template, OWNER)
        await _execute(connection, "revoke all on database %I from public", name)
        # A statement whose client is gone ends within this, and lets go of its locks (SEC-I2).
        await _execute(connection, "alter database %I set client_connection_check_interval = %L", name, "2s")
        await _execute(connection, "grant connect, temporary on database %I to %I", name, APP)
