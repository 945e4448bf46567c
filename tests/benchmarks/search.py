"""The search box with rare and with common terms, as people who see little and much. One client, latency."""

from __future__ import annotations

import asyncio

from tests.benchmarks import documents, load, people
from tests.benchmarks.lists import Asked
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

VIEWERS = {
    "sales": people.ORDINARY,
    "sales, few customers": people.FEW,
    "manager of a tenth": people.OF_A_TENTH,
    "administrator": people.ADMIN,
}

SEARCH = """
query Search($search: String!) {
  customers(first: 50, search: $search) {
    nodes { id number name kind stage mobile createdAt owner { name } } pageInfo { hasNextPage }
  }
}
"""
TERMS = {
    "公": "one character, in four of five",
    "王": "one character, a surname",
    "杭": "one character, in one of twenty",
    "瑞腾": "two characters, rare",
    "有限公司": "four characters, in four of five",
    "瑞腾机": "three characters, rare",
    "王伟": "a whole name, often",
    "鑫": "in no name",
    "x": "one letter",
    "xm": "initials, in one of ten",
    "hzrtjx": "initials, rare",
    "xiamen": "a reading, in one of twenty",
    "zhangwei": "the reading of a whole name",
    "13": "two digits",
    "138": "three digits",
    "5421205": "in the middle of a number, rare",
    "15421205222": "a whole number",
}
MOST_P95_MS = 50.0


def measure(customers: int, database: Database, *, seconds: float) -> list[Asked]:
    found: list[Asked] = []
    with Server(OURS, database.app_url) as server:
        for who, staff_number in VIEWERS.items():
            for term in TERMS:
                token = asyncio.run(people.token_of(database.app_url, staff_number))
                run = load.run(load.Load(server.port, token, [documents.body(SEARCH, search=term)], seconds, clients=1))
                found.append(Asked(customers, term, who, run.median_ms, run.p95_ms))
    return found


def section(found: list[Asked]) -> str:
    rows = (
        (f"{a.customers:,}", f"{a.what}: {TERMS[a.what]}", a.who, f"{a.median_ms:.1f}",
         against(f"{a.p95_ms:.1f}", a.p95_ms <= MOST_P95_MS))
        for a in found
    )  # fmt: skip
    return table(("customers", "search", "who", "median ms", "95 % ms"), rows)
