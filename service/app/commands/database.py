from __future__ import annotations

import typer

from service.app.stack import throwaway
from service.core import settings
from service.core.settings import SettingsError
from storage import migrate as migrations


async def migrate() -> None:
    """Apply the migrations that are missing."""
    url = settings.settings().database_owner_url
    if url is None:
        raise SettingsError("CRM_DATABASE_OWNER_URL is missing: migrations need the owner's role.")
    await migrations.upgrade(url.get_secret_value())


async def check_migrations() -> None:
    """Migrate a database made for this, and name each difference to models and declarations. Exit code 1 if any."""
    async with throwaway.database() as owner_url:
        await migrations.upgrade(owner_url)
        complaints = await migrations.check(owner_url)
    for complaint in complaints:
        typer.echo(complaint, err=True)
    raise typer.Exit(1 if complaints else 0)
