"""What one unit of cost takes of the processors, and what one person at the limit does to others (SEC-C4).

`python -m tests.benchmarks.attacker` is the attacker: a process of its own that sends the dearest questions as fast as
they are answered or refused.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import asyncpg
import httpx
import psutil

from service.core.settings import Settings
from tests.api import LOOPBACK
from tests.benchmarks import documents, load, people
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

CONNECTIONS = 16
MOST_CORES = 0.25
MOST_RATIO = 2.0
LIMITED = {
    f"CRM_{name.upper()}": str(Settings.model_fields[name].default)
    for name in ("query_allowance", "query_allowance_per_second")
}
"""As it ships; tests and other benchmarks lift it."""

QUESTIONS: dict[str, str] = {
    "who am I": documents.body("{ me { id } }"),
    "the nested list": documents.nested(),
    "100 rows, nested": documents.body(
        "{ customers(first: 100) { nodes { id name number mobile contacts(first: 10) { nodes { id name mobile } } } } }"
    ),
    "count all": documents.body("{ customers { totalCount } }"),
    "where name contains, nothing found": documents.body(
        '{ customers(first: 1, where: {name: {contains: "绝无此名"}}) { nodes { id } } }'
    ),
    "where address contains, nothing found": documents.body(
        '{ customers(first: 1, where: {address: {contains: "绝无此地"}}) { nodes { id } } }'
    ),
    "where a contact's name contains, nothing found": documents.body(
        '{ customers(first: 1, where: {contacts: {some: {name: {contains: "绝无此人"}}}}) { nodes { id } } }'
    ),
    "sort by name": documents.body("{ customers(first: 1, orderBy: [{field: NAME}]) { nodes { id } } }"),
}


@dataclass(frozen=True)
class Priced:
    """One question: what it costs and what it takes."""

    customers: int
    what: str
    cost: int
    api_ms: float
    postgres_ms: float

    @property
    def us_per_unit(self) -> float:
        return (self.api_ms + self.postgres_ms) * 1000 / self.cost


@dataclass(frozen=True)
class Attack:
    """One person at the limit."""

    customers: int
    cores: float
    served: int
    refused: int
    calm_p99_ms: float
    attacked_p99_ms: float

    @property
    def ratio(self) -> float:
        return self.attacked_p99_ms / self.calm_p99_ms


class Backends:
    """The processes of PostgreSQL that serve one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cpu_seconds(self) -> float:
        return sum(self._times(pid) for pid in asyncio.run(self._pids()))

    def largest_mb(self) -> float:
        """The most memory of its own (without what all share) that one of them holds."""
        return max(_own_mb(pid) for pid in asyncio.run(self._pids()))

    async def _pids(self) -> list[int]:
        connection = await asyncpg.connect(self._database.app_url)
        try:
            rows = await connection.fetch(
                "select pid from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()", self._database.name
            )
        finally:
            await connection.close()
        return [row["pid"] for row in rows]

    @staticmethod
    def _times(pid: int) -> float:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            return 0.0
        return times.user + times.system


def _own_mb(pid: int) -> float:
    try:
        return psutil.Process(pid).memory_full_info().uss / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def measure(customers: int, database: Database, *, seconds: float = 8.0) -> tuple[list[Priced], Attack]:
    """The price of each question, then the attack: first alone, for what it takes, then beside others."""
    backends = Backends(database)
    with Server(OURS, database.app_url) as server:
        prices = [_price(customers, server, backends, database, what, body) for what, body in QUESTIONS.items()]
    bodies = [QUESTIONS[p.what] for p in sorted(prices, key=lambda p: -p.us_per_unit)[:3]]
    with Server(OURS, database.app_url, LIMITED) as server:
        token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
        other = asyncio.run(people.token_of(database.app_url, people.ORDINARY))
        calm = _others(server, other, seconds)
        _attack(server, token, bodies, 12.0)  # what had been saved up is used first
        before = server.cpu_seconds() + backends.cpu_seconds()
        alone = _attack(server, token, bodies, seconds)
        cores = (server.cpu_seconds() + backends.cpu_seconds() - before) / seconds
        attacker = _begin(server, token, bodies, seconds + 2)
        attacked = _others(server, other, seconds)
        _end(attacker)
    return prices, Attack(customers, cores, *alone, calm.p99_ms, attacked.p99_ms)


