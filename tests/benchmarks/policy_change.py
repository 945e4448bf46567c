"""How long an answer by the old policy is still given after an administrator has changed it (D42).

Two API processes are asked 500 times a second what a colleague sees of a contact: masked or not is what a change turns
over, and so what each answer tells. Time runs from the answer to the mutation to the last answer with the old rights.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any, cast

import httpx

from service.core.enums import Role
from service.core.fields import CUSTOMER
from service.core.ids import to_global
from tests.benchmarks import databases, documents, load, people
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

MOST_SECONDS = 2.0
PER_SECOND = 500
CONNECTIONS = 40
LOOKS_ON = MOST_SECONDS + 0.5
"""Seconds after a change for which answers are looked at."""

_ASKED = "query Seen($id: ID!) { customer(id: $id) { contacts(first: 1) { nodes { mobile } } } }"
_CHANGE = "mutation Change($input: ChangePolicyInput!) { changePolicy(input: $input) { policy { version } } }"
_COLLEAGUES = """
select c.id from customers c join users owner on owner.id = c.owner_id
join users u on u.department_id = c.department_id and u.id <> owner.id
where u.staff_number = $1 and c.state = 'ACTIVE'
  and not exists (select 1 from collaborators k where k.customer_id = c.id and k.user_id = u.id)
order by c.id limit 1
"""


@dataclass(frozen=True)
class PolicyChange:
    customers: int
    changes: int
    per_second: float
    """Requests that were answered, by both processes together."""
    median_ms: float
    slowest_ms: float


@dataclass
class Seen:
    """Every answer: when it came, and whether it was masked."""

    answers: list[tuple[float, bool]] = field(default_factory=list[tuple[float, bool]])

    def last(self, *, masked: bool, since: float) -> float | None:
        return max((at for at, was_masked in self.answers if was_masked is masked and at > since), default=None)


class _Watcher(load.Client):
    """One connection that asks at fixed times, however long the answers take."""

    def __init__(self, request: bytes, phase: float, seen: Seen, finished: asyncio.Future[list[float]]) -> None:
        super().__init__([request], float("inf"), finished)
        self._due, self._seen = time.perf_counter() + phase, seen

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._later()

    def _later(self) -> None:
        asyncio.get_running_loop().call_later(max(0.0, self._due - time.perf_counter()), self._ask)
        self._due += CONNECTIONS / PER_SECOND

    def _ask(self) -> None:
        if not self.transport.is_closing():
            self._send()

    def _answered(self) -> None:
        if b" 200 OK" not in self.received[:20] or b'"mobile"' not in self.received:
            self.finished.set_exception(RuntimeError(self.received[:2000].decode(errors="replace")))
            self.transport.close()
            return
        self._seen.answers.append((time.perf_counter(), b"****" in self.received))
        self.received, self.missing = b"", -1
        self._later()


def measure(customers: int, database: Database, *, rounds: int) -> PolicyChange:
    asyncio.run(people.appoint(database.app_url, people.ADMINISTRATOR, Role.ADMIN))
    try:
        with Server(OURS, database.app_url) as one, Server(OURS, database.app_url) as other:
            return asyncio.run(_measure(customers, database.app_url, (one, other), changes=2 * max(rounds // 2, 2)))
    finally:
        asyncio.run(people.appoint(database.app_url, people.ADMINISTRATOR, Role.SALES))


async def _measure(customers: int, url: str, servers: tuple[Server, Server], *, changes: int) -> PolicyChange:
    async with databases.session(url) as connection:
        key = await connection.fetchval(_COLLEAGUES, people.ORDINARY)
        version = await connection.fetchval("select version from policy_versions")
    body = documents.body(_ASKED, id=to_global(CUSTOMER.prefix, key))
    administrator = {"authorization": f"Bearer {await people.token_of(url, people.ADMINISTRATOR)}"}
    token, seen, late = await people.token_of(url, people.ORDINARY), Seen(), list[float]()
    async with _watched(servers, token, body, seen), httpx.AsyncClient(headers=administrator) as client:
        await asyncio.sleep(1)
        began, before = time.perf_counter(), len(seen.answers)
        for number in range(changes):
            level = "MASKED" if number % 2 else "FULL"
            given = {"version": version, "relation": "SAME_DEPARTMENT", "dataClass": "CONTACT", "level": level}
            version, changed = await _change(client, servers[number % 2], given)
            await asyncio.sleep(LOOKS_ON)
            old = seen.last(masked=level != "MASKED", since=changed)
            assert seen.last(masked=level == "MASKED", since=changed), "nobody ever saw the change"
            late.append((old - changed) * 1000 if old else 0.0)
        rate = (len(seen.answers) - before) / (time.perf_counter() - began)
    return PolicyChange(customers, changes, rate, median(late), max(late))


async def _change(client: httpx.AsyncClient, server: Server, given: dict[str, Any]) -> tuple[int, float]:
    """The new version of the policy, and when the answer was there."""
    answer = (await client.post(server.url, json={"query": _CHANGE, "variables": {"input": given}})).json()
    if "errors" in answer:
        raise RuntimeError(str(answer))
    return answer["data"]["changePolicy"]["policy"]["version"], time.perf_counter()


@asynccontextmanager
async def _watched(servers: tuple[Server, Server], token: str, body: str, seen: Seen) -> AsyncGenerator[None]:
    loop = asyncio.get_running_loop()
    watchers: list[_Watcher] = []
    for number in range(CONNECTIONS):
        server, phase = servers[number % 2], number / PER_SECOND
        watcher = _Watcher(load.request(server.port, token, body), phase, seen, loop.create_future())
        watchers.append(watcher)
        await loop.create_connection(lambda watcher=watcher: watcher, "127.0.0.1", server.port)
    yield
    for watcher in watchers:
        if watcher.finished.done():
            watcher.finished.result()  # raises what ended it
        watcher.finished.cancel()
        watcher.transport.close()


def section(found: list[PolicyChange]) -> str:
    head = (
        "customers",
        "changes",
        f"requests/s (of {PER_SECOND})",
        "median ms",
        f"slowest ms (≤ {MOST_SECONDS:.0f} s)",
    )
    rows = (
        (f"{p.customers:,}", str(p.changes), f"{p.per_second:.0f}", f"{p.median_ms:.1f}",
         against(f"{p.slowest_ms:.1f}", p.slowest_ms <= MOST_SECONDS * 1000))
        for p in found
    )  # fmt: skip
    return table(head, rows)
