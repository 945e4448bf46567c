"""Filters and orders on a field that is masked for most, beside the same on an open one. One client, latency."""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Any

import httpx

from tests.api import LOOPBACK
from tests.benchmarks import documents, load, people
from tests.benchmarks.lists import Asked
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

VIEWERS = {"0.1 %": people.FEW, "10 %": people.OF_A_TENTH, "90 %": people.OF_MOST}
"""How much of the field each may see, and who it is."""


def _contacts(**variables: Any) -> dict[str, Any]:
    return {"query": documents.CONTACTS, **variables}


def _customers(**variables: Any) -> dict[str, Any]:
    return {"query": documents.MASKED_LIST, **variables}


QUESTIONS: dict[str, dict[str, Any]] = {
    "mobile equals": _contacts(where={"mobile": {"eq": "15421205222"}}),
    "mobile starts with 7 digits": _contacts(where={"mobile": {"startsWith": "1542120"}}),
    "mobile contains 5 digits": _contacts(where={"mobile": {"contains": "12052"}}),
    "e-mail starts with": _contacts(where={"email": {"startsWith": "wang5012"}}),
    "contacts by name": _contacts(orderBy=[{"field": "NAME"}]),
    "contacts by mobile": _contacts(orderBy=[{"field": "MOBILE"}]),
    "contacts by mobile, downwards": _contacts(orderBy=[{"field": "MOBILE", "direction": "DESC"}]),
    "customers by name": _customers(orderBy=[{"field": "NAME"}]),
    "customers by mobile": _customers(orderBy=[{"field": "MOBILE"}]),
    "open: customers at a stage": _customers(where={"stage": {"eq": "WON"}}),
    "open: customers by number": _customers(orderBy=[{"field": "NUMBER"}]),
}


def measure(customers: int, database: Database, *, seconds: float) -> list[Asked]:
    """The first page of each list, and the second where it is an order."""
    found: list[Asked] = []
    with Server(OURS, database.app_url) as server:
        for share, staff_number in VIEWERS.items():
            for what, asked in QUESTIONS.items():
                token = asyncio.run(people.token_of(database.app_url, staff_number))
                found.append(_asked(customers, what, share, server, token, documents.body(**asked), seconds))
                if "orderBy" in asked:
                    second = documents.body(**asked, after=_end(server, token, documents.body(**asked)))
                    found.append(_asked(customers, f"{what}, page 2", share, server, token, second, seconds))
    return found


def _asked(customers: int, what: str, who: str, server: Server, token: str, body: str, seconds: float) -> Asked:
    runs = [load.run(load.Load(server.port, token, [body], seconds / 3, clients=1)) for _ in range(3)]
    return Asked(customers, what, who, median(r.median_ms for r in runs), median(r.p95_ms for r in runs))


def _end(server: Server, token: str, body: str) -> str:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    data = httpx.post(server.url, content=body, headers=headers, **LOOPBACK).json()["data"]
    cursor = data["l"]["pageInfo"]["endCursor"]
    assert isinstance(cursor, str)
    return cursor


MOST_MS = 25.0


def section(found: list[Asked]) -> str:
    rows = (
        (f"{a.customers:,}", a.what, a.who, f"{a.median_ms:.1f}", against(f"{a.p95_ms:.1f}", a.p95_ms <= MOST_MS))
        for a in found
    )
    return table(("customers", "list", "may see", "median ms", "95 % ms (≤ 25)"), rows)
