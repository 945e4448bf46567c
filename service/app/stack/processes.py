"""Child processes: how one is started, recorded, ended, and found again after a launcher was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from service.app.stack.errors import StackError
from service.app.stack.home import Home, python_script

MARK = "CRM_STACK_ID"
"""Every child carries the stack's id in its environment; a process with it is provably ours."""

LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Account:
    """Another user for a child of root, with the capabilities that it needs to reach its files."""

    user: int
    group: int
    capabilities: tuple[int, ...] = ()

    def arguments(self) -> list[str]:
        capabilities = [part for number in self.capabilities for part in ("--capability", str(number))]
        return ["--user", str(self.user), "--group", str(self.group), *capabilities]


@dataclass(frozen=True)
class Command:
    """A program to be started, and the signal that ends it in good order."""

    name: str
    words: list[str]
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None

    def launched(self, home: Home) -> list[str]:
        """The command line that logs, records itself and dies with its parent."""
        return [
            *python_script(LAUNCH),
            *("--log", str(home.log(self.name)), "--record", str(home.run / self.name)),
            *("--death-signal", str(int(self.stop_signal))),
            *(self.account.arguments() if self.account else []),
            *("--", *self.words),
        ]


def environment(home: Home, stack_id: str) -> dict[str, str]:
    """The environment of a child: it reads its settings from this stack's file."""
    return dict(os.environ) | {"CRM_HOME": str(home.path), MARK: stack_id}


def start(home: Home, command: Command, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C at the terminal reaches the launcher only."""
    return subprocess.Popen(
        command.launched(home), env=env, cwd=home.path, stdin=subprocess.DEVNULL, start_new_session=True
    )


def stop(child: subprocess.Popen[bytes], stop_signal: signal.Signals, patience: float = 10) -> None:
    """End a child in good order, or by force when it does not listen for `patience` seconds."""
    if child.poll() is None:
        child.send_signal(stop_signal)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def kill_family(child: subprocess.Popen[bytes]) -> None:
    """End a child and everything that it has started, at once and by force."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def log_position(home: Home, name: str) -> int:
    """Where the log ends now: what comes later belongs to the next start."""
    log = home.log(name)
    return log.stat().st_size if log.exists() else 0


def _last_words(home: Home, name: str, since: int) -> str:
    log = home.log(name)
    lines = log.read_bytes()[since:].decode("utf-8", "replace").splitlines() if log.exists() else []
    said = [line.strip(" │") for line in lines if any(character.isalnum() for character in line)]
    return f" ({said[-1][:200]})" if said else ""


def start_failure(home: Home, name: str, since: int = 0) -> StackError:
    """The error for an engine that ended while starting, with the last thing that it said."""
    return StackError(
        f"{name} does not start{_last_words(home, name, since)}: see {home.log(name)}; "
        "if its data is beyond repair, `make reset` throws all data away."
    )


def unasked_end(home: Home, name: str, since: int = 0) -> StackError:
    """The error for a process that failed or was killed, and took the stack with it."""
    return StackError(
        f"{name} has ended by itself{_last_words(home, name, since)}: see {home.log(name)}, then start again."
    )


def wait_until(child: subprocess.Popen[bytes], ready: Path, content: str, patience: float) -> bool:
    """Wait until a file has a line that begins with `content`; False where the child ended or the time ran out."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and child.poll() is None:
        if ready.exists() and any(line.startswith(content) for line in ready.read_text().splitlines()):
            return True
        time.sleep(0.03)
    return False


def recorded(home: Home, name: str) -> psutil.Process | None:
    """The living process that wrote the record `name`, and not another that has got its number since."""
    record = home.run / name
    try:
        process = psutil.Process(int(record.read_text()))
        if process.create_time() <= record.stat().st_mtime + 1 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except (OSError, ValueError, psutil.NoSuchProcess):
        pass
    return None


def _marked(process: psutil.Process, stack_id: str) -> bool:
    try:
        return process.environ().get(MARK) == stack_id
    except (psutil.Error, OSError):
        return False


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except (psutil.Error, OSError):
        return False


def leftovers(home: Home, stack_id: str) -> Iterator[psutil.Process]:
    """What an earlier launcher left running. Only the processes that are provably of this stack.

    PostgreSQL overwrites its environment with its title, so it is known by its data folder instead, in which it works.
    """
    data = home.postgres / "data"
    for process in psutil.process_iter():
        if process.pid != os.getpid() and (_marked(process, stack_id) or _works_in(process, data)):
            yield process


def end_leftovers(home: Home, stack_id: str, patience: float = 8) -> int:
    """End them in good order, then by force. Returns how many there were.

    Only the heads of families get the signal: a PostgreSQL or Celery child understands it as something else.
    """
    found = list(leftovers(home, stack_id))
    numbers = {process.pid for process in found}
    for process in found:
        try:
            if process.ppid() not in numbers:
                process.send_signal(signal.SIGINT if _works_in(process, home.postgres) else signal.SIGTERM)
        except psutil.NoSuchProcess:
            continue
    _, stubborn = psutil.wait_procs(found, timeout=patience)
    for process in stubborn:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(stubborn, timeout=3)
    return len(found)
