from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from service.app.sample import files, owners
from service.app.sample.load import LANES, load
from service.app.sample.mapping import NOTICES
from service.app.sample.report import Report
from service.app.stack.steps import console
from service.core.settings import settings
from storage import db


async def load_sample(
    folder: Annotated[Path, typer.Argument(help="The folder with customers.csv, contacts.csv and follow_ups.csv.")],
    staff_number: str = typer.Option(
        "", "--as", help="The administrator in whose name it is done; the first one where none is named."
    ),
    report: Annotated[
        Path | None, typer.Option(help="Write each refusal to this file: .jsonl for JSON lines, else CSV.")
    ] = None,
) -> None:
    """Take over the customers of another system, with their contacts and follow-ups, and say what was refused."""
    entries = files.read(folder)
    await db.connect(settings().database_url.get_secret_value(), LANES + 2)
    try:
        operator = await owners.operator(staff_number or None)
        bar = Progress(TextColumn("Customers"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console)
        with bar:
            line = bar.add_task("customers", total=len(entries))
            outcome = await load(entries, operator, lambda: bar.advance(line))
    finally:
        await db.close()
    _show(outcome)
    if report:
        outcome.write(report)
        console.print(f"Each refusal is in {report}.")


def _show(outcome: Report) -> None:
    console.print(
        f"{outcome.accepted} customers with {outcome.contacts} contacts and {outcome.follow_ups} follow-ups taken "
        f"over, {outcome.skipped} were there already, {len(outcome.refused)} refused."
    )
    if outcome.accounts_made:
        console.print(
            f"{outcome.accounts_made} accounts made for owners, in the department {owners.DEPARTMENT}: "
            "give them their names, and a password before they sign in."
        )
    _table("refused with", "customers", dict(outcome.codes))
    _table("notice", "times", {f"{name}: {NOTICES[name]}": count for name, count in outcome.notices.items()})


def _table(what: str, times: str, counts: dict[str, int]) -> None:
    if not counts:
        return
    table = Table(what, times, box=None)
    for name, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        table.add_row(name, str(count))
    console.print(table)
