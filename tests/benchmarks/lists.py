"""What other lists cost: filters, orders by fields that are masked for some, counts. One client, latency."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.benchmarks import documents, load, people
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import table
from tests.engines import Database

PEOPLE = {"owns half of the newest tenth": people.HALF_OWNER, "ordinary sales person": people.ORDINARY}


@dataclass(frozen=True)
class Asked:
    customers: int
    what: str
    who: str
    median_ms: float
    p95_ms: float


def _list(what: str, **variables: Any) -> tuple[str, str]:
    return what, documents.body(documents.LIST, **variables)


def _questions(owner: str) -> list[tuple[str, str]]:
    by_name, by_mobile = [{"field": "NAME"}], [{"field": "MOBILE"}]
    known = {"mobile": {"eq": "15421205222"}}
    return [
        _list("newest first"),
        _list("where owner", where={"owner": {"id": {"eq": owner}}}),
        _list("where stage", where={"stage": {"eq": "WON"}}),
        _list("where name contains three characters", where={"name": {"contains": "瑞腾机"}}),
        _list("where name contains, by name", where={"name": {"contains": "瑞腾机"}}, orderBy=by_name),
        _list("where a contact has a mobile", where={"contacts": {"some": known}}),
        _list("order by name", orderBy=by_name),
        _list("order by mobile", orderBy=by_mobile),
        ("count all", documents.body(documents.COUNT)),
        ("count own", documents.body(documents.COUNT, where={"owner": {"id": {"eq": owner}}})),
    ]


def measure(customers: int, database: Database, *, seconds: float) -> list[Asked]:
    found: list[Asked] = []
    with Server(OURS, database.app_url) as server:
        for who, staff_number in PEOPLE.items():
            owner = asyncio.run(people.id_of(database.app_url, staff_number))
            for what, body in _questions(owner):
                token = asyncio.run(people.token_of(database.app_url, staff_number))
                runs = [load.run(load.Load(server.port, token, [body], seconds / 3, clients=1)) for _ in range(3)]
                found.append(
                    Asked(customers, what, who, median(r.median_ms for r in runs), median(r.p95_ms for r in runs))
                )
    return found


def section(found: list[Asked]) -> str:
    rows = ((f"{a.customers:,}", a.what, a.who, f"{a.median_ms:.1f}", f"{a.p95_ms:.1f}") for a in found)
    return table(("customers", "list", "who", "median ms", "95 % ms"), rows)
