"""SEC-I4: requests cut off at any moment leave the pool idle, are saved whole or not at all, and cross no answers."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from service.app.asgi import app
from service.core.enums import Role
from storage import db
from storage.models import Customer, User
from tests.api import Client, signed_in
from tests.builders import customers, people
from tests.engines import Database
from tests.faults.running import Observer

READ = "query($id: ID!) { customer(id: $id) { id name } }"
WRITE = """mutation($id: ID!, $version: Int!, $website: String!) {
  updateCustomer(input: {id: $id, version: $version, website: $website}) {
    customer { id version website }
    userErrors { code }
  }
}"""
RECORDS = 20
AT_ONCE = 12
"""More than the pool has connections, so that some are cut off while they wait for one."""


@dataclass
class Caller:
    """Asks in this process, so that cutting a call off cuts off all of its work, down to the statement."""

    client: Client
    rows: list[Customer]
    rng: random.Random
    cut: int = 0
    answered: int = 0

    async def one(self, number: int, patience: float) -> None:
        row = self.rows[number % len(self.rows)]
        asking = asyncio.create_task(self._write(row) if number % 3 == 0 else self._read(row))
        _, pending = await asyncio.wait([asking], timeout=self.rng.uniform(0, patience))
        if pending:
            asking.cancel()
        try:
            await asking
            self.answered += 1
        except asyncio.CancelledError:
            self.cut += 1

    async def _read(self, row: Customer) -> None:
        answer = await self.client.data(READ, id=f"cus_{row.id}")
        assert answer == {"customer": {"id": f"cus_{row.id}", "name": row.name}}

    async def _write(self, row: Customer) -> None:
        version = (await Customer.get(id=row.id)).version
        wanted = f"https://www.example.cn/{self.rng.randrange(10**9)}"
        answer = await self.client.run(WRITE, id=f"cus_{row.id}", version=version, website=wanted)
        if "errors" in answer.body:
            assert answer.code == "CONFLICT"  # another call was faster
            return
        saved = {"id": f"cus_{row.id}", "version": version + 1, "website": wanted}
        assert answer.data == {"updateCustomer": {"customer": saved, "userErrors": []}}


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    owner: User = await people.make_user(Role.SALES, department=await people.make_department())
    rows = [await customers.make_customer(owner) for _ in range(RECORDS)]
    client = await signed_in("http://in-process", owner)
    await client.close()
    client.http = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    yield Caller(client, rows, random.Random(4))
    await client.close()


async def _cut_off(caller: Caller, observer: Observer, count: int) -> None:
    for number in range(3):
        await caller.one(number, 1e6)
    # How long a call takes depends on the machine: what is measured is only where in it the cuts fall.
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(caller.one(number, 1e6) for number in range(AT_ONCE)))
    patience = (asyncio.get_running_loop().time() - began) * 1.2
    caller.cut = caller.answered = number = 0
    while caller.cut < count:
        await asyncio.gather(*(caller.one(number + step, patience) for step in range(AT_ONCE)))
        number += AT_ONCE
        patience *= 0.8 if caller.cut < caller.answered else 1.2
        assert number < count * 20
    assert caller.answered > 0
    await _assert_idle(observer)
    await _assert_whole(caller, observer)


async def _assert_idle(observer: Observer) -> None:
    """Every connection is back, none in a transaction, and the pool serves as many as before at once."""
    pool: Any = db.pool()
    for _ in range(100):
        busy = await observer.value(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            " and state <> 'idle'"
        )
        if busy == 0 and pool.get_idle_size() == pool.get_size():
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError(f"{busy} backends at work, {pool.get_idle_size()} of {pool.get_size()} idle")
    held = await asyncio.wait_for(asyncio.gather(*(pool.acquire() for _ in range(pool.get_max_size()))), 20)
    assert [one.is_in_transaction() for one in held] == [False] * pool.get_max_size()
    answers = await asyncio.gather(*(one.fetchval("select $1::int", n) for n, one in enumerate(held)))
    assert answers == list(range(len(held)))
    for one in held:
        await pool.release(one)


async def _assert_whole(caller: Caller, observer: Observer) -> None:
    """Each version of a customer has its line in the change log: no change without it, and no line without a change."""
    changes = 0
    for row in caller.rows:
        lines = "select count(*) from change_log where customer_id = $1 and action = 'customer.update' and outcome = $2"
        written = await observer.value(lines, row.id, "DONE")
        assert (await Customer.get(id=row.id)).version == 1 + written
        changes += written
    assert changes > 0


async def test_sec_i4_cancelled_requests_leave_the_pool_idle_and_cross_no_answers(
    caller: Caller, observer: Observer
) -> None:
    await _cut_off(caller, observer, 200)


@pytest.mark.deep
async def test_sec_i4_a_thousand_cancelled_requests_leave_the_pool_idle(caller: Caller, observer: Observer) -> None:
    await _cut_off(caller, observer, 1_000)
