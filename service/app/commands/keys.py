from __future__ import annotations

import typer

from service.app.stack.errors import StackError
from service.boundary import vault


def keys(
    action: str = typer.Argument(help="`show`: which master keys are in use; `rotate`: bring all to the newest one."),
) -> None:
    """Look after the keys of protected values. `rotate` may run beside the service, and be interrupted."""
    if not vault.is_configured():
        raise StackError("There are no keys: set CRM_VAULT_KEYS, as docs/operations.md says.")
    if action == "rotate":
        typer.echo(f"{vault.vault().rotate()} data keys were brought to the newest master key.")
    elif action != "show":
        raise StackError("`crm keys` knows two actions: show and rotate.")
    typer.echo(f"Master keys in use: {', '.join(vault.vault().in_use()) or 'none'}.")
    if fault := vault.fault():
        raise StackError(fault)
