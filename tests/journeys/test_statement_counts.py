"""How many statements a request costs: the same at 1 row and at 20 rows (style 15, design §3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from service.app.asgi import app
from storage import db
from storage.models import Customer, User
from tests.api import Client, signed_in
from tests.builders import contacts, customers, follow_ups
from tests.journeys import drafts

POOL = 5

ONCE_IN_A_WHILE = (
    # The driver, of a new connection: about types, with the compiler of queries off.
    "typeinfo_tree",
    "'jit'",
    # The process, when what it knows has become old: policy, lists, fields.
    "from policy_cells",
    "from list_values",
    "from field_settings",
    "from custom_fields",
)
"""Signs of statements that come with time, whatever a request costs."""

LIST = """query($where: CustomerWhere) { customers(first: 50, where: $where) { totalCount nodes {
    name owner { name department { name } } tags { nodes { name } }
    contacts(first: 5) { nodes { name mobile } }
    followUps(first: 5) { nodes { content author { name } contact { name } } }
    needs { nodes { kinds budgetBand } } } } }"""


@pytest.fixture
async def statements() -> AsyncIterator[list[str]]:
    """Every statement that this process sends, of whichever connection of the pool."""
    sent: list[str] = []

    def note(record: Any) -> None:
        if not any(sign in record.query for sign in ONCE_IN_A_WHILE):
            sent.append(record.query)

    async with _each_connection() as connections:
        for connection in connections:
            connection.add_query_logger(note)
    yield sent
    async with _each_connection() as connections:
        for connection in connections:
            connection.remove_query_logger(note)


@asynccontextmanager
async def _each_connection() -> AsyncIterator[list[asyncpg.Connection[asyncpg.Record]]]:
    async with AsyncExitStack() as held:
        yield [await held.enter_async_context(db.pool().acquire()) for _ in range(POOL)]


@pytest.fixture
async def inside(sales: User) -> AsyncIterator[Client]:
    """The seller, at an API in this process."""
    client = await signed_in("http://inside", sales)
    await client.http.aclose()
    client.http = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    yield client
    await client.close()


async def _rows(owner: User, count: int, short_name: str) -> None:
    for _ in range(count):
        customer = await customers.make_customer(owner, short_name=short_name)
        await customers.tag(customer)
        for _ in range(2):
            contact = await contacts.make_contact(customer)
            await follow_ups.make_follow_up(customer, owner, contact=contact)
        await follow_ups.make_need(customer)


async def test_design_3_a_nested_list_is_one_statement_however_many_rows(
    inside: Client, sales: User, statements: list[str]
) -> None:
    counts = {}
    for rows, name in ((1, "一行"), (20, "二十行")):
        await _rows(sales, rows, name)
        where = {"shortName": {"eq": name}}
        await inside.data(LIST, where=where)  # the snapshot of viewer and policy is read
        statements.clear()
        page = (await inside.data(LIST, where=where))["customers"]
        assert page["totalCount"] == len(page["nodes"]) == rows
        assert all(len(n["followUps"]["nodes"]) == 2 for n in page["nodes"])
        counts[rows] = len(statements)
    assert counts == {1: 1, 20: 1}


async def test_style_15_entering_and_submitting_cost_the_same_in_a_larger_base(
    inside: Client, sales: User, statements: list[str]
) -> None:
    async def cost() -> tuple[int, int]:
        await inside.data("{ serverTime me { name } }")
        statements.clear()
        draft = await drafts.saved(inside)
        entered = len(statements)
        await inside.change("submitCustomer", drafts.submission(draft), "customer { id }")
        return entered, len(statements) - entered

    await cost()  # the statements that are sent once in the life of a connection
    small = await cost()
    for _ in range(50):
        await customers.make_customer(sales)
    assert await Customer.filter(owner_id=sales.id).count() >= 50
    assert await cost() == small


async def test_style_15_a_change_of_a_customer_costs_the_same_with_many_contacts(
    inside: Client, statements: list[str]
) -> None:
    async def cost(people: int) -> int:
        customer = await drafts.submitted(inside, contacts=[drafts.contact() for _ in range(people)])
        change = {"id": customer["id"], "version": customer["version"], "notes": "改"}
        await inside.data("{ me { name } }")
        statements.clear()
        await inside.change("updateCustomer", change, "customer { contacts(first: 50) { nodes { name } } }")
        return len(statements)

    assert await cost(20) == await cost(1)
