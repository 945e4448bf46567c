"""One customer with some two hundred fields, by its id: every built-in field, its links, and a hundred of one's own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from statistics import median
from typing import Any, cast

import httpx
import orjson

from service.core.enums import CustomerKind, CustomFieldType
from service.core.fields import CUSTOMER, ENTITIES
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType
from service.core.ids import to_global
from service.core.text import camel
from service.operations.custom_fields import MOST
from tests.benchmarks import databases, documents, load, own_fields, people, statements
from tests.benchmarks.server import OURS, Server
from tests.benchmarks.tables import against, table
from tests.engines import Database
from tests.journeys import field_values

LEAST_FIELDS = 200
STATEMENTS = 1
_TYPES = list(CustomFieldType)
OWN = {f"own_{n}": _TYPES[n % len(_TYPES)] for n in range(MOST)}
_CUSTOM = "customFields { key type text number date boolean code codes money { amount currency } isMasked }"
_UPDATE = """
mutation Set($input: UpdateCustomerInput!) {
  updateCustomer(input: $input) { customer { version } userErrors { code } }
}
"""
_NEWEST = """
select c.id from customers c join users u on u.id = c.owner_id
where u.staff_number = $1 and c.kind = 'ENTERPRISE' and c.state = 'ACTIVE' order by c.created_at desc limit 1
"""


@dataclass(frozen=True)
class Wide:
    customers: int
    fields: int
    """Values in the answer, each field of one's own as one."""
    filled: int
    """Of them those that are not null."""
    kilobytes: float
    median_ms: float
    cpu_ms: float
    statements: int


def measure(customers: int, database: Database, *, rounds: int, seconds: float) -> Wide:
    """As the owner, who sees all of it, one client."""
    key = asyncio.run(_prepare(database.app_url))
    body = documents.body(_document(), id=to_global(CUSTOMER.prefix, key))
    times: list[float] = []
    costs: list[float] = []
    with Server(OURS, database.app_url) as server:
        _fill(server, database.app_url, to_global(CUSTOMER.prefix, key))
        asyncio.run(_fill_own(database.app_url, key))
        for _ in range(rounds):
            token, before = _token(database.app_url), server.cpu_seconds()
            result = load.run(load.Load(server.port, token, [body], seconds / 2, clients=1))
            times.append(result.median_ms)
            costs.append((server.cpu_seconds() - before) / result.requests * 1000)
    heard = asyncio.run(statements.hear(database.app_url, _token(database.app_url), body))
    asyncio.run(_forget(database.app_url))
    leaves = list(_leaves(heard.data["customer"]))
    filled = sum(value is not None for value in leaves)
    size = len(orjson.dumps(heard.data)) / 1000
    return Wide(customers, len(leaves), filled, size, median(times), median(costs), len(heard.statements))


def _token(url: str) -> str:
    return asyncio.run(people.token_of(url, people.HALF_OWNER))


def _document() -> str:
    links = [
        f"{camel(link.name)} {{ id {_selected(ENTITIES[link.target])} }}"
        for link in CUSTOMER.relations
        if not link.many
    ]
    return f"query Wide($id: ID!) {{ customer(id: $id) {{ id {_selected(CUSTOMER)} {' '.join(links)} {_CUSTOM} }} }}"


def _selected(spec: EntitySpec) -> str:
    return " ".join(camel(f.name) + (" { amount currency }" if f.type is FieldType.MONEY else "") for f in spec.fields)


def _leaves(value: Any) -> list[Any]:
    """The values of an answer; a field of one's own is one, whatever stands beside it."""
    if isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        return [leaf for name, part in mapping.items() for leaf in _of_member(name, part)]
    return [value]


def _of_member(name: str, part: Any) -> list[Any]:
    if name == "customFields":
        return [next((v for k, v in one.items() if k not in ("key", "type", "isMasked") and v is not None), None)
                for one in part]  # fmt: skip
    return _leaves(part)


async def _prepare(url: str) -> Any:
    async with databases.session(url) as connection:
        await own_fields.define(connection, OWN)
        return await connection.fetchval(_NEWEST, people.HALF_OWNER)


async def _fill_own(url: str, key: Any) -> None:
    async with databases.session(url) as connection:
        stored = orjson.dumps(own_fields.values(OWN)).decode()
        await connection.execute("update customers set custom = $2::jsonb where id = $1", key, stored)


async def _forget(url: str) -> None:
    async with databases.session(url) as connection:
        await own_fields.forget(connection)


def _fill(server: Server, url: str, key: str) -> None:
    """Set one field after the other, as its owner would. What does not go together with the others stays empty."""
    headers = {"authorization": f"Bearer {_token(url)}"}
    version = 1
    with httpx.Client(headers=headers) as client:
        for field in CUSTOMER.fields:
            if field.settable and not field.core and field.only_for is not CustomerKind.INDIVIDUAL:
                given = {"id": key, "version": version, **_given(field)}
                answer = client.post(server.url, json={"query": _UPDATE, "variables": {"input": given}}).json()
                payload = answer["data"]["updateCustomer"]
                version = payload["customer"]["version"] if payload["customer"] else version


def _given(field: FieldSpec) -> dict[str, Any]:
    label = f"{CUSTOMER.name}.{camel(field.name)}"
    value = field_values.VALUES.get(label, field_values.TWO_TEXTS)[0]
    return {**field_values.TOGETHER.get(label, {}), camel(field.name): value}


def section(found: list[Wide]) -> str:
    head = ("customers", f"fields (≥ {LEAST_FIELDS})", "of them set", "kB", "median ms", "API CPU ms",
            f"statements ({STATEMENTS})")  # fmt: skip
    rows = (
        (f"{w.customers:,}", against(str(w.fields), w.fields >= LEAST_FIELDS), str(w.filled), f"{w.kilobytes:.1f}",
         f"{w.median_ms:.1f}", f"{w.cpu_ms:.2f}", against(str(w.statements), w.statements == STATEMENTS))
        for w in found
    )  # fmt: skip
    return table(head, rows)
