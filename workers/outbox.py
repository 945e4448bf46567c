"""The relay: in every process of a worker, from the outbox to the broker."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import structlog
from kombu.exceptions import OperationalError

from service.core.heartbeat import RELAY
from service.operations import outbox
from workers.app import app
from workers.configuration import MESSAGE_LIFE, ROUTES
from workers.runtime import RUNTIME

IDLE_SECONDS = 0.5
AWAY_SECONDS = 2.0

log = structlog.get_logger()


@RUNTIME.always
async def relay() -> None:
    """Send what is due, for ever. Several relays share the work: each row goes to one of them."""
    while True:
        try:
            sent = await outbox.relay(_publish, ROUTES)
            RELAY.beat()
            # Not in step with the other relays.
            await asyncio.sleep(0 if sent == outbox.BATCH else IDLE_SECONDS * random.uniform(0.7, 1.3))
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
