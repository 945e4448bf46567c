"""One API process under uvicorn, as in production, and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

import httpx
import psutil

from service.app.stack.configuration import free_port

OURS = "service.app.asgi:app"
BASELINE = "tests.benchmarks.baseline.app:app"


class Server:
    """A child process that serves `app` on a free port of the loopback until the block ends."""

    def __init__(self, app: str, database_url: str, settings: dict[str, str] | None = None) -> None:
        self.port = free_port()
        words = ["-m", "uvicorn", app, "--host", "127.0.0.1", "--port", str(self.port), "--loop", "uvloop"]
        words += ["--http", "httptools", "--no-access-log", "--log-level", "warning", "--lifespan", "on"]
        environment = os.environ | {"CRM_DATABASE_URL": database_url, "CRM_LOG_LEVEL": "WARNING"} | (settings or {})
        self._child = subprocess.Popen([sys.executable, *words], env=environment)
        self._process = psutil.Process(self._child.pid)

    def __enter__(self) -> Self:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._child.poll() is not None:
                raise RuntimeError("the server ended at once")
            try:
                httpx.get(self.url.replace("/graphql", "/healthz"))
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return self
        raise RuntimeError("the server does not answer")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def memory_mb(self) -> float:
        """What the process holds of its own."""
        return self._process.memory_full_info().uss / 1e6

    def cpu_seconds(self) -> float:
        """What the process has used of the processors so far, in user and in system mode."""
        times = self._process.cpu_times()
        return times.user + times.system
