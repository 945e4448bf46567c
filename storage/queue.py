"""The queue, as far as its health goes: Celery does everything else with it."""

from __future__ import annotations

import redis


def answers(url: str) -> bool:
    """Whether Valkey answers within a second."""
    client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)  # pyright: ignore[reportUnknownMemberType]
    try:
        return bool(client.ping())  # pyright: ignore[reportUnknownMemberType]
    except redis.RedisError:
        return False
    finally:
        client.close()
