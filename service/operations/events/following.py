"""Following a record, or what comes for a person: what to show next, and what to go on from.

A record is followed by its state. Whenever something happened to it, or to the rights of who follows, it is read again,
and shown if what he is shown has changed: a change of what is hidden from him is no change (D43). A record that is not
there any more for him ends it, in whatever way it went.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any
from uuid import UUID

from service.core.enums import EventTopic
from service.core.errors import NotFound
from service.core.viewer import Viewer
from service.operations.events import sequences
from service.operations.events.hub import HUB, patiently
from service.operations.events.sequences import Place
from storage.queries import events as queries
from storage.queries.events import Followed

AT_ONCE = 100

Ask = Callable[[], Awaitable[Viewer]]
"""Who follows, at that moment. UNAUTHENTICATED where he is not signed in any more."""


@dataclass(frozen=True)
class State:
    """What somebody is shown of a record, and the bytes that it is compared by."""

    shown: Any
    compared: bytes


@dataclass(frozen=True)
class Notice:
    """One message of a subscription."""

    sequence: str
    is_delayed: bool
    shown: Any


async def record(
    ask: Ask,
    topic: EventTopic,
    key: UUID,
    read: Callable[[Viewer], Awaitable[State | None]],
    *,
    after: str | None = None,
    until: float = inf,
    selection: Hashable = None,
) -> AsyncGenerator[Notice]:
    """The record as it is, and again whenever that has changed. NOT_FOUND where it is not there for the viewer.

    `until`: the second since 1970 at which who follows is asked for once more, whatever happens. `selection` names what
    is read: one person's subscriptions that have it in common are read for once.
    """
    viewer = await ask()
    followed = (topic, key)
    seen = sequences.opened(viewer, followed, after, kept=False).shown if after else None
    async with HUB.follow(viewer, followed) as feed:
        while True:
            position, delayed = feed.position, HUB.is_delayed
            viewer, state = await patiently(partial(_shared, ask, read, (followed, selection)))
            if state is None:
                raise NotFound
            shown = sequences.digest(state.compared + (b"1" if delayed else b"0"))
            if shown != seen:
                seen = shown
                yield Notice(sequences.sealed(viewer, followed, Place(position, shown)), delayed, state.shown)
            await feed.wait(until)


async def _now(ask: Ask, read: Callable[[Viewer], Awaitable[State | None]]) -> tuple[Viewer, State | None]:
    viewer = await ask()
    return viewer, await read(viewer)


async def _shared(
    ask: Ask, read: Callable[[Viewer], Awaitable[State | None]], key: Hashable
) -> tuple[Viewer, State | None]:
    """The same. Who asks is asked each time; what he sees depends on what is named here alone."""
    viewer = await ask()
    return viewer, await HUB.shared((key, viewer.rights, viewer.locale), partial(read, viewer))


async def inbox(
    ask: Ask,
    topic: EventTopic,
    read: Callable[[Viewer, UUID], Awaitable[State | None]],
    *,
    after: str | None = None,
    until: float = inf,
) -> AsyncGenerator[Notice]:
    """What comes for the viewer, each once and in its order; at once a notice of nothing, to go on from.

    What was missed since `after` comes first: EVENTS_GONE where it is not kept any more.
    """
    viewer = await ask()
    followed = (topic, viewer.id)
    begun = sequences.opened(viewer, followed, after, kept=True) if after else None
    async with HUB.follow(viewer, followed) as feed:
        position = begun.position if begun else feed.position
        delayed: bool | None = None
        while True:
            viewer = await patiently(ask)
            if delayed is not HUB.is_delayed:
                delayed = HUB.is_delayed
                yield Notice(sequences.sealed(viewer, followed, Place(position)), delayed, None)
            async for event, shown in _news(ask, followed, position, read):
                position = event
                if shown is not None:
                    place = sequences.sealed(viewer, followed, Place(position))
                    yield Notice(place, HUB.is_delayed, shown)
            await feed.wait(until)


async def _news(
    ask: Ask, followed: Followed, position: int, read: Callable[[Viewer, UUID], Awaitable[State | None]]
) -> AsyncGenerator[tuple[int, Any]]:
    """The events after a place, each with what the viewer is shown of it."""
    while found := await patiently(partial(queries.records, followed, position, AT_ONCE)):
        for event in found:
            _, state = await patiently(partial(_now, ask, partial(_of, read, event.record_id)))
            position = event.sequence
            yield position, state and state.shown


async def _of(read: Callable[[Viewer, UUID], Awaitable[State | None]], key: UUID, viewer: Viewer) -> State | None:
    return await read(viewer, key)
