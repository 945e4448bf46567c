"""The relay: in every process of a worker, from the outbox to the broker."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import structlog
from kombu.exceptions import OperationalError

from service.core.heartbeat import RELAY
from service.core.queues import ROUTES
from service.operations import outbox
from workers.app import app
from workers.configuration import MESSAGE_LIFE
from workers.runtime import RUNTIME

IDLE_SECONDS = 0.5
GATHER_SECONDS = 0.04
AWAY_SECONDS = 2.0

log = structlog.get_logger()


@RUNTIME.always
async def relay() -> None:
    """Send what is due, for ever. Several relays share the work: each row goes to one of them."""
    bell = outbox.bell()
    try:
        while True:
            await _round(bell)
    finally:
        await bell.close()


async def _round(bell: outbox.Listener) -> None:
    try:
        sent = await outbox.relay(_publish, ROUTES)
        RELAY.beat()
        if sent < outbox.BATCH:
            # Without a call: not in step with the other relays. With one: what came together goes together.
            await bell.wait(IDLE_SECONDS * random.uniform(0.7, 1.3))
            await asyncio.sleep(random.uniform(0, GATHER_SECONDS))
    except Exception as error:  # a relay that ends would stop all background work
        log.warning("relay_waits", error=type(error).__name__)
        await asyncio.sleep(AWAY_SECONDS)


async def _publish(messages: Sequence[outbox.Due]) -> int:
    return await asyncio.to_thread(_send, messages)


def _send(messages: Sequence[outbox.Due]) -> int:
    sent = 0
    try:
        with app.producer_or_acquire() as producer:
            for message in messages:
                # The id alone: what is to be done stands in the database, where the broker cannot change it.
                app.send_task(message.task, (str(message.id),), producer=producer, expires=MESSAGE_LIFE)
                sent += 1
    except (OperationalError, OSError, *app.connection_for_write().connection_errors):
        return sent
    return sent
