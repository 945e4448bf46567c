"""Lists as somebody who holds access grants reads them, beside the same lists without (D45)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from statistics import median

from tests.benchmarks import databases, documents, load, people
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

MOST_TIMES = 1.5
PARTS = {"1 %": 100, "10 %": 10}
"""How much of all customers is under a grant: every so many."""
QUESTIONS = {
    "the nested list": documents.nested(),
    "by name, with commercial fields": documents.body(
        "{ customers(first: 50, orderBy: [{field: NAME}]) { nodes { id number bankName creditRating } } }"
    ),
    "count at a stage": documents.body("{ customers(where: {stage: {eq: WON}}) { totalCount } }"),
}
_GRANT = """
with people as (select array_agg(id) as others from (select id from users where staff_number <> $1 limit 2) o),
made as (
    insert into access_grants (id, created_at, updated_at, version, holder_id, delivery, data_classes, purpose,
                               customer_count, begins_at, until, granted_at, checked_by_id, granted_by_id,
                               for_marketing, is_authorised)
    select uuidv7(), now(), now(), 1, u.id, 'GRANT', array['BUSINESS', 'COMMERCIAL', 'CONTACT'], 'benchmark', 0,
           now() - interval '1 hour', now() + interval '1 day', now(), p.others[1], p.others[2], false, false
    from users u, people p where u.staff_number = $1 returning id
)
insert into access_grant_customers (id, grant_id, customer_id)
select uuidv7(), m.id, c.id from made m, (select id, row_number() over (order by id) as n from customers) c
where c.n % $2 = 0
"""


@dataclass(frozen=True)
class Granted:
    customers: int
    what: str
    part: str
    without_ms: float
    with_ms: float
    times: float
    """The median of the ratios of each round."""


def measure(customers: int, database: Database, *, rounds: int, seconds: float) -> list[Granted]:
    """The same person with and without grants, in turns; one client."""
    found: list[Granted] = []
    with Server(OURS, database.app_url) as server:
        for part, every in PARTS.items():
            pairs: dict[str, list[tuple[float, float]]] = {what: [] for what in QUESTIONS}
            for _ in range(rounds):
                timed: list[dict[str, float]] = []
                for held in (False, True):
                    asyncio.run(_hold(database.app_url, every if held else None))
                    token = asyncio.run(people.token_of(database.app_url, people.OF_A_TENTH))
                    loads = {
                        q: load.Load(server.port, token, [b], seconds / 2, clients=1) for q, b in QUESTIONS.items()
                    }
                    timed.append({what: load.run(one).median_ms for what, one in loads.items()})
                for what in QUESTIONS:
                    pairs[what].append((timed[0][what], timed[1][what]))
            for what, ms in pairs.items():
                without, held_ms = (median(pair[n] for pair in ms) for n in (0, 1))
                found.append(Granted(customers, what, part, without, held_ms, median(b / a for a, b in ms)))
        asyncio.run(_hold(database.app_url, None))
    return found


async def _hold(url: str, every: int | None) -> None:
    """Give the person a grant of every so many customers; None: take all away. Processes hear of it within 2 s."""
    async with databases.session(url) as connection:
        await connection.execute("delete from access_grants where purpose = 'benchmark'")
        if every is not None:
            await connection.execute(_GRANT, people.OF_A_TENTH, every)
            await connection.execute("analyze access_grants, access_grant_customers")
    await asyncio.sleep(2.5)


def section(found: list[Granted]) -> str:
    head = ("customers", "list", "under grants", "without, ms", "with, ms", f"times (≤ {MOST_TIMES:g})")
    rows = (
        (f"{g.customers:,}", g.what, g.part, f"{g.without_ms:.2f}", f"{g.with_ms:.2f}",
         against(f"{g.times:.2f}", g.times <= MOST_TIMES))
        for g in found
    )  # fmt: skip
    return table(head, rows)
