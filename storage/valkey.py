"""Valkey, as processes of the service use it beside Celery: what may be lost, and is asked for without waiting long.

Nothing here lasts: where Valkey is away, callers go on without it and say so.
"""

from __future__ import annotations

from contextlib import suppress

import redis.asyncio as aio
from redis.exceptions import RedisError

Unanswered = (RedisError, OSError, TimeoutError)
"""What a command can fail with while Valkey is away."""

PATIENCE = 0.5
"""Seconds that a command waits: a request must not become slow because Valkey is."""

_client: aio.Redis | None = None


def connect(url: str) -> None:
    """Make the client of this process. It connects when it is first used."""
    global _client  # noqa: PLW0603 - one a process, as the pool to the database is
    _client = aio.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        url,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        health_check_interval=15,
        client_name="mingce-api",
    )


def client() -> aio.Redis:
    """The client for short commands. One that waits (a subscription) makes its own connection: see `listener`."""
    if _client is None:
        raise ConnectionError("process.open was not called, or the process ends")
    return _client


async def publish(channel: str) -> None:
    """Ring a bell on a channel. Nothing where Valkey is away, or this process has no client of it."""
    if _client is None:
        return
    with suppress(*Unanswered):
        await _client.publish(channel, b"")  # pyright: ignore[reportUnknownMemberType]


def listener(url: str) -> aio.Redis:
    """A client of its own for pub/sub, which waits for messages as long as it takes."""
    return aio.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        url,
        socket_connect_timeout=PATIENCE,
        socket_keepalive=True,
        health_check_interval=15,
        client_name="mingce-events",
    )


async def close() -> None:
    """Give the connections back."""
    global _client  # noqa: PLW0603
    if _client is not None:
        await _client.aclose()
        _client = None
