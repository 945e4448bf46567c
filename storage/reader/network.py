"""The network of customers around one, walked over such as exist for the viewer and over no other (D11).

One recursive statement, breadth first, with the guards inside: a hidden customer is no bridge to what lies behind it.
Of each customer the first neighbours by their keys are taken, and rows only as long as they are needed, so that what
it costs follows from the answer and not from how many relations somebody has.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.core.selection import Request
from storage import db
from storage.reader.guards import Guards, Scope
from storage.reader.sql import Sql, conjunction, param


async def walk(
    guards: Guards, start: UUID, depth: int, kinds: list[str], most: int, request: Request
) -> list[dict[str, Any]]:
    """`id` and `depth` of each customer reached, the start first; one more than `most` where there are more."""
    enough = most + 1
    of_kind = Sql("r.removed_at is null and r.kind = any(", param(kinds, "text[]"), ")")
    neighbours = Sql(
        "select n.id from (",
        "select r.to_customer_id as id from customer_relations r where r.from_customer_id = w.id and ", of_kind,
        " union select r.from_customer_id from customer_relations r where r.to_customer_id = w.id and ", of_kind,
        ") e join customers n on n.id = e.id where ", exists(guards, "n"), f" order by n.id limit {enough}",
    )  # fmt: skip
    # A customer is reached anew at each depth: rows enough for `most` different ones. They come level by level.
    statement = Sql(
        "with recursive w (id, depth) as (select c.id, 0 from customers c where c.id = ", param(start, "uuid"),
        " and ", exists(guards, "c"), " union select v.id, w.depth + 1 from w cross join lateral (", neighbours,
        ") v where w.depth < ", param(depth, "int"), ") ",
        "select id, min(depth) as depth from (select id, depth, row_number() over () as place from (select * from w",
        f" limit {enough * (depth + 1)}) f) p group by id order by min(place) limit {enough}",
    )  # fmt: skip
    return await _rows(statement, request)


async def between(guards: Guards, customers: list[UUID], kinds: list[str], request: Request) -> list[UUID]:
    """The relations among these customers, of which each exists for the viewer, in the order of their keys."""
    statement = Sql(
        "select r.id from customer_relations r join customers a on a.id = r.from_customer_id",
        " join customers b on b.id = r.to_customer_id where r.removed_at is null and r.kind = any(",
        param(kinds, "text[]"), ") and r.from_customer_id = any(", param(customers, "uuid[]"),
        ") and r.to_customer_id = any(", param(customers, "uuid[]"), ") and ",
        conjunction((exists(guards, "a"), exists(guards, "b"))), " order by r.id",
    )  # fmt: skip
    return [row["id"] for row in await _rows(statement, request)]


def exists(guards: Guards, customer: str) -> Sql:
    """«This customer exists for the viewer»: the guard of every step."""
    return Scope(guards, customer).row_exists()


async def _rows(statement: Sql, request: Request) -> list[dict[str, Any]]:
    text, params = statement.render()
    return await db.rows(text, *[p.read(request) for p in params])
