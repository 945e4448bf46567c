"""1,000 open subscriptions on one API process: how long until an event has reached all, and what they weigh.

`python -m tests.benchmarks.subscriptions` measures it alone.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

import psutil

from service.boundary import tokens
from service.core import clock
from service.core.fields import CUSTOMER
from service.core.ids import new_id, to_global
from storage import db
from storage.models import Customer, Session, User
from tests.api import Client
from tests.benchmarks.databases import Databases
from tests.benchmarks.server import OURS, Server
from tests.engines import Database
from tests.live.listening import Listener, opened

SUBSCRIPTIONS, OF_A_SOCKET = 1000, 20
MOST_SECONDS, MOST_MEGABYTES = 1.0, 400.0

FOLLOW = """subscription($id: ID!) { customerChanged(id: $id) {
    sequence customer { id version name stage notes owner { name } contacts(first: 2) { nodes { name mobile } } } } }"""


@dataclass(frozen=True)
class Pushed:
    """How fast an event of one customer reaches everybody who follows it, and what the process weighs then."""

    subscriptions: int
    people: int
    median_seconds: float
    """Until the last one has it, after the mutation was sent."""
    slowest_seconds: float
    cpu_seconds: float
    """Of the API process for one event, to all."""
    megabytes: float
    """Resident, with all of them open, after the events."""


def measure(database: Database, rounds: int = 5) -> Pushed:
    """Open them on one process, change the customer some times, and see when everybody knows."""
    return asyncio.run(_measure(database, rounds))


async def _measure(database: Database, rounds: int) -> Pushed:
    await db.connect(database.app_url, 3)
    try:
        customer = await Customer.filter(state="ACTIVE").order_by("id").first()
        assert customer is not None
        people = await User.filter(disabled_at=None).order_by("staff_number").limit(SUBSCRIPTIONS // OF_A_SOCKET)
        editor = await User.get(id=customer.owner_id)
        tickets = [await _token(person) for person in people]
        own = await _token(editor)
        version = customer.version
    finally:
        await db.close()
    with Server(OURS, database.app_url) as server:
        return await _drive(server, tickets, own, to_global(CUSTOMER.prefix, customer.id), version, rounds)


async def _token(person: User) -> str:
    session = await Session.create(
        user=person, token_digest=new_id().hex, expires_at=clock.now() + timedelta(days=1)
    )  # fmt: skip
    return tokens.access_token(person.id, session.id, person.session_epoch)[0]


async def _drive(server: Server, tickets: list[str], own: str, key: str, version: int, rounds: int) -> Pushed:
    url, seconds, busy = server.url.removesuffix("/graphql"), list[float](), list[float]()
    client = Client(url, own)
    sockets = SUBSCRIPTIONS // OF_A_SOCKET
    async with AsyncExitStack() as stack:
        ears = [await stack.enter_async_context(opened(url, tickets[n % len(tickets)])) for n in range(sockets)]
        for ear in ears:
            for name in range(OF_A_SOCKET):
                await ear.subscribe(FOLLOW, str(name), id=key)
        await asyncio.gather(*(_hear(ear) for ear in ears))
        for turn in range(rounds):
            began, before = time.perf_counter(), server.cpu_seconds()
            given = {"id": key, "version": version + turn, "notes": f"第 {turn} 次"}
            change = asyncio.create_task(client.change("updateCustomer", given, "customer { id }"))
            await asyncio.gather(*(_hear(ear) for ear in ears))
            seconds.append(time.perf_counter() - began)
            busy.append(server.cpu_seconds() - before)
            assert (await change)["userErrors"] == []
        megabytes = psutil.Process(server._child.pid).memory_info().rss / 1e6
    await client.close()
    return Pushed(SUBSCRIPTIONS, len(tickets), median(seconds), max(seconds), median(busy), megabytes)


async def _hear(ear: Listener) -> None:
    for _ in range(OF_A_SOCKET):
        message = await ear.message(60)
        assert message["type"] == "next", message
    ear.said.clear()


def rows(found: list[Pushed]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows of the table."""
    head = (
        "subscriptions",
        "people",
        "event to all, s (≤ 1)",
        "slowest, s",
        "API CPU of an event, s",
        "RSS, MB (< 400)",
    )
    return head, [
        (
            f"{p.subscriptions:,}", str(p.people), f"{p.median_seconds:.2f}", f"{p.slowest_seconds:.2f}",
            f"{p.cpu_seconds:.2f}", f"{p.megabytes:.0f}",
        )
        for p in found
    ]  # fmt: skip


def main() -> None:
    with Databases() as databases:
        head, lines = rows([measure(databases.make(10_000))])
    for name, value in zip(head, lines[0], strict=True):
        sys.stdout.write(f"{name}: {value}\n")


if __name__ == "__main__":
    main()
