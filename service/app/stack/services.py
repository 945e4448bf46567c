"""Our own long-running processes (API, worker, beat) under honcho, which ends them all when one ends."""

# honcho has no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import multiprocessing
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process

from service.app.stack import launch
from service.app.stack.home import Home
from service.app.stack.processes import Command
from service.app.stack.steps import console


def commands(home: Home, port: int) -> list[Command]:
    """The three processes, in the order in which they are started."""
    python = (sys.executable, "-m")
    # No balancer looks here, and a person at the terminal does not wait for one.
    api = ("service.app.cli", "serve", "--host", "127.0.0.1", "--port", str(port), "--drain-seconds", "0")
    celery = ("celery", "-A", "workers.app")
    return [
        Command("api", [*python, *api, "--grace-seconds", "3"]),
        Command("worker", [*python, *celery, "worker", "--concurrency", "2", "--loglevel", "INFO"]),
        Command("beat", [*python, *celery, "beat", "--schedule", str(home.beat / "schedule"), "--pidfile", ""]),
    ]


class _Child(Process):
    """honcho forks one watcher for each command. The watcher dies with the launcher, and its command with it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._launcher = os.getpid()

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        launch.die_with_parent(signal.SIGKILL, self._launcher)
        super().run(events, ignore_signals)


class _Quiet(Printer):
    """Keeps honcho's own lines from the terminal: it belongs to the person, and the processes write logs."""

    def write(self, message: Any) -> None:
        del message


class Services(Manager):
    """honcho's manager, with a gentle end: only the head of each family is asked, so that a worker can drain."""

    def __init__(self, when_started: Callable[[], None]) -> None:
        # honcho hands objects to its watchers that only a fork can carry over; newer Pythons no longer fork by default.
        multiprocessing.set_start_method("fork", force=True)
        super().__init__(_Quiet())
        self._process_ctor = _Child
        self._when_started = when_started
        self.first_to_end: str | None = None
        """The process that ended by itself and so took the others with it; None after a requested stop."""

    @property
    def _records(self) -> Mapping[str, dict[str, Any]]:
        return cast("Mapping[str, dict[str, Any]]", self._processes)

    def add(self, home: Home, command: Command, env: dict[str, str]) -> None:
        # honcho runs a shell: `exec`, or the signals would end the shell and not the program.
        line = "exec " + shlex.join(command.launched(home))
        self.add_process(command.name, line, env=env, cwd=str(home.path))

    def _start(self) -> None:
        super()._start()
        # Only now may there be threads: forking with threads is what breaks.
        threading.Thread(target=self._when_started, daemon=True).start()

    def end_because_of(self, name: str) -> None:
        """End everything, from another thread, because `name` has failed."""
        self.first_to_end = self.first_to_end or name
        os.kill(os.getpid(), signal.SIGTERM)

    def terminate(self) -> None:
        """Ask every process to end. Called by honcho at a signal and when one of them has ended."""
        if self._terminating:
            return
        self._terminating = True
        ended = next((name for name, record in self._records.items() if "returncode" in record), None)
        self.first_to_end = self.first_to_end or ended
        console.print("  Stopping …")
        for record in self._records.values():
            if "returncode" not in record and record.get("pid"):
                _signal(os.kill, record["pid"], signal.SIGTERM)

    def sweep(self) -> None:
        """End by force what is left of the families, after `loop` has returned."""
        for record in self._records.values():
            if record.get("pid"):
                _signal(os.killpg, record["pid"], signal.SIGKILL)


def _signal(send: Callable[[int, int], None], number: int, which: signal.Signals) -> None:
    try:
        send(number, which)
    except ProcessLookupError:
        return
