from __future__ import annotations

import typer
from rich.table import Table
from rich.text import Text

from service.app.stack import home
from service.app.stack.doctor import examine
from service.app.stack.steps import console


def doctor() -> None:
    """Look at each part and say what is degraded and what to do. Exit code 1 if anything is."""
    table = Table("", "part", "state", "what to do", box=None)
    degraded = False
    for finding in examine(home.current()):
        degraded = degraded or finding.advice is not None
        mark = "[red]✗[/]" if finding.advice else "[green]✓[/]"
        table.add_row(mark, finding.part, Text(finding.detail), Text(finding.advice or ""))
    console.print(table)
    raise typer.Exit(1 if degraded else 0)
