"""Subscriptions as a channel: what is pushed to one viewer from both databases, and when.

In B more happens than in A: events of every customer that change nothing that this viewer is shown. They must not show
in what comes, in how much comes, or in what comes after a reconnect.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from service.core.fields import ENTITIES
from service.core.ids import from_global
from storage import db
from tests.live.listening import Listener, opened
from tests.security.twin.pair import Pair
from tests.security.twin.performance import Leak
from tests.security.twin.pools import Pools
from tests.security.twin.probes import record
from tests.security.twin.stage import Stage

FOLLOW = f"""subscription($id: ID!, $after: String) {{ customerChanged(id: $id, after: $after) {{
    sequence isDelayed customer {{ {record(ENTITIES["Customer"], 1)} }} }} }}"""
INBOX = f"""subscription($after: String) {{ remindersForMe(after: $after) {{
    sequence isDelayed reminder {{ {record(ENTITIES["Reminder"], 1)} }} }} }}"""
OF_A_SOCKET = 20
QUIET = 1.6
"""Seconds: longer than a process needs to find an event that nobody told it of."""

PATIENCE = 60.0
"""Seconds that who has something to say may take."""

_SEQUENCE = re.compile(rb'"sequence":"(seq_[\w-]+)"')
Said = dict[str, list[bytes]]
"""Messages by subscription, without their sequences."""


@dataclass
class Ear:
    """One viewer's subscriptions in one database."""

    listener: Listener
    asked: dict[str, dict[str, Any]]
    said: Said = field(default_factory=dict[str, list[bytes]])
    sequences: dict[str, str] = field(default_factory=dict[str, str])

    async def subscribe(self) -> None:
        for name, variables in self.asked.items():
            document = FOLLOW if "id" in variables else INBOX
            await self.listener.subscribe(document, name, **variables)

    async def hear(self, speakers: Collection[str]) -> Said:
        """What comes until each of the speakers has spoken, and then until it has been quiet for a while."""
        self.said = {}
        deadline = time.monotonic() + PATIENCE
        while True:
            if await self.listener.is_silent(QUIET):
                if self.said.keys() >= set(speakers) or time.monotonic() > deadline:
                    return self.said
                continue
            message = self.listener.said[-1]
            raw = orjson.dumps(message)
            if found := _SEQUENCE.search(raw):
                self.sequences[message["id"]] = found[1].decode()
            self.said.setdefault(message["id"], []).append(_SEQUENCE.sub(b'"sequence":"seq"', raw))


@asynccontextmanager
async def _ears(pair: Pair, token: str, asked: list[dict[str, dict[str, Any]]]) -> AsyncIterator[list[Ear]]:
    async with AsyncExitStack() as stack:
        ears: list[Ear] = []
        for api, own in zip((pair.first, pair.second), asked, strict=True):
            url = f"http://127.0.0.1:{api.port}"
            ears.append(Ear(await stack.enter_async_context(opened(url, token)), own))
        await asyncio.gather(*(ear.subscribe() for ear in ears))
        yield ears


async def _same(ears: list[Ear], what: str, speakers: Collection[str] = ()) -> Said:
    """What both hear. `speakers`: the subscriptions that have something to say, however slow the machine is."""
    first, second = await asyncio.gather(*(ear.hear(speakers) for ear in ears))
    if first != second:
        names = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
        raise Leak(f"{what}: {[(n, first.get(n), second.get(n)) for n in names[:2]]}")
    return first


async def tell(url: str, customers: list[str]) -> None:
    """Events of these customers, that change nothing."""
    connection = await asyncpg.connect(**db.credentials(url))
    keys = [from_global(customer)[1] for customer in customers]
    statement = "insert into events (created_at, topic, key) select now(), 'CUSTOMER', k from unnest($1::uuid[]) k"
    await connection.execute(statement, keys)
    await connection.close()


def asked_of(pools: Pools) -> list[str]:
    """Customers of both databases, hidden or not, and nobody's."""
    return pools.rng.sample(pools.global_ids("Customer"), OF_A_SOCKET - 1)


async def follow(stage: Stage, pair: Pair, viewer: str, customers: list[str]) -> Said:
    """What the viewer hears first, the same from both; and then nothing, whatever is hidden happens in B."""
    token = stage.token(viewer)
    asked: dict[str, dict[str, Any]] = {str(n): {"id": customer} for n, customer in enumerate(customers)}
    asked["inbox"] = {}
    async with _ears(pair, token, [asked, asked]) as ears:
        heard = await _same(ears, "at the beginning", asked)
        await tell(stage.second.owner_url, customers)
        if await _same(ears, "after what changes nothing"):
            raise Leak("told of what changed nothing that is shown")
    again = [
        {n: {**given, "after": ear.sequences[n]} for n, given in asked.items() if n in ear.sequences} for ear in ears
    ]
    await tell(stage.second.owner_url, customers)
    async with _ears(pair, token, again) as ears:
        if set(await _same(ears, "after a reconnect", {"inbox"})) - {"inbox"}:
            raise Leak("told after a reconnect of what changed nothing that is shown")
    return heard


def subscriptions_tell_of_nothing_hidden(stage: Stage, pair: Pair) -> None:
    """For the test that takes guards out."""
    customers = asked_of(Pools(stage.world, stage.play("collaborator", seed=2), 6))
    asyncio.run(follow(stage, pair, "collaborator", customers))
