"""Design §8: `/readyz` is 503 for PostgreSQL, the migration head and draining only; `/healthz` says that it lives."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from service.app.stack.configuration import free_port
from service.app.stack.home import Home
from service.app.stack.postgres import WITHOUT_DURABILITY, Postgres
from tests.api import LOOPBACK
from tests.deployment.running import Deployment, Running
from tests.engines import WorkerEngines

SIGN_IN = {
    "query": "mutation ($i: SignInInput!) { signIn(input: $i) { userErrors { code } } }",
    "variables": {"i": {"account": "nobody", "password": "x"}},
}


def _status(api: Running, path: str) -> int:
    return httpx.get(f"{api.url}{path}", **LOOPBACK).status_code


def _ask(api: Running, document: dict[str, Any]) -> httpx.Response:
    return httpx.post(f"{api.url}/graphql", json=document, **LOOPBACK, timeout=20)


def test_queue_and_store_that_are_away_are_shown_and_nothing_more(deployment: Deployment) -> None:
    api = deployment.start(
        "api",
        CRM_VALKEY_URL=f"redis://:x@127.0.0.1:{free_port()}/0",
        CRM_S3_ENDPOINT=f"http://127.0.0.1:{free_port()}",
        CRM_DRAIN_SECONDS="0",
    )
    api.await_that(api.is_ready)
    assert api.ready().json()["degraded"] == ["queue", "objects"]
    assert api.stop() == 0


async def test_a_database_that_is_behind_the_code_is_not_ready(deployment: Deployment) -> None:
    api = deployment.start("api", CRM_DRAIN_SECONDS="0")
    api.await_that(api.is_ready)
    owner = await asyncpg.connect(deployment.configuration.owner_url)
    try:
        first = await owner.fetchrow("delete from tortoise_migrations where name ~ '^0001' returning *")
        assert first is not None
        answer = api.ready()
        assert answer.status_code == 503
        assert answer.json() == {
            "ready": False, "database": True, "migrations": False, "draining": False, "degraded": []
        }  # fmt: skip
        assert _status(api, "/healthz") == 200
        assert api.is_healthy()
        places = ", ".join(f"${number + 1}" for number in range(len(first)))
        await owner.execute(f"insert into tortoise_migrations ({', '.join(first.keys())}) values ({places})", *first)
    finally:
        await owner.close()
    assert api.is_ready()


@pytest.fixture
def own_postgres(deployment: Deployment, tmp_path: Path) -> Iterator[tuple[Deployment, Postgres]]:
    """A deployment whose PostgreSQL can be stopped without harm to other tests."""
    ports = replace(deployment.configuration.ports, postgres=free_port())
    own = deployment.configuration.with_ports(ports)
    home = Home(tmp_path / "crm")
    home.prepare()
    postgres = Postgres(home, own, WITHOUT_DURABILITY)
    postgres.start()
    other = Deployment(tmp_path, own)
    assert other.run("migrate").returncode == 0
    yield other, postgres
    other.stop()
    postgres.stop()


def test_without_postgresql_it_lives_is_not_ready_and_comes_back(own_postgres: tuple[Deployment, Postgres]) -> None:
    deployment, postgres = own_postgres
    api = deployment.start("api", CRM_DRAIN_SECONDS="0")
    api.await_that(api.is_ready)
    postgres.stop()
    answer = api.ready()
    assert answer.status_code == 503
    assert answer.json()["database"] is False
    assert _status(api, "/healthz") == 200
    postgres.start()
    api.await_that(api.is_ready)


async def _be_patient(deployment: Deployment) -> None:
    """Let statements wait longer than a busy machine needs for the rest of a test."""
    superuser = await asyncpg.connect(deployment.configuration.superuser_url)
    try:
        for setting in ("lock_timeout", "statement_timeout"):
            name = deployment.configuration.database
            await superuser.execute(f"alter role crm_app in database {name} set {setting} = '60s'")
    finally:
        await superuser.close()


async def test_draining_sends_others_elsewhere_and_finishes_what_is_in_flight(deployment: Deployment) -> None:
    await _be_patient(deployment)
    api = deployment.start("api", CRM_DRAIN_SECONDS="6")
    api.await_that(api.is_ready)
    answers: list[httpx.Response] = []
    owner = await asyncpg.connect(deployment.configuration.owner_url)
    try:
        transaction = owner.transaction()
        await transaction.start()
        await owner.execute("lock table users in access exclusive mode")
        waiting = threading.Thread(target=lambda: answers.append(_ask(api, SIGN_IN)))
        waiting.start()
        while not await owner.fetchval("select exists (select from pg_locks where not granted)"):
            assert waiting.is_alive(), answers
            await asyncio.sleep(0.02)

        api.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        api.await_that(lambda: _status(api, "/readyz") == 503)
        assert api.ready().json()["draining"] is True
        assert _ask(api, {"query": "{ __typename }"}).json() == {"data": {"__typename": "Query"}}
        assert _status(api, "/healthz") == 200
        _await_refusal(api)
        assert time.monotonic() - began >= 6
        assert api.process.poll() is None
        assert answers == []

        await transaction.rollback()
        waiting.join(30)
    finally:
        await owner.close()
    assert [answer.status_code for answer in answers] == [200]
    assert api.process.wait(api.service.grace) == 0


def _await_refusal(api: Running) -> None:
    """Wait until it takes no connection any more."""
    with suppress(httpx.TransportError):
        while True:
            _status(api, "/healthz")
            time.sleep(0.05)


def test_a_second_signal_ends_it_at_once(deployment: Deployment) -> None:
    api = deployment.start("api", CRM_DRAIN_SECONDS="60")
    api.await_that(api.is_ready)
    api.process.terminate()
    api.await_that(lambda: _status(api, "/readyz") == 503)
    api.process.terminate()
    api.process.wait(10)


async def test_the_engines_of_this_run_are_not_touched(engines: WorkerEngines) -> None:
    """Roles belong to a whole cluster: the preparation gave them the passwords that they had."""
    connection = await asyncpg.connect(engines.database.app_url)
    await connection.close()
