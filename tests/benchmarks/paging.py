"""Page 1,000 by cursor against page 1: one client, so that nothing waits for anything else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from statistics import median

import httpx

from tests.benchmarks import documents, load, people
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

PAGES = 1_000

MOST_RATIO = 1.3


@dataclass(frozen=True)
class Paging:
    customers: int
    page: int
    first_ms: float
    deep_ms: float
    ratio: float


def measure(customers: int, database: Database, *, rounds: int, seconds: float) -> Paging:
    """Follow the cursors page by page, then ask for the first and the last of these pages in turn."""
    page = min(PAGES, customers // 10 // documents.NESTED_PAGE)
    done: list[tuple[float, float]] = []
    with Server(OURS, database.app_url) as server:
        token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
        cursor = _cursor_before(server, token, page)
        bodies = (_page(None), _page(cursor))
        for _ in range(rounds):
            token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
            first, deep = (
                load.run(load.Load(server.port, token, [body], seconds / 2, clients=1)).median_ms for body in bodies
            )
            done.append((first, deep))
    return Paging(
        customers, page, median(f for f, _ in done), median(d for _, d in done), median(d / f for f, d in done)
    )


def _page(after: str | None) -> str:
    return documents.body(documents.PAGE, first=documents.NESTED_PAGE, after=after)


def _cursor_before(server: Server, token: str, page: int) -> str:
    cursor: str | None = None
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    with httpx.Client(headers=headers) as client:
        for _ in range(page - 1):
            info = client.post(server.url, content=_page(cursor)).json()["data"]["customers"]["pageInfo"]
            assert info["hasNextPage"]
            cursor = info["endCursor"]
    assert cursor is not None
    return cursor


def section(found: list[Paging]) -> str:
    head = ("customers", "page", "page 1, ms", "that page, ms", "ratio (≤ 1.3)")
    rows = (
        (f"{p.customers:,}", f"{p.page:,}", f"{p.first_ms:.2f}", f"{p.deep_ms:.2f}",
         against(f"{p.ratio:.2f}", p.ratio <= MOST_RATIO))
        for p in found
    )  # fmt: skip
    return table(head, rows)
