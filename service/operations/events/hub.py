"""The events of an API process: one look at the database serves everybody who follows something here.

A word through Valkey says that it is time to look; without it the hub looks by itself, later. Feeds are told that
something happened, never what: whoever follows reads again, under the rights of that moment.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Hashable
from contextlib import asynccontextmanager, suppress
from math import inf
from typing import Any, TypeVar
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from service.boundary.access.snapshot import SNAPSHOT
from service.boundary.events import CHANNEL, PAUSE
from service.boundary.jobs import scheduled
from service.core.errors import TooManySubscriptions
from service.core.settings import settings
from service.core.viewer import Viewer
from storage import db, valkey
from storage.queries import events as queries
from storage.queries.events import Followed

MOST_OF_A_PERSON = 100
"""Subscriptions that a person may have open on one process."""
LOOKS_EVERY = 1.0
"""Seconds after which the hub looks without having been told to."""
RIGHTS_EVERY = 1.5
"""Seconds after which a change of somebody's rights is noticed at the latest (SEC-A3)."""
AWAY = 0.5
"""Seconds between two attempts to reach Valkey or the database again."""
PATIENCE = 30.0
"""Seconds for which a subscription waits for a database that is away."""
BATCH = 1000

T = TypeVar("T")
log = structlog.get_logger()


class Stopping(Exception):
    """This process is about to end: who follows should go on elsewhere."""


