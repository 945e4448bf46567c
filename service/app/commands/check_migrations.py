from __future__ import annotations

import typer

from service.app.stack import throwaway
from storage import migrate


async def check_migrations() -> None:
    """Migrate a database made for this, and name each difference to models and declarations. Exit code 1 if any."""
    async with throwaway.database() as owner_url:
        await migrate.upgrade(owner_url)
        complaints = await migrate.check(owner_url)
    for complaint in complaints:
        typer.echo(complaint, err=True)
    raise typer.Exit(1 if complaints else 0)
