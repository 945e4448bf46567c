from __future__ import annotations

import typer

from service.app import policy_table
from service.core.settings import settings
from storage import db


async def policy(markdown: bool = typer.Option(False, "--markdown", help="As a table of Markdown.")) -> None:
    """Print who sees what: the access policy as the database has it now."""
    await db.connect(settings().database_url.get_secret_value(), 1)
    try:
        typer.echo(await policy_table.printed(markdown=markdown), nl=False)
    finally:
        await db.close()
