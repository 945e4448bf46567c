from __future__ import annotations

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.app.demo import load
from service.app.stack.errors import StackError
from service.app.stack.steps import console
from service.core.settings import settings
from storage import db


async def demo(
    customers: int = typer.Option(3000, min=10, max=50_000, help="How many customers to make."),
    seed: int = typer.Option(42, help="The same seed makes the same customers."),
) -> None:
    """Fill an empty development base with made-up departments, people and customers."""
    if settings().environment != "development":
        raise StackError(
            "Demo data are for development only: set CRM_ENVIRONMENT=development on a base for trying out."
        )
    await db.connect(settings().database_url.get_secret_value(), 2)
    try:
        if not await load.is_empty():
            raise StackError("There are customers already: `make reset` empties the base, then start again.")
        bar = Progress(
            TextColumn("Demo customers"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )
        with bar:
            line = bar.add_task("customers", total=customers)
            written = await load.load(customers, seed, lambda made: bar.update(line, completed=made))
    finally:
        await db.close()
    console.print(", ".join(f"{count} {table.replace('_', ' ')}" for table, count in written.items()) + ".")
