"""Subscriptions live through faults of what they rest on (issue 4, SEC-I1, SEC-K1)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
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
from tests.api import free_port, signed_in
from tests.builders.customers import make_customer
from tests.builders.follow_ups import make_task
from tests.builders.people import make_department, make_user
from tests.engines import Database, WorkerEngines
from tests.faults.running import ROOT, Broker, Fleet, Observer
from tests.live import listening as ws
from tests.live.listening import Listener, listening

END_ALL = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = 'crm_app'"


class Api:
    """The API as `crm serve` runs it, with a broker and a database of its own."""

    def __init__(self, folder: Path, database: Database, broker: Broker) -> None:
        environment = dict(os.environ) | broker.configuration.environment()
        environment |= {"CRM_DATABASE_URL": database.app_url, "CRM_HOME": str(folder), "PYTHONPATH": str(ROOT)}
        environment |= {"CRM_PORT": str(free_port()), "CRM_DRAIN_SECONDS": "1", "CRM_GRACE_SECONDS": "8"}
        self.url = f"http://127.0.0.1:{environment['CRM_PORT']}"
        self.log = folder / "api.log"
        with self.log.open("wb") as output:
            words = [sys.executable, "-m", "service.app.cli", "serve"]
            self.process = subprocess.Popen(words, env=environment, cwd=folder, stdout=output, stderr=output)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/healthz", trust_env=False).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())


@pytest.fixture
def serving(tmp_path: Path, database: Database, broker: Broker) -> Iterator[Api]:
    api = Api(tmp_path, database, broker)
    yield api
    if api.process.poll() is None:
        api.process.kill()
        api.process.wait()


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
