"""The bridge from Celery, which calls functions, to operations, which are coroutines.

Each process of a worker has one event loop in a thread, with one pool to the database, both made after the fork. A task
hands its coroutine to the loop and waits. Beside the tasks the loop runs what the process does all the time.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import structlog
from celery.signals import worker_process_init, worker_process_shutdown

from service.core import tracing
from service.core.settings import settings
from service.operations import process

R = TypeVar("R")

POOL_SIZE = 3
"""One task at a time, the relay, and one to spare."""
RETRY_SECONDS = 1.0
PATIENCE = 10.0
"""Seconds that a task waits for the database."""
END_SECONDS = 3.0
"""Seconds that the end of the process waits for what was cancelled."""

log = structlog.get_logger()


class TaskFailed(Exception):
    """A task failed with the error of that name. Its text stays behind: Celery would log it, with whatever is in it."""


class Runtime:
    """The event loop of one process."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready: asyncio.Event | None = None
        self._always: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._running: list[asyncio.Future[None]] = []
        """What nobody waits for: the loop itself holds its tasks only weakly."""

    def always(self, function: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], Coroutine[Any, Any, None]]:
        """Run this coroutine in every process from its start to its end."""
        self._always.append(function)
        return function

    def open(self, **_: Any) -> None:
        """Start the loop. Returns at once: a database that is away must not keep the process from starting."""
        self._loop = asyncio.new_event_loop()
        self._ready = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="runtime", daemon=True)
        self._thread.start()
        self._loop.call_soon_threadsafe(self._begin)

    def run(self, coroutine: Coroutine[Any, Any, R]) -> R:
        """Run a coroutine as a task of its own and wait for it. A time limit that strikes meanwhile cancels it."""
        assert self._loop is not None, "a worker of another pool than prefork"
        future = asyncio.run_coroutine_threadsafe(self._when_ready(coroutine), self._loop)
        try:
            return future.result()
        except Exception as error:
            raise TaskFailed(type(error).__name__) from None
        finally:
            future.cancel()

    def close(self, **_: Any) -> None:
        """End what runs, give the connections back, and stop the loop."""
        if self._loop is None or self._thread is None:
            return
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(END_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(END_SECONDS)
        self._loop = self._thread = None

    def _begin(self) -> None:
        self._running = [asyncio.ensure_future(self._connect())]

    async def _connect(self) -> None:
        assert self._ready is not None
        own = settings()
        tracing.start("mingce-worker", own.otlp_endpoint, own.trace_share)
        while True:
            try:
                await process.open(POOL_SIZE)
                break
            except process.Unavailable:
                log.warning("database_away")
                await asyncio.sleep(RETRY_SECONDS)
        self._ready.set()
        self._running += [asyncio.create_task(function()) for function in self._always]

    async def _when_ready(self, coroutine: Coroutine[Any, Any, R]) -> R:
        assert self._ready is not None
        try:
            async with asyncio.timeout(PATIENCE):
                await self._ready.wait()
        except TimeoutError:
            coroutine.close()
            raise
        return await coroutine

    async def _end(self) -> None:
        for task in self._running:
            task.cancel()
        # A coroutine that `run` has cancelled ends by itself, and must be let: the driver calls its statement off.
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)
        await process.close()
        await asyncio.to_thread(tracing.close)


RUNTIME = Runtime()
worker_process_init.connect(RUNTIME.open, weak=False)
worker_process_shutdown.connect(RUNTIME.close, weak=False)
