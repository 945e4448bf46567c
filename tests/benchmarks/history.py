"""A customer with a thousand changes, as it was in the middle of them, beside the same one as it is (D36)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from statistics import median
from typing import Any

from service.core.fields import CUSTOMER
from service.core.ids import to_global
from tests.benchmarks import databases, documents, load, people
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database

CHANGES, MOST_TIMES = 1_000, 3.0
_FIELDS = "id name shortName notes grade intent stage address website version updatedAt owner { id name }"
_NOW = f"query Now($id: ID!) {{ customer(id: $id) {{ {_FIELDS} }} }}"
_THEN = f"query Then($id: ID!, $at: DateTime!) {{ customer(id: $id, asOf: $at) {{ {_FIELDS} }} }}"
_NEWEST = """
select c.id, c.owner_id from customers c join users u on u.id = c.owner_id
where u.staff_number = $1 and c.kind = 'ENTERPRISE' and c.state = 'ACTIVE' order by c.created_at desc limit 1
"""
_FILL = """
with made as (
    insert into change_log (id, at, actor_id, action, outcome, subject_type, subject_id, customer_id, request_id,
                            channel, digests)
    select uuidv7(), now() - make_interval(secs => $3 - n), $2, 'customer.update', 'DONE', 'Customer', $1, $1,
           'request', 'API', '{"notes": ["a", "b"], "grade": [null, "c"], "version": ["d", "e"]}'
    from generate_series(1, $3) n returning id
)
insert into change_values (change_id, field, before, after)
select id, field, before::json, after::json from made
cross join (values ('notes', '"早前的备注"', '"新的备注"'), ('grade', 'null', '"A"'), ('version', '1', '2'))
    v (field, before, after)
"""


@dataclass(frozen=True)
class Past:
    customers: int
    now_ms: float
    then_ms: float
    times: float
    """The median of the ratios of each round."""


def measure(customers: int, database: Database, *, rounds: int, seconds: float) -> Past:
    """As the owner, one client, both in turns."""
    key, moment = asyncio.run(_prepare(database.app_url))
    own = {"id": to_global(CUSTOMER.prefix, key)}
    bodies = documents.body(_NOW, **own), documents.body(_THEN, **own, at=moment)
    pairs: list[list[float]] = []
    with Server(OURS, database.app_url) as server:
        for _ in range(rounds):
            token = asyncio.run(people.token_of(database.app_url, people.HALF_OWNER))
            driven = (load.run(load.Load(server.port, token, [b], seconds / 2, clients=1)) for b in bodies)
            pairs.append([result.median_ms for result in driven])
    now, then = (median(pair[n] for pair in pairs) for n in (0, 1))
    return Past(customers, now, then, median(then / now for now, then in pairs))


async def _prepare(url: str) -> tuple[Any, str]:
    async with databases.session(url) as connection:
        found = await connection.fetchrow(_NEWEST, people.HALF_OWNER)
        await connection.execute(_FILL, found["id"], found["owner_id"], CHANGES)
        moment = await connection.fetchval("select now() - make_interval(secs => $1)", CHANGES // 2)
        await connection.execute(
            "update customers set created_at = now() - interval '1 day' where id = $1", found["id"]
        )
        await connection.execute("analyze change_log, change_values")
        return found["id"], moment.isoformat()


def section(found: list[Past]) -> str:
    head = ("customers", "as it is, ms", f"as it was after {CHANGES // 2} of {CHANGES:,} changes, ms",
            f"times (< {MOST_TIMES:g})")  # fmt: skip
    rows = (
        (f"{p.customers:,}", f"{p.now_ms:.2f}", f"{p.then_ms:.2f}", against(f"{p.times:.2f}", p.times < MOST_TIMES))
        for p in found
    )
    return table(head, rows)
