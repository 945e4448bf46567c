from __future__ import annotations

import difflib
from pathlib import Path

import typer

from schema import api

COMMITTED = Path("schema.graphql")


def schema(check: bool = typer.Option(False, "--check", help="Only compare with schema.graphql.")) -> None:
    """Print the GraphQL schema, or say where the committed one differs from it. Exit code 1 if it does."""
    printed = api.sdl()
    if not check:
        typer.echo(printed, nl=False)
        return
    committed = COMMITTED.read_text() if COMMITTED.exists() else ""
    if committed == printed:
        return
    lines = difflib.unified_diff(
        committed.splitlines(), printed.splitlines(), "schema.graphql", "the code", lineterm=""
    )
    typer.echo("\n".join(lines), err=True)
    typer.echo("schema.graphql is out of date: run `make schema` and commit it.", err=True)
    raise typer.Exit(1)
