"""`crm down` and `crm reset`: end a running stack from another terminal, and throw its data away."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from service.app.stack import configuration, processes
from service.app.stack.errors import StackError
from service.app.stack.home import Home

PATIENCE = 40
"""Seconds: above what all the parts together may take to end in good order."""


def down(home: Home) -> bool:
    """End the stack and wait until it has ended. False where nothing ran."""
    holder = home.holder()
    if holder is not None:
        with suppress(ProcessLookupError):
            os.kill(holder, signal.SIGTERM)
        _await_end(home, holder)
        return True
    return _end_leftovers(home) > 0


def reset(home: Home) -> None:
    """End the stack and delete everything that it has put into its folder."""
    down(home)
    home.delete()


def _await_end(home: Home, holder: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while home.holder() is not None:
        if time.monotonic() > deadline:
            raise StackError(
                f"Process {holder} does not end: look at {home.logs}, then end it with `kill -9 {holder}`."
            )
        time.sleep(0.1)


def _end_leftovers(home: Home) -> int:
    try:
        return processes.end_leftovers(home, configuration.read(home.env).secrets.stack_id)
    except (OSError, ValueError):
        return 0  # without its configuration nothing can be proved to be of this stack