def _price(
    customers: int, server: Server, backends: Backends, database: Database, what: str, body: str, seconds: float = 1.5
) -> Priced:
    token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    answer = httpx.post(server.url, content=body, headers=headers, timeout=30).json()
    load.run(load.Load(server.port, token, [body], 0.3, clients=1))
    before, before_postgres = server.cpu_seconds(), backends.cpu_seconds()
    result = load.run(load.Load(server.port, token, [body], seconds, clients=1))
    api, postgres = server.cpu_seconds() - before, backends.cpu_seconds() - before_postgres
    cost = answer["extensions"]["cost"]["requested"]
    return Priced(customers, what, cost, api / result.requests * 1000, postgres / result.requests * 1000)


def _others(server: Server, token: str, seconds: float) -> load.Result:
    """What others feel, each asking for a list, then for the next one."""
    return load.run(load.Load(server.port, token, [documents.nested()], seconds, clients=1, every=0.05))


def _attack(server: Server, token: str, bodies: list[str], seconds: float) -> tuple[int, int]:
    return _end(_begin(server, token, bodies, seconds))


def _begin(server: Server, token: str, bodies: list[str], seconds: float) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.attacker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps(asdict(load.Load(server.port, token, bodies, seconds, CONNECTIONS))).encode())
    child.stdin.close()
    return child


def _end(child: subprocess.Popen[bytes]) -> tuple[int, int]:
    assert child.stdout is not None
    served, refused = json.loads(child.stdout.read())
    child.wait(30)
    return served, refused


def _prices_table(found: Sequence[Priced]) -> str:
    """What one unit takes."""
    head = ("customers", "question", "cost", "API CPU ms", "PostgreSQL CPU ms", "µs a unit")
    rows = (
        (f"{p.customers:,}", p.what, f"{p.cost:,}", f"{p.api_ms:.2f}", f"{p.postgres_ms:.2f}", f"{p.us_per_unit:.1f}")
        for p in found
    )
    return table(head, rows)


def _attack_table(found: Sequence[Attack]) -> str:
    """What one person at the limit takes, and does to others."""
    head = ("customers", "cores (≤ 0.25)", "served", "refused", "others' p99, calm ms", "attacked ms", "ratio (≤ 2)")
    rows = (
        (f"{a.customers:,}", against(f"{a.cores:.2f}", a.cores <= MOST_CORES), f"{a.served:,}", f"{a.refused:,}",
         f"{a.calm_p99_ms:.1f}", f"{a.attacked_p99_ms:.1f}", against(f"{a.ratio:.2f}", a.ratio <= MOST_RATIO))
        for a in found
    )  # fmt: skip
    return table(head, rows)


def section(found: Sequence[tuple[list[Priced], Attack]]) -> str:
    return "\n\n".join(
        (
            _attack_table([attack for _, attack in found]),
            _prices_table([price for prices, _ in found for price in prices]),
        )
    )


async def _ask(client: httpx.AsyncClient, url: str, bodies: list[str], until: float) -> tuple[int, int]:
    served = refused = 0
    while time.monotonic() < until:
        answer = await client.post(url, content=bodies[(served + refused) % len(bodies)])
        if b'"RATE_LIMITED"' in answer.content:
            refused += 1
        else:
            served += 1
    return served, refused


async def _drive(given: dict[str, Any]) -> tuple[int, int]:
    url, until = f"http://127.0.0.1:{given['port']}/graphql", time.monotonic() + given["seconds"]
    headers = {"authorization": f"Bearer {given['token']}", "content-type": "application/json"}
    async with httpx.AsyncClient(headers=headers, timeout=60, **LOOPBACK) as client:
        tasks = [_ask(client, url, given["bodies"], until) for _ in range(given["clients"])]
        counts = await asyncio.gather(*tasks)
    return sum(c[0] for c in counts), sum(c[1] for c in counts)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_drive(json.loads(sys.stdin.buffer.read())))))