class Feed:
    """One subscription. `position` is the number of the last event that it was told of."""

    def __init__(self, viewer: Viewer, followed: Followed, position: int) -> None:
        self.person, self.session, self.followed, self.position = viewer.id, viewer.session_id, followed, position
        self.is_stopped = False
        self._told = asyncio.Event()

    def tell(self, position: int | None = None) -> None:
        """There may be something new: an event, or other rights."""
        self.position = max(self.position, position or 0)
        self._told.set()

    def stop(self) -> None:
        self.is_stopped = True
        self._told.set()

    async def wait(self, until: float) -> None:
        """Until there may be something new, or to that second since 1970. Raises Stopping."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if until == inf else until - time.time()):
                await self._told.wait()
        if self.is_stopped:
            raise Stopping
        self._told.clear()


class Hub:
    """Every feed of this process, and what keeps them informed."""

    def __init__(self) -> None:
        self.position = 0
        """The number of the last event that feeds were told of."""
        self.is_delayed = False
        """Whether Valkey is away, so that events come later."""
        self._feeds: dict[Followed, set[Feed]] = {}
        self._persons: Counter[UUID] = Counter()
        self._standings: dict[UUID, str] = {}
        self._reads: dict[Hashable, asyncio.Task[Any]] = {}
        self._generation = 0
        self._bell = asyncio.Event()
        self._looking = asyncio.Lock()
        self._running: list[asyncio.Task[None]] = []
        self._stopping = False

    @property
    def feeds(self) -> list[Feed]:
        return [feed for feeds in self._feeds.values() for feed in feeds]

    def start(self) -> None:
        """Begin to listen and to look."""
        self._stopping = False
        loops: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = (self._listen, self._look_often, self._watch)
        self._running = [asyncio.create_task(loop()) for loop in loops]

    def stop(self) -> None:
        """End every feed, and let none begin: the process is about to end."""
        self._stopping = True
        for feed in self.feeds:
            feed.stop()

    async def close(self) -> None:
        """The same, and wait until nothing runs any more."""
        self.stop()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running = []

    @asynccontextmanager
    async def follow(self, viewer: Viewer, followed: Followed) -> AsyncGenerator[Feed]:
        """A feed from now on. TOO_MANY_SUBSCRIPTIONS where the person has as many as there may be."""
        if self._stopping:
            raise Stopping
        if self._persons[viewer.id] >= MOST_OF_A_PERSON:
            raise TooManySubscriptions(most=MOST_OF_A_PERSON)
        self._persons[viewer.id] += 1
        feed = Feed(viewer, followed, 0)
        self._feeds.setdefault(followed, set()).add(feed)
        try:
            # What was committed before is behind it; what is committed from now on it is told of.
            await patiently(self.look)
            feed.tell(self.position)
            feed._told.clear()  # pyright: ignore[reportPrivateUsage]
            yield feed
        finally:
            self._forget(feed)

    async def shared(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives: once for all who ask by this key at the same time, and for the same news."""
        whole = (key, self._generation)
        task = self._reads.get(whole)
        if task is None:
            task = self._reads[whole] = asyncio.create_task(_awaited(read()))
            task.add_done_callback(lambda _: self._reads.pop(whole, None))
        return await asyncio.shield(task)

    def _forget(self, feed: Feed) -> None:
        self._feeds[feed.followed].discard(feed)
        if not self._feeds[feed.followed]:
            del self._feeds[feed.followed]
        self._persons[feed.person] -= 1
        if not self._persons[feed.person]:
            del self._persons[feed.person]

    async def look(self) -> None:
        """Number what waits for it, and tell the feeds of what is new."""
        async with self._looking:
            while await queries.any_unnumbered() and await number() == BATCH:
                pass
            newest = await queries.newest()
            if newest is None or newest <= self.position:
                return
            keys = {key for _, key in self._feeds}
            found = await queries.concerned(self.position, newest, keys) if self.position else set(self._feeds)
            self.position = newest
            self._generation += 1
            for followed in found:
                for feed in self._feeds.get(followed, ()):
                    feed.tell(newest)

    async def _look_often(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_EVERY):
                    await self._bell.wait()
            self._bell.clear()
            if self._feeds:
                await self._survive(self.look)
            await asyncio.sleep(PAUSE)

    async def _watch(self) -> None:
        """Have feeds read again whose person's rights may have changed, or whose session has ended."""
        while True:
            await asyncio.sleep(RIGHTS_EVERY)
            if self._feeds:
                await self._survive(self._look_at_rights)

    async def _look_at_rights(self) -> None:
        feeds = [feed for feed in self.feeds if feed.session is not None]
        known, self._standings = self._standings, await queries.standings({f.session for f in feeds if f.session})
        changed = {f for f in feeds if f.session and known.get(f.session, "") != self._standings.get(f.session)}
        if changed:
            SNAPSHOT.forget()
            self._generation += 1
        for feed in changed:
            feed.tell()

    async def _listen(self) -> None:
        """Hear of events through Valkey; say where that cannot be, and go on trying."""
        while True:
            client = valkey.listener(settings().valkey_url.get_secret_value())
            try:
                async with client.pubsub() as heard:  # pyright: ignore[reportUnknownMemberType]
                    await heard.subscribe(CHANNEL)  # pyright: ignore[reportUnknownMemberType]
                    while True:
                        if await heard.get_message(timeout=LOOKS_EVERY) is not None:  # pyright: ignore[reportUnknownMemberType]
                            self._hear(delayed=False)
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("events_delayed", error=type(error).__name__)
                self._hear(delayed=True)
            finally:
                await client.aclose()
            await asyncio.sleep(AWAY)

    def _hear(self, *, delayed: bool) -> None:
        if self.is_delayed is not delayed:
            self.is_delayed = delayed
            self._generation += 1
            for feed in self.feeds:
                feed.tell()
        self._bell.set()

    async def _survive(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await asyncio.create_task(_awaited(work()))
        except Exception as error:  # a hub that ends would leave every subscription silent
            log.warning("events_wait", error=type(error).__name__)
            await asyncio.sleep(AWAY)


@scheduled("event.number")
async def number() -> int:
    """Give events that were committed their numbers."""
    return await queries.number(BATCH)


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """What `work` gives, as soon as the database is there to give it: a restart ends no subscription (SEC-I1)."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            # A task of its own: a connection that broke poisons the asyncio task that it broke in.
            return await asyncio.create_task(_awaited(work()))
        except db.Unreachable:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(AWAY)


async def _awaited(work: Awaitable[T]) -> T:
    return await work


HUB = Hub()
