"""Workers and clocks as real processes, with a broker of their own that can be killed without harm to other tests."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import redis

import workers
from service.app.stack.configuration import Configuration, Ports, free_port
from service.app.stack.home import Home
from service.app.stack.valkey import Valkey
from storage import db
from tests.api import LOOPBACK

ROOT = Path(workers.__file__).parent.parent

START_SECONDS = 60
"""A machine that runs the other tests as well takes its time to start a Python."""


@dataclass
class Broker:
    """A Valkey with its data on the disk."""

    folder: Path
    configuration: Configuration
    _server: Valkey = field(init=False)
    _child: subprocess.Popen[bytes] | None = None

    @classmethod
    def beside(cls, folder: Path, configuration: Configuration) -> Broker:
        """A broker that is not the one of `configuration`, at a port of its own."""
        ports = replace(configuration.ports, valkey=free_port())
        return cls(folder, replace(configuration, ports=Ports(ports.postgres, ports.valkey, ports.s3), valkey_number=0))

    def __post_init__(self) -> None:
        Home(self.folder).prepare()
        self._server = Valkey(Home(self.folder), self.configuration)

    @property
    def url(self) -> str:
        return self.configuration.valkey_url

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def start(self) -> None:
        self._child = self._server.start()

    def kill(self, *, lose_data: bool = False) -> None:
        """kill -9."""
        assert self._child is not None
        self._child.kill()
        self._child.wait()
        if lose_data:
            shutil.rmtree(self.folder / "valkey")
            (self.folder / "valkey").mkdir()

    def stop(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._server.stop()


def _environment(folder: Path, database_url: str, broker: Broker) -> dict[str, str]:
    own = {"CRM_DATABASE_URL": database_url, "CRM_HOME": str(folder), "PYTHONPATH": str(ROOT)}
    return dict(os.environ) | broker.configuration.environment() | own


class Api:
    """The API as `crm serve` runs it, with a broker and a database of its own, and `settings` beside."""

    def __init__(self, folder: Path, database_url: str, broker: Broker, **settings: str) -> None:
        port = free_port()
        own = {"CRM_PORT": str(port), "CRM_DRAIN_SECONDS": "1", "CRM_GRACE_SECONDS": "8", **settings}
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / f"api-{port}.log"
        with self.log.open("wb") as output:
            words = [sys.executable, "-m", "service.app.cli", "serve"]
            environment = _environment(folder, database_url, broker) | own
            self.process = subprocess.Popen(words, env=environment, cwd=folder, stdout=output, stderr=output)
        self._wait()

    def kill(self) -> None:
        """kill -9, where it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/healthz", **LOOPBACK).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())


@dataclass
class Fleet:
    """The processes of one test, on one database and one broker."""

    folder: Path
    database_url: str
    broker: Broker
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict[str, str])
    """What its processes are told beside the usual."""

    async def worker(self, *, concurrency: int = 2, ready: bool = True) -> subprocess.Popen[bytes]:
        """Start a worker and wait until it listens: how long that takes is not what a test measures."""
        return await self._celery(ready and "ready.", "worker", "--concurrency", str(concurrency))

    async def beat(self) -> subprocess.Popen[bytes]:
        return await self._celery("beat: Starting", "beat", "--pidfile", "")

    def log(self) -> str:
        return "".join(log.read_text() for log in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        """By force: how they end in good order is a test of its own. The children of a worker die with it."""
        for process in self.running:
            process.kill()
            process.wait()

    async def _celery(self, awaited: str | bool, *words: str) -> subprocess.Popen[bytes]:
        environment = _environment(self.folder, self.database_url, self.broker) | self.settings
        log = self.folder / f"{len(self.running)}-{words[0]}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: ASYNC220 - tests ask for its exit as subprocess does
                [sys.executable, "-m", "celery", "-A", "workers.app", *words],
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        deadline = time.monotonic() + START_SECONDS
        while awaited and str(awaited) not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            await asyncio.sleep(0.05)
        return process


def children(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The processes in which a worker runs its tasks."""
    return psutil.Process(worker.pid).children()


class Observer:
    """Looks at the database from outside, and changes it where a test must."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    @classmethod
    async def of(cls, owner_url: str) -> Observer:
        return cls(await asyncpg.connect(**db.credentials(owner_url)))

    async def close(self) -> None:
        await self._connection.close()

    async def value(self, sql: str, *values: Any) -> Any:
        async with self._turn:
            return await self._connection.fetchval(sql, *values)

    async def execute(self, sql: str, *values: Any) -> None:
        async with self._turn:
            await self._connection.execute(sql, *values)

    async def reminders(self) -> int:
        return await self.value("select count(*) from reminders")

    async def all_done(self) -> bool:
        return await self.value("select count(*) from outbox_messages where done_at is null") == 0

    async def slow_down(self, seconds: float) -> None:
        """Let each reminder take its time, so that a fault strikes in the middle of one."""
        await self.execute(
            f"create function take_time() returns trigger language plpgsql as"
            f" $$ begin perform pg_sleep({seconds}); return new; end $$;"
            " create trigger take_time before insert on reminders for each row execute function take_time();"
        )
        # A sleeping server does not look whether its client still lives; one that works does, at its next word.
        name = await self.value("select quote_ident(current_database())")
        await self.execute(f"alter database {name} set client_connection_check_interval = '50ms'")

    async def assert_each_once(self, count: int) -> None:
        """Every one of `count` tasks has one reminder, one mark, one line in the change log and no message left."""
        assert await self.reminders() == count
        assert await self.value("select count(distinct task_id) from reminders") == count
        assert await self.value("select count(*) from tasks where reminded_at is not null") == count
        lines = "select count(*) from change_log where action = 'reminder.give' and channel = 'JOB'"
        assert await self.value(lines) == count
        assert await self.value("select count(*) from outbox_messages where done_at is null") == 0
        assert await self.value("select count(*) from outbox_messages where dead_at is not null") == 0


async def until(condition: Callable[[], Awaitable[bool]], seconds: float, fleet: Fleet) -> float:
    """Wait until it is so, and return how long that took. Fails with the logs of the processes."""
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < seconds, fleet.log()[-6000:]
        await asyncio.sleep(0.05)
    return time.monotonic() - began
