"""The state folder `.crm/`: where everything lies, whether it can be used, and who holds it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from service.app.stack.errors import StackError
from service.core.state import state_folder

ENOUGH_BYTES = 512 * 1024 * 1024
"""Below this much free space PostgreSQL may not even get through its first start."""

OUR_ENTRIES = ("env", "lock", "logs", "run", "postgres", "valkey", "objects", "demo", "beat")
"""Everything that the stack ever puts into its folder, and so all that a reset may delete."""


@dataclass(frozen=True)
class Home:
    """The state folder. Under root it can be passed through (0711), so that PostgreSQL's user reaches its own part."""

    path: Path

    @property
    def env(self) -> Path:
        return self.path / "env"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def port(self) -> Path:
        """Says on which port the API was started last: another shell need not have the same CRM_PORT."""
        return self.run / "port"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def objects(self) -> Path:
        return self.path / "objects"

    @property
    def beat(self) -> Path:
        return self.path / "beat"

    @property
    def demo(self) -> Path:
        """Says `loading` or `done`; absent before the first start."""
        return self.path / "demo"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def prepare(self) -> None:
        """Make the folder and its parts. Raises StackError for a disk that is full or a path that is no folder."""
        if self.path.exists() and not self.path.is_dir():
            raise StackError(f"{self.path} is a file, not a folder: move it away, or set CRM_HOME to another folder.")
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for part in (self.logs, self.run, self.valkey, self.objects, self.beat):
            part.mkdir(mode=0o700, exist_ok=True)
        self._check_disk()

    def _check_disk(self) -> None:
        with tempfile.TemporaryFile(dir=self.path) as probe:
            probe.write(b"\0" * 4096)
        free = shutil.disk_usage(self.path).free
        if free < ENOUGH_BYTES:
            raise StackError(
                f"The disk of {self.path} is full ({free // 2**20} MB left): free at least 512 MB and start again."
            )

    def check_whole(self) -> None:
        """Raise StackError where the folder holds a part of an earlier state only."""
        data = self.postgres / "data"
        damage = None
        if data.exists() and not self.env.exists():
            damage = f"{self.env} is missing, and with it the passwords of the database"
        elif data.exists() and not ((data / "PG_VERSION").is_file() and (data / "global" / "pg_control").is_file()):
            damage = f"{data} is not a whole PostgreSQL data folder"
        elif data.exists() and (data / "PG_VERSION").read_text().strip() != "18":
            damage = f"{data} is of another PostgreSQL version"
        if damage:
            raise damaged(self, damage)

    def lock(self) -> IO[str]:
        """Hold the folder as long as the returned file is open. Raises StackError where another stack holds it."""
        handle = (self.path / "lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            raise StackError(
                f"The stack of {self.path} is running already: use it, or end it with `make down`."
            ) from None
        handle.seek(0)
        handle.truncate()
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        return handle

    def holder(self) -> int | None:
        """The process id of the running launcher, or None where nothing runs."""
        try:
            with (self.path / "lock").open() as handle:
                try:
                    fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(handle.read() or 0) or None
        except FileNotFoundError:
            pass
        return None

    def delete(self) -> None:
        """Delete what the stack put here, and the folder itself if nothing else lies in it."""
        for name in OUR_ENTRIES:
            entry = self.path / name
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink(missing_ok=True)
        if self.path.is_dir() and not any(self.path.iterdir()):
            self.path.rmdir()


def damaged(home: Home, what: str) -> StackError:
    """The error for a state folder that cannot be used as it is."""
    return StackError(
        f"{home.path} is damaged ({what}): put it back from a copy, or throw the data away with `make reset`."
    )


def current() -> Home:
    """The state folder of this invocation (`CRM_HOME`, or `.crm` here)."""
    return Home(state_folder())


def python_script(path: Path) -> list[str]:
    """The command that runs a script of ours with the standard library alone, which starts fast."""
    return [sys.executable, "-I", "-S", str(path)]
