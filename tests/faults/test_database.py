"""A database that is restarted under load, and a client that hangs in mid-transaction (SEC-I1, SEC-I2)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest
from tortoise.context import TortoiseContext

from service.app.stack.configuration import Configuration, Ports, free_port
from service.app.stack.home import Home
from service.app.stack.postgres import Postgres
from service.core import ids
from service.core.enums import Role
from service.core.fields import CUSTOMER
from service.operations import tasks
from storage import db, migrate, roles
from storage.models import Customer
from tests.api import ApiProcess, Client, signed_in
from tests.builders.customers import make_customer
from tests.builders.people import make_department, make_user
from tests.builders.reminders import make_due_tasks
from tests.engines import Database, WorkerEngines
from tests.faults.running import Broker, Fleet, Observer, until
from tests.journeys import drafts

HEALTHY = 10
"""Seconds within which everything works again (SEC-I1)."""
FREE = 15
"""Seconds within which locks are free again (SEC-I2)."""


@dataclass
class Cluster:
    """A PostgreSQL of its own, which writes to the disk as in production."""

    configuration: Configuration
    server: Postgres
    child: subprocess.Popen[bytes]

    def restart_at_once(self) -> None:
        """As `pg_ctl restart -m immediate` does: no checkpoint, recovery at the start."""
        self.child.send_signal(signal.SIGQUIT)
        self.child.wait(30)
        self.child = self.server.start()


@pytest.fixture
async def cluster(engines: WorkerEngines, tmp_path: Path) -> AsyncIterator[Cluster]:
    shared = engines.configuration
    own = replace(shared, ports=Ports(free_port(), shared.ports.valkey, shared.ports.s3), database="restarted")
    home = Home(tmp_path / "cluster")
    home.prepare()
    server = Postgres(home, own)
    made = Cluster(own, server, server.start())
    try:
        await roles.ensure_roles(own.superuser_url, own.secrets.owner_password, own.secrets.app_password)
        await roles.ensure_database(own.superuser_url, own.database)
        await migrate.upgrade(own.owner_url)
        async with TortoiseContext() as context:
            await context.init(config=db.config(own.app_url, 5))
            yield made
    finally:
        server.stop()


@dataclass
class Load:
    """Somebody who writes, for ever, and keeps what was acknowledged."""

    client: Client
    acknowledged: list[UUID]
    refused: int = 0

    async def go_on(self, name: str) -> None:
        number = 0
        while True:
            number += 1
            try:
                made = await self.client.change(
                    "createCustomerDraft", drafts.enterprise(name=f"{name}{number}有限公司"), "customer { id }"
                )
                self.acknowledged.append(ids.from_global(made["customer"]["id"])[1])
            except (AssertionError, httpx.HTTPError, ValueError):  # an answer with an error, or none
                self.refused += 1
                await asyncio.sleep(0.05)


def _api(database_url: str, broker: Broker, folder: Path) -> ApiProcess:
    environment = dict(os.environ) | broker.configuration.environment()
    return ApiProcess(environment | {"CRM_DATABASE_URL": database_url}, folder / "api.txt")


@pytest.mark.deep
async def test_sec_i1_restart_under_load_loses_no_acknowledged_write(
    cluster: Cluster, broker: Broker, tmp_path: Path
) -> None:
    url = cluster.configuration.app_url
    fleet, api = Fleet(tmp_path, url, broker), _api(url, broker, tmp_path)
    user = await make_user(Role.SALES, department=await make_department())
    load = Load(await signed_in(api.url, user), [])
    try:
        await fleet.worker()
        writers = [asyncio.create_task(load.go_on(name)) for name in ("甲", "乙", "丙")]
        await _until_written(load, 30)
        await asyncio.to_thread(cluster.restart_at_once)
        began, known = time.monotonic(), len(load.acknowledged)
        await _until_written(load, known + 10)
        ready = await load.client.http.get(f"{api.url}/readyz")
        assert ready.json()["ready"]
        await make_due_tasks(1)
        await tasks.ask_for_reminders()
        observer = await Observer.of(cluster.configuration.owner_url)
        await until(observer.all_done, HEALTHY, fleet)
        assert time.monotonic() - began < HEALTHY
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        assert await Customer.filter(id__in=load.acknowledged).count() == len(load.acknowledged)
        await observer.assert_each_once(1)
        await observer.close()
    finally:
        fleet.stop()
        api.stop()
        await load.client.close()


async def _until_written(load: Load, count: int) -> None:
    deadline = time.monotonic() + 30
    while len(load.acknowledged) < count:
        assert time.monotonic() < deadline, (len(load.acknowledged), load.refused)
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("known", [True, False], ids=["known statements", "new statements"])
@pytest.mark.parametrize("shortened", ["2s", pytest.param(None, marks=pytest.mark.deep)])
async def test_sec_i2_process_that_hangs_in_mid_transaction_frees_its_locks(
    engines: WorkerEngines,
    database: Database,
    observer: Observer,
    broker: Broker,
    tmp_path: Path,
    shortened: str | None,
    known: bool,
) -> None:
    if shortened is not None:
        await _shorten(engines.superuser_url, database, shortened)
    user = await make_user(Role.SALES, department=await make_department())
    customer = await make_customer(user)
    api = _api(database.app_url, broker, tmp_path)
    client = await signed_in(api.url, user)
    gate = await asyncpg.connect(**db.credentials(database.owner_url))
    try:
        if known:
            await client.change("updateCustomer", _wanted(customer, 1), "customer { id }")
        # The operation has locked the customer, and waits to write its line of the change log.
        await gate.execute("begin; lock table change_log in share mode")
        asked = asyncio.create_task(client.change("updateCustomer", _wanted(customer, 1 + known), "customer { id }"))
        await _waits_for_the_log(observer)
        api.process.send_signal(signal.SIGSTOP)
        await gate.execute("commit")
        began = time.monotonic()
        await observer.execute(f"set lock_timeout = '{FREE}s'")
        await observer.execute("select from customers where id = $1 for update", customer.id)
        assert time.monotonic() - began < FREE
        asked.cancel()
    finally:
        api.process.send_signal(signal.SIGCONT)
        api.stop()
        await gate.close()
        await client.close()
    assert (await Customer.get(id=customer.id)).short_name == ("第1版" if known else customer.short_name)


async def test_sec_i2_sessions_of_the_service_end_in_time(database: Database) -> None:
    connection = await asyncpg.connect(**db.credentials(database.app_url))
    try:
        limit = "select extract(epoch from current_setting($1)::interval)::int"
        assert 0 < await connection.fetchval(limit, "idle_in_transaction_session_timeout") < FREE
        assert 0 < await connection.fetchval(limit, "statement_timeout") < FREE
        assert 0 < await connection.fetchval(limit, "transaction_timeout") < FREE
        assert 0 < await connection.fetchval(limit, "client_connection_check_interval") < FREE
    finally:
        await connection.close()


async def _shorten(superuser_url: str, database: Database, limit: str) -> None:
    """A test need not wait as long as the service does."""
    connection = await asyncpg.connect(superuser_url)
    try:
        for setting in ("idle_in_transaction_session_timeout", "transaction_timeout"):
            of_role = f'alter role {roles.APP} in database "{database.name}"'
            await connection.execute(f"{of_role} set {setting} = '{limit}'")
    finally:
        await connection.close()


def _wanted(customer: Customer, version: int) -> dict[str, object]:
    return {
        "id": ids.to_global(CUSTOMER.prefix, customer.id),
        "version": version,
        "shortName": f"第{version}版",
    }


async def _waits_for_the_log(observer: Observer) -> None:
    waiting = "select count(*) from pg_locks where not granted and relation = 'change_log'::regclass"
    deadline = time.monotonic() + 10
    while await observer.value(waiting) == 0:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
