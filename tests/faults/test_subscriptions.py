"""Subscriptions live through faults of what they rest on (issue 4, SEC-I1, SEC-K1)."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest

from service.core import clock
from service.core.enums import Role
from storage import db
from storage.models import Customer, User
from tests.api import signed_in
from tests.builders.customers import make_customer
from tests.builders.follow_ups import make_task
from tests.builders.people import make_department, make_user
from tests.engines import Database, WorkerEngines
from tests.faults.running import Api, Broker, Fleet, Observer
from tests.live import listening as ws
from tests.live.listening import Listener, listening

END_ALL = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = 'crm_app'"


@pytest.fixture
def serving(tmp_path: Path, database: Database, broker: Broker) -> Iterator[Api]:
    api = Api(tmp_path, database.app_url, broker)
    yield api
    api.kill()


async def _until(listener: Listener, *, delayed: bool) -> None:
    while (await listener.next())["isDelayed"] is not delayed:
        pass


async def _due(user: User, customer: Customer, title: str) -> None:
    await make_task(customer, user, title=title, due_at=clock.now() - timedelta(minutes=1))


async def test_reminders_come_late_and_once_each_while_valkey_is_killed_and_emptied_and_the_database_goes(
    serving: Api, engines: WorkerEngines, database: Database, broker: Broker, fleet: Fleet, observer: Observer
) -> None:
    user = await make_user(Role.SALES, department=await make_department())
    customer, client = await make_customer(user), await signed_in(serving.url, user)
    await fleet.worker(concurrency=1)
    await fleet.beat()
    async with listening(serving.url, client.token, ws.REMINDERS) as listener:
        await _until(listener, delayed=False)
        await _due(user, customer, "平常")
        assert (await listener.next(30))["reminder"]["task"]["title"] == "平常"

        broker.kill(lose_data=True)
        await _until(listener, delayed=True)
        # Not through the worker, who waits for the broker: the event is there, and nobody rings.
        await observer.execute("insert into reminders (id, created_at, task_id, recipient_id, due_at)"
                               " select uuidv7(), now(), id, assignee_id, now() from tasks limit 1")  # fmt: skip
        late = await listener.next()
        assert late["isDelayed"]
        assert late["reminder"]["task"]["title"] == "平常"

        broker.start()
        await _until(listener, delayed=False)
        await _end_all(engines, database)
        await _due_from_outside(observer, "数据库重连后")
        assert (await listener.next(30))["reminder"]["task"]["title"] == "数据库重连后"
        assert await listener.is_silent(1.5)
    await client.close()


async def _end_all(engines: WorkerEngines, database: Database) -> None:
    """Every connection of the application breaks, as at a restart; the test's own goes on."""
    connection = await asyncpg.connect(**db.credentials(engines.superuser_url))
    await connection.execute(END_ALL, database.name)
    await connection.close()


async def _due_from_outside(observer: Observer, title: str) -> None:
    await observer.execute(
        "insert into tasks (id, created_at, updated_at, version, title, customer_id, assignee_id, due_at, state)"
        " select uuidv7(), now(), now(), 1, $1, customer_id, assignee_id, now(), 'OPEN' from tasks limit 1",
        title,
    )


async def test_sec_k1_with_open_subscriptions_the_api_stops_within_10_seconds_and_sends_clients_elsewhere(
    serving: Api,
) -> None:
    user = await make_user(Role.SALES, department=await make_department())
    client = await signed_in(serving.url, user)
    headers = {"authorization": f"Bearer {client.token}", "accept": "text/event-stream"}
    async with (
        listening(serving.url, client.token, ws.REMINDERS) as listener,
        client.http.stream(
            "POST", f"{serving.url}/graphql/stream", json={"query": ws.REMINDERS}, headers=headers
        ) as response,
    ):
        await listener.next()
        began = time.monotonic()
        serving.process.send_signal(signal.SIGTERM)
        text = ""
        with suppress(httpx.RemoteProtocolError):
            async for part in response.aiter_text():
                text += part
        assert "event: next" in text
        assert "event: complete" not in text, "a client would not come back"
        assert await listener.closed() in (1001, 1012)
    assert await asyncio.to_thread(serving.process.wait, 10) == 0
    assert time.monotonic() - began < 10
    await client.close()
