"""A whole stack of its own for a test, driven as a person would: by `crm` in a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from service.app.stack import configuration

CRM = [sys.executable, "-m", "service.app.cli"]


@dataclass
class Stack:
    """One state folder and one port. `launcher` is the process of the last `crm up`."""

    home: Path
    port: int
    launcher: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        # Not the settings of this test run: the stack makes its own.
        foreign = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
        return foreign | {"CRM_HOME": str(self.home), "CRM_PORT": str(self.port)}

    def crm(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [*CRM, *words], env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def begin(self) -> subprocess.Popen[str]:
        """Run `crm up` without waiting, in a process group of its own, as a terminal does."""
        output = self.home.with_suffix(".out")
        with output.open("w") as file:
            self.launcher = subprocess.Popen(
                [*CRM, "up", "--customers", "20"],
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
                process_group=0,
            )
        return self.launcher

    @property
    def output(self) -> str:
        return self.home.with_suffix(".out").read_text()

    def up(self) -> float:
        """Run `crm up` and wait until it says that it is ready. Returns the seconds that it took."""
        began = time.monotonic()
        launcher = self.begin()
        while "is ready" not in self.output:
            assert launcher.poll() is None, self.output
            assert time.monotonic() - began < 90, self.output
            time.sleep(0.05)
        return time.monotonic() - began

    def end(self, which: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to the launcher (Ctrl-C: to its whole group) and return its exit code."""
        assert self.launcher is not None
        if which == signal.SIGINT:
            os.killpg(self.launcher.pid, which)
        else:
            self.launcher.send_signal(which)
        return self.launcher.wait(40)

    def pid(self, name: str) -> int:
        return int((self.home / "run" / name).read_text())

    def configuration(self) -> configuration.Configuration:
        return configuration.read(self.home / "env")

    def alive(self) -> list[str]:
        """Every process that belongs to this stack by its command line, its folder or its parent."""
        found: list[str] = []
        for process in psutil.process_iter():
            try:
                words = " ".join(process.cmdline())
                ours = str(self.home) in words or process.cwd().startswith(str(self.home))
                ours = ours or process.environ().get("CRM_HOME") == str(self.home)
                if ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{process.pid} {words}")
            except (psutil.Error, OSError):
                continue
        return found

    def await_silence(self, patience: float) -> None:
        """Wait until nothing of this stack is alive."""
        deadline = time.monotonic() + patience
        while alive := self.alive():
            assert time.monotonic() < deadline, alive
            time.sleep(0.1)
