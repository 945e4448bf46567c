"""Signing in with a wrong password, for accounts that exist and for such as do not (SEC-A5): one client, latency."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import cycle
from statistics import median

import httpx

from service.boundary import passwords
from service.operations.sign_in import FREE_FAILURES
from tests.benchmarks import databases
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

MOST_APART_MS = 5.0
EACH_ROUND = 40
_DOCUMENT = "mutation Guess($input: SignInInput!) { signIn(input: $input) { accessToken } }"


@dataclass(frozen=True)
class SigningIn:
    """Medians."""

    customers: int
    known_ms: float
    unknown_ms: float
    locked_ms: float
    """Of a person who is locked, under the name that is not: nothing tells it."""

    @property
    def apart_ms(self) -> float:
        found = (self.known_ms, self.unknown_ms, self.locked_ms)
        return max(found) - min(found)


def measure(customers: int, database: Database, *, rounds: int) -> SigningIn:
    """In turn, so that what else the machine does hits all alike."""
    staff = asyncio.run(_give_passwords(database.app_url))
    times: dict[str, list[float]] = {"known": [], "unknown": [], "locked": []}
    with Server(OURS, database.app_url) as server, httpx.Client() as client:
        for _ in range(rounds + 1):
            asyncio.run(_forget_failures(database.app_url))
            for number, account in zip(range(EACH_ROUND), cycle(staff), strict=False):
                accounts = {"known": account, "unknown": f"x{account}", "locked": f"{staff[-1]}@corp.example"}
                if number % (FREE_FAILURES - 1) == 0:
                    _lock(client, server, database.app_url, staff[-1])
                turned = number % len(accounts)  # what comes first has the caches of what came last
                for what, name in [*accounts.items()][turned:] + [*accounts.items()][:turned]:
                    times[what].append(_guess(client, server, name))
    skipped = EACH_ROUND  # the first round fills the caches
    return SigningIn(customers, *(median(times[what][skipped:]) for what in ("known", "unknown", "locked")))


def _guess(client: httpx.Client, server: Server, account: str, code: str = "SIGN_IN_FAILED") -> float:
    given = {"account": account, "password": "Falsch-4711"}
    response = client.post(server.url, json={"query": _DOCUMENT, "variables": {"input": given}})
    answer = response.json()
    if [error["extensions"]["code"] for error in answer["errors"]] != [code]:
        raise RuntimeError(str(answer))
    return response.elapsed.total_seconds() * 1000


def _lock(client: httpx.Client, server: Server, url: str, account: str) -> None:
    """Lock a person under his staff number; what was counted under his e-mail address is forgotten."""
    asyncio.run(_forget_failures(url))
    for _ in range(FREE_FAILURES):
        _guess(client, server, account)


async def _give_passwords(url: str) -> list[str]:
    """Everybody gets a password and an e-mail address; the staff numbers."""
    async with databases.session(url) as connection:
        hashed = await passwords.hashed("Ming-ce 2026 Hangzhou")
        rows = await connection.fetch(
            "update users set password_hash = $1, email = staff_number || '@corp.example' returning staff_number",
            hashed,
        )
    return sorted(row["staff_number"] for row in rows)


async def _forget_failures(url: str) -> None:
    async with databases.session(url) as connection:
        await connection.execute("delete from sign_in_attempts")


def section(found: list[SigningIn]) -> str:
    head = (
        "customers",
        "known, ms",
        "unknown, ms",
        "locked under another name, ms",
        f"apart, ms (≤ {MOST_APART_MS:.0f})",
    )
    rows = (
        (f"{s.customers:,}", f"{s.known_ms:.1f}", f"{s.unknown_ms:.1f}", f"{s.locked_ms:.1f}",
         against(f"{s.apart_ms:.1f}", s.apart_ms <= MOST_APART_MS))
        for s in found
    )  # fmt: skip
    return table(head, rows)
