"""clamd for `make up`, where it is installed: one that runs already, or else one of our own with its signatures.

Without any the built-in rules look at files, which have no virus signatures; `crm doctor` and the API name what scans.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from service.app.stack import processes
from service.app.stack.configuration import Configuration
from service.app.stack.home import Home
from service.app.stack.processes import Command
from storage.scanning.clamd import Clamd
from storage.scanning.verdict import ScannerFault

SOCKETS = tuple(Path(name) for name in ("/run/clamav/clamd.ctl", "/var/run/clamd.scan/clamd.sock", "/tmp/clamd.sock"))
"""Where distributions let it listen."""
SIGNATURES = Path("/var/lib/clamav")
"""Where freshclam puts them."""
OLDEST = timedelta(days=7)
_PATIENCE = 3.0
_PLACES = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/usr/local/sbin"


@dataclass(frozen=True)
class Found:
    """What will scan, and a sentence where it is less than it could be."""

    address: str | None
    """Of clamd; None: the built-in rules."""
    is_ours: bool = False
    """Whether it is still to be started."""
    sentence: str | None = None


def found(home: Home, sockets: Iterable[Path] = SOCKETS, signatures: Path = SIGNATURES) -> Found:
    """Look at what there is on this machine."""
    faults = list[str]()
    for socket in sockets:
        if socket.exists():
            address = f"unix://{socket}"
            fault = asyncio.run(_fault(address))
            if fault is None:
                return Found(address)
            faults.append(fault)
    if _program() is None:
        return Found(None)
    if any(signatures.glob("daily.c[vl]d")):
        return Found(f"unix://{_socket(home)}", is_ours=True)
    why = faults[0] if faults else f"there are no signatures in {signatures}: freshclam fetches them"
    return Found(None, sentence=f"clamd is installed, but {why}. Until then the built-in rules look at files.")


async def _fault(address: str) -> str | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            await Clamd(address, OLDEST).engine()
    except ScannerFault as fault:
        return str(fault)
    except TimeoutError:
        return "it does not answer"
    return None


def _program() -> str | None:
    return shutil.which("clamd", path=_PLACES)


def _socket(home: Home) -> Path:
    return home.run / "clamd.socket"


class VirusScanner:
    """A clamd of this state folder. It takes half a minute to read its signatures; until then files wait."""

    name = "clamd"

    def __init__(self, home: Home, configuration: Configuration, signatures: Path = SIGNATURES) -> None:
        self._home = home
        self._configuration = configuration
        self._signatures = signatures
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, and return at once."""
        program = _program()
        assert program is not None
        settings = self._home.run / "clamd.conf"
        settings.write_text(
            f"LocalSocket {_socket(self._home)}\nLocalSocketMode 600\nFixStaleSocket yes\nForeground yes\n"
            f"DatabaseDirectory {self._signatures}\nStreamMaxLength 25M\n"
        )
        env = dict(os.environ) | {processes.MARK: self._configuration.secrets.stack_id}
        command = Command(self.name, [program, "--config-file", str(settings)])
        self._child = processes.start(self._home, command, env)
        return self._child

    def stop(self) -> None:
        if self._child is not None:
            processes.stop(self._child, signal.SIGTERM)
