"""What has to be right before anything is started: the configuration, no leftovers, free ports."""

from __future__ import annotations

import os

from service.app.stack import configuration, processes
from service.app.stack.configuration import Configuration
from service.app.stack.errors import StackError
from service.app.stack.home import Home, damaged
from service.app.stack.steps import console
from service.core import settings


def configured(home: Home) -> Configuration:
    """Read or make the configuration, end what an earlier launcher left, and choose ports that are free."""
    if home.env.exists():
        try:
            own = configuration.read(home.env)
        except (ValueError, UnicodeDecodeError) as error:
            raise damaged(home, f"{home.env}: {error}") from None
        if left := processes.end_leftovers(home, own.secrets.stack_id):
            console.print(f"  Ended {left} processes that an earlier start had left behind.")
        own = own.with_free_ports()
    else:
        own = configuration.generate()
    configuration.write(home.env, own)
    for name in own.environment():
        os.environ.pop(name, None)  # what a shell exports for another database must not reach this stack
    return own


def free_port(home: Home) -> int:
    """The port of the API. Raises StackError where another program listens on it."""
    port = settings.read(home.env).port
    if not configuration.is_free(port):
        raise StackError(
            f"Port {port} is taken by another program: end that, or choose another port: make up CRM_PORT={port + 1}"
        )
    return port
