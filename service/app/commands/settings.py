from __future__ import annotations

import typer

from service.app import reference


def settings() -> None:
    """Print the reference of all settings, as docs/settings.md has it."""
    typer.echo(reference.markdown(), nl=False)
