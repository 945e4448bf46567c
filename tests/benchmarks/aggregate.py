"""Counting and grouping everything, as people who see little and much. One client, latency."""

from __future__ import annotations

import asyncio
from statistics import median

from tests.benchmarks import documents, load, people
from tests.benchmarks.lists import Asked
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import table
from tests.engines import Database

VIEWERS = {"sales": people.ORDINARY, "manager of most": people.OF_MOST, "administrator": people.ADMIN}

QUESTIONS = {
    "customers by stage": "{ a: customersAggregate(groupBy: [STAGE]) { count groups { count key { stage } } } }",
    "customers by owner": (
        "{ a: customersAggregate(groupBy: [OWNER]) { count groups { count key { owner { id name } } } } }"
    ),
    "customers by month": (
        "{ a: customersAggregate(groupBy: [CREATED_MONTH], orderBy: KEY)"
        " { count groups { count key { createdMonth } } } }"
    ),
    "contacts by role": (
        "{ a: contactsAggregate(groupBy: [DECISION_ROLE]) { count groups { count key { decisionRole } } } }"
    ),
    "late follow-ups by author": (
        "{ a: followUpsAggregate(groupBy: [AUTHOR])"
        " { count groups { count isLate { trueCount share } key { author { id name } } } } }"
    ),
}


def measure(customers: int, database: Database, *, seconds: float) -> list[Asked]:
    found: list[Asked] = []
    with Server(OURS, database.app_url) as server:
        for who, staff_number in VIEWERS.items():
            for what, document in QUESTIONS.items():
                token = asyncio.run(people.token_of(database.app_url, staff_number))
                body = documents.body(document)
                runs = [load.run(load.Load(server.port, token, [body], seconds / 3, clients=1)) for _ in range(3)]
                found.append(
                    Asked(customers, what, who, median(r.median_ms for r in runs), median(r.p95_ms for r in runs))
                )
    return found


def section(found: list[Asked]) -> str:
    rows = ((f"{a.customers:,}", a.what, a.who, f"{a.median_ms:.0f}", f"{a.p95_ms:.0f}") for a in found)
    return table(("customers", "aggregate", "who", "median ms", "95 % ms"), rows)
