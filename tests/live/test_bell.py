"""The bell of a process: what is committed is told at once, and what follows closely is told together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from service.boundary import events
from service.core.ids import new_id
from service.core.settings import settings
from storage import valkey


@pytest.fixture
async def channel(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """A channel that only this process rings on: Valkey's are the same for all workers."""
    monkeypatch.setattr(events, "CHANNEL", f"bell of {new_id()}")
    url = settings().valkey_url.get_secret_value()
    valkey.connect(url)
    listener = valkey.listener(url)
    heard = listener.pubsub()
    await heard.subscribe(events.CHANNEL)
    assert (await heard.get_message(timeout=10))["type"] == "subscribe"
    yield heard
    await heard.aclose()
    await listener.aclose()
    await valkey.close()


async def _rest(channel: Any) -> int:
    """How often it rings until it is silent."""
    found = 0
    while await channel.get_message(timeout=1) is not None:
        found += 1
    return found


async def test_what_follows_a_ring_closely_is_told_by_one_more_and_the_last_is_not_lost(channel: Any) -> None:
    for _ in range(50):
        events.ring()
    assert await channel.get_message(timeout=10) is not None
    events.ring()
    assert await _rest(channel) == 1


async def test_however_many_commit_a_process_rings_once_in_a_pause(channel: Any) -> None:
    began = time.monotonic()
    for _ in range(100):
        events.ring()
        await asyncio.sleep(0.001)
    pauses = (time.monotonic() - began) / events.PAUSE
    assert 1 <= await _rest(channel) <= pauses + 2
