"""`crm`: every command of the service, composed here and written where it belongs."""

from __future__ import annotations

import asyncio
import sys

import typer

from service.app.stack.commands import commands as stack_commands
from service.app.stack.errors import StackError, explain
from service.core import settings
from service.core.settings import SettingsError
from storage import migrate as migrations

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Mingce (名册).")
app.add_typer(stack_commands)


def _owner_url() -> str:
    url = settings.settings().database_owner_url
    if url is None:
        raise SettingsError("CRM_DATABASE_OWNER_URL is missing: migrations need the owner's role.")
    return url.get_secret_value()


@app.command()
def migrate() -> None:
    """Apply the migrations that are missing."""
    asyncio.run(migrations.upgrade(_owner_url()))


@app.command()
def check_migrations() -> None:
    """Compare models, migrations and declared database objects. Exit code 1 if they differ."""
    complaints = asyncio.run(migrations.check(_owner_url()))
    for complaint in complaints:
        typer.echo(complaint, err=True)
    raise typer.Exit(1 if complaints else 0)


def main() -> None:
    """Run a command. What a person can put right ends with one sentence and the exit code 1."""
    try:
        app()
    except (StackError, SettingsError) as error:
        sys.exit(str(error))
    except OSError as error:
        sentence = explain(error)
        if sentence is None:
            raise
        sys.exit(sentence)


if __name__ == "__main__":
    main()
