"""Many different documents: what the API process and the backends of PostgreSQL hold (issue 4, benchmark 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks import load, people
from tests.benchmarks.attacker import Backends
from tests.benchmarks.documents import body
from tests.benchmarks.report import against, table
from tests.benchmarks.server import OURS, Server
from tests.engines import Database

DOCUMENTS = 1000
REQUESTS = 100_000
MOST_API_MB = 250.0
MOST_BACKEND_MB = 100.0

_FIELDS = (
    "number name shortName kind stage grade source mobile address createdAt updatedAt website version state "
    "owner { name } contacts(first: 2) { nodes { id name title mobile email } } "
    "followUps(first: 3) { nodes { occurredAt mode kind content } } needs(first: 2) { nodes { id priority } }"
)


@dataclass(frozen=True)
class Many:
    """After so many requests of so many documents."""

    customers: int
    documents: int
    requests: int
    api_mb: float
    backend_mb: float
    """Of the largest one, without what all share."""


def document(number: int) -> str:
    """One of many: a large one, and different from all others."""
    return body(
        f"query Many{number} {{ customers(first: {number % 5 + 1}) {{ nodes {{ a{number}: id {_FIELDS} }} }} }}"
    )


def measure(
    customers: int, database: Database, *, documents: int = DOCUMENTS, requests: int = REQUESTS, seconds: float = 30.0
) -> Many:
    """Drive the documents in turn, until there were as many requests as wanted."""
    backends, done = Backends(database), 0
    bodies = [document(number) for number in range(documents)]
    with Server(OURS, database.app_url) as server:
        while done < requests:
            token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
            done += load.run(load.Load(server.port, token, bodies, seconds)).requests
        return Many(customers, documents, done, server.memory_mb(), backends.largest_mb())


def many_table(found: Sequence[Many]) -> str:
    head = ("customers", "documents", "requests", "API MB (< 250)", "largest backend MB (< 100)")
    rows = (
        (f"{m.customers:,}", f"{m.documents:,}", f"{m.requests:,}",
         against(f"{m.api_mb:.0f}", m.api_mb < MOST_API_MB),
         against(f"{m.backend_mb:.0f}", m.backend_mb < MOST_BACKEND_MB))
        for m in found
    )  # fmt: skip
    return table(head, rows)
