from __future__ import annotations

import time

import typer

from service.app.stack.errors import StackError
from service.operations import change_log


async def audit(action: str = typer.Argument(help="`verify`: check the change log against what was sealed.")) -> None:
    """Check that nothing in the change log was altered, taken away or added. Exit code 1 where something was."""
    if action != "verify":
        raise StackError("`crm audit` knows one action: verify.")
    begun = time.perf_counter()
    checked = await change_log.verify()
    seconds = time.perf_counter() - begun
    for found in checked.faults:
        typer.echo(str(found), err=True)
    apart = "the object store did not answer: the end of the chain is not proved"
    if checked.checkpoints is not None:
        apart = f"{checked.checkpoints} checkpoints"
    typer.echo(
        f"{checked.rows} rows in {checked.segments} segments, {checked.waiting} waiting to be sealed, {apart};"
        f" {len(checked.faults)} faults; {seconds:.1f} s, {checked.rows / seconds:.0f} rows/s"
    )
    raise typer.Exit(1 if checked.faults else 0)
