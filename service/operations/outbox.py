"""Handing background work to the broker, and looking after what was handed over (design §4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta

from service.boundary import jobs
from service.boundary.jobs import scheduled
from service.core.settings import settings
from storage.listening import Listener
from storage.queries import outbox
from storage.queries.outbox import Due

RESEND_AFTER = timedelta(seconds=15)
"""What was sent and neither done nor in work after this time is sent again."""
BATCH = 100
WINDOW = 500
"""How many messages are with the broker at most; the others wait here, where nothing loses them."""
CHANNEL = "outbox"
"""What NOTIFY carries when somebody has committed work."""
KEPT_FOR = timedelta(days=7)
"""How long messages that are done can still be looked at."""
PRUNED_AT_ONCE = 10_000

Publish = Callable[[Sequence[Due]], Awaitable[int]]
"""Hands messages to the broker in their order and returns how many it has taken."""


class BrokerAway(Exception):
    """The broker takes nothing; the messages wait until it does."""


async def relay(publish: Publish, known: Collection[str]) -> int:
    """Send what is due and return how many messages that was. BrokerAway where the broker did not take them all.

    They are marked first, in a transaction of their own: whoever dies in between leaves messages that are sent again.
    """
    due = await asyncio.create_task(outbox.take(BATCH, WINDOW, RESEND_AFTER))
    for message in due:
        if message.task not in known:
            await jobs.refuse(message.id, message.task)
    messages = [message for message in due if message.task in known]
    accepted = await publish(messages) if messages else 0
    if accepted < len(messages):
        await asyncio.create_task(outbox.give_back([message.id for message in messages[accepted:]]))
        raise BrokerAway
    return len(messages)


def bell() -> Listener:
    """Tells a relay that there is work, on a connection beside the pool."""
    return Listener(settings().database_url.get_secret_value(), CHANNEL)


@scheduled("outbox.prune")
async def prune() -> int:
    """Delete messages that were done a week ago. Those that were given up stay."""
    return await outbox.prune(KEPT_FOR, PRUNED_AT_ONCE)
