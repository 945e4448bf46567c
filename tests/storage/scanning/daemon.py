"""A real clamd on a port of its own, with a signature of our own: nothing is downloaded."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import time
from pathlib import Path

from service.app.stack.configuration import free_port
from storage.scanning.verdict import EICAR

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
HOW_TO_GET_IT = "clamd is not installed: `apt-get install clamav-daemon` on Debian and Ubuntu"
FOUND = "Eicar-Test-Signature"


class Daemon:
    """It listens until it is stopped."""

    def __init__(self, folder: Path, largest: str = "25M") -> None:
        assert CLAMD is not None
        self.port = free_port()
        signatures = folder / "signatures"
        signatures.mkdir(parents=True)
        digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
        (signatures / "own.hdb").write_text(f"{digest}:{len(EICAR)}:{FOUND}\n")
        configuration = folder / "clamd.conf"
        configuration.write_text(
            f"TCPSocket {self.port}\nTCPAddr 127.0.0.1\nLocalSocket {folder}/socket\nDatabaseDirectory {signatures}\n"
            f"Foreground yes\nLogFile {folder}/log\nStreamMaxLength {largest}\nFixStaleSocket yes\n"
        )
        self.socket = folder / "socket"
        words = [CLAMD, "--config-file", str(configuration)]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self.socket.exists():
            assert self.process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def hold(self) -> None:
        """It takes connections, and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
