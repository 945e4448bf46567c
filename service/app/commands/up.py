from __future__ import annotations

import typer

from service.app.stack import home
from service.app.stack.up import up as start


def up(customers: int = typer.Option(3000, help="How many demo customers the first start makes; 0 for none.")) -> None:
    """Start PostgreSQL, Valkey, S3, API, worker and beat, and stay until Ctrl-C."""
    raise typer.Exit(start(home.current(), customers))
