from __future__ import annotations

import asyncio

import typer

from service.app.stack.errors import StackError
from service.app.stack.steps import step
from service.core.settings import Settings, SettingsError, settings
from storage import connections, db, migrate, objects, roles


async def prepare() -> None:
    """Make what a deployment needs before it starts: roles, database, migrations, bucket. May be run at any time."""
    own = settings()
    try:
        with step("Database and migrations"):
            await _database(own)
    except (OSError, *db.DatabaseError) as error:
        raise StackError(
            f"PostgreSQL did not let this be done ({type(error).__name__}: {error}): "
            "look at the addresses and passwords in CRM_DATABASE_…_URL, then start again."
        ) from None
    try:
        with step("Bucket"):
            await asyncio.to_thread(objects.ensure_buckets, own)
    except objects.StoreError as error:
        # Nothing but attachments needs it, and /readyz shows it: no reason to keep the service from starting.
        typer.echo(f"The bucket {own.s3_bucket} could not be made ({error}): attachments wait; start again.", err=True)


async def _database(own: Settings) -> None:
    owner_url = _owner(own)
    if own.database_superuser_url is not None:
        owner, app = (db.credentials(url) for url in (owner_url, own.database_url.get_secret_value()))
        superuser_url = own.database_superuser_url.get_secret_value()
        await roles.ensure_roles(superuser_url, owner["password"], app["password"])
        await roles.ensure_database(superuser_url, owner["database"])
    await migrate.upgrade(owner_url)
    if fault := (await connections.looked_at(own.database_url.get_secret_value(), own)).fault():
        raise StackError(fault)


def _owner(own: Settings) -> str:
    """The owner's address. Raises SettingsError where the addresses are not those of one database and our two roles."""
    if own.database_owner_url is None:
        raise SettingsError("CRM_DATABASE_OWNER_URL is missing: migrations need the owner's role.")
    url = own.database_owner_url.get_secret_value()
    owner, app = db.credentials(url), db.credentials(own.database_url.get_secret_value())
    if (owner["user"], app["user"]) != (roles.OWNER, roles.APP):
        raise SettingsError(
            f"CRM_DATABASE_OWNER_URL must name the user {roles.OWNER}, and CRM_DATABASE_URL the user {roles.APP}."
        )
    if owner["database"] != app["database"]:
        raise SettingsError("CRM_DATABASE_OWNER_URL and CRM_DATABASE_URL must name the same database.")
    return url
