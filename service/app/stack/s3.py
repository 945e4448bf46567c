"""The embedded object store: `rclone serve s3` over a local folder. A bucket is a folder, an object a file."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from service.app.stack import processes
from service.app.stack.configuration import Configuration
from service.app.stack.errors import StackError
from service.app.stack.home import Home
from service.app.stack.processes import Command


def _program() -> str:
    beside = Path(sys.executable).with_name("rclone")
    found = str(beside) if beside.exists() else shutil.which("rclone")
    if found is None:
        raise StackError("The program rclone is missing from the virtual environment: delete .venv and start again.")
    return found


class ObjectStore:
    """One embedded server on the folder `objects` of a state folder."""

    name = "s3"

    def __init__(self, home: Home, configuration: Configuration) -> None:
        self._home = home
        self._configuration = configuration
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and return when it listens."""
        words = [
            *(_program(), "serve", "s3", str(self._home.objects), "--addr"),
            *(f"127.0.0.1:{self._configuration.ports.s3}", "--vfs-cache-mode", "off"),
            *("--config", "", "--cache-dir", str(self._home.run / "s3-cache")),
        ]
        since = processes.log_position(self._home, self.name)
        self._child = processes.start(self._home, Command(self.name, words), self._environment())
        if not self._listens(self._child, 30):
            self.stop()
            raise processes.start_failure(self._home, self.name, since)
        return self._child

    def stop(self) -> None:
        """End the server. What was acknowledged is in files already."""
        if self._child is not None:
            processes.stop(self._child, signal.SIGTERM)

    def _environment(self) -> dict[str, str]:
        secrets = self._configuration.secrets
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("RCLONE_")}
        return inherited | {
            # A list in rclone's notation: without the inner quotes the comma would part it into two entries.
            "RCLONE_AUTH_KEY": f'"{secrets.s3_access_key},{secrets.s3_secret_key}"',
            processes.MARK: secrets.stack_id,
        }

    def _listens(self, child: subprocess.Popen[bytes], patience: float) -> bool:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and child.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self._configuration.ports.s3), timeout=1).close()
                return True
            except OSError:
                time.sleep(0.03)
        return False
