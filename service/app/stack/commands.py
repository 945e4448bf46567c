"""The stack's commands for `crm`."""

from __future__ import annotations

import typer
from rich.table import Table

from service.app.stack import down as ending
from service.app.stack import home
from service.app.stack.doctor import examine
from service.app.stack.steps import console
from service.app.stack.up import up as start

commands = typer.Typer()


@commands.command()
def up(customers: int = typer.Option(3000, help="How many demo customers the first start makes.")) -> None:
    """Start PostgreSQL, Valkey, S3, API, worker and beat, and stay until Ctrl-C."""
    raise typer.Exit(start(home.current(), customers))


@commands.command()
def down() -> None:
    """End the stack that runs in another terminal, and wait for it."""
    console.print("Stopped." if ending.down(home.current()) else "Nothing was running.")


@commands.command()
def reset(yes: bool = typer.Option(False, "--yes", help="Do not ask.")) -> None:
    """End the stack and delete all of its data."""
    here = home.current()
    if not yes:
        typer.confirm(f"Delete all data in {here.path}?", abort=True)
    ending.reset(here)
    console.print("Deleted. `make up` starts afresh.")


@commands.command()
def doctor() -> None:
    """Look at each part and say what is degraded and what to do. Exit code 1 if anything is."""
    table = Table("", "part", "state", "what to do", box=None)
    degraded = False
    for finding in examine(home.current()):
        degraded = degraded or finding.advice is not None
        mark = "[red]✗[/]" if finding.advice else "[green]✓[/]"
        table.add_row(mark, finding.part, finding.detail, finding.advice or "")
    console.print(table)
    raise typer.Exit(1 if degraded else 0)
