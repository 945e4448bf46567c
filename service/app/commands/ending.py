from __future__ import annotations

import typer

from service.app.stack import down as ending
from service.app.stack import home
from service.app.stack.steps import console


def down() -> None:
    """End the stack that runs in another terminal, and wait for it."""
    console.print("Stopped." if ending.down(home.current()) else "Nothing was running.")


def reset(yes: bool = typer.Option(False, "--yes", help="Do not ask.")) -> None:
    """End the stack and delete all of its data."""
    here = home.current()
    if not yes:
        typer.confirm(f"Delete all data in {here.path}?", abort=True)
    ending.reset(here)
    console.print("Deleted. `make up` starts afresh.")
