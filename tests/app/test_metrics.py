"""What Prometheus sees, and what the log says of a request: nothing personal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest

from service.app.stack.configuration import free_port
from service.core.enums import Role
from service.core.settings import settings
from storage import db
from tests.api import LOOPBACK, ApiProcess, signed_in
from tests.builders.people import make_user

NAME = "四川省保密科技有限公司"


@dataclass
class Observed:
    api: ApiProcess
    port: int
    log: Path

    def metrics(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.port}/metrics", **LOOPBACK).text


@pytest.fixture
def observed(engines: object, tmp_path: Path) -> Iterator[Observed]:
    port = free_port()
    api = ApiProcess(dict(os.environ) | {"CRM_METRICS_PORT": str(port), "CRM_LOG_LEVEL": "INFO"}, tmp_path / "log")
    yield Observed(api, port, tmp_path / "log")
    api.stop()


async def test_metrics_of_the_api_have_every_part_and_the_api_port_has_none(observed: Observed) -> None:
    await db.connect(settings().database_url.get_secret_value(), 2)
    try:
        client = await signed_in(observed.api.url, await make_user(Role.SALES))
    finally:
        await db.close()
    where = "query Find($name: String!) { customers(where: {name: {contains: $name}}) { nodes { name } } }"
    for _ in range(2):
        await client.data(where, name=NAME)
    await client.run("query Wrong { nothing }")
    text = observed.metrics()
    for line in (
        'mingce_requests_total{operation="Find"} 2.0',
        'mingce_request_seconds_count{operation="Find"} 2.0',
        'mingce_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 1.0',
        'mingce_plan_cache_lookups_total{found="yes"} 1.0',
        "mingce_plan_cache_size 1.0",
        "mingce_pool_in_use ",
        "mingce_pool_waiting 0.0",
        "mingce_database_up 1.0",
        "mingce_sign_in_locked_accounts ",
        'mingce_outbox_open{queue="interactive"} ',
        'mingce_outbox_dead{queue="bulk"} ',
        'mingce_outbox_oldest_seconds{queue="default"} ',
    ):
        assert line in text, line
    assert (await client.http.get(f"{observed.api.url}/metrics")).status_code == 404
    lines = [orjson.loads(line) for line in observed.log.read_text().splitlines() if '"request"' in line]
    found = [line for line in lines if line.get("operation") == "Find"]
    assert len(found) == 2
    assert set(found[0]) >= {"method", "status", "ms", "codes", "request_id", "user_id"}
    assert NAME not in observed.log.read_text()
    await client.close()


async def test_names_that_clients_choose_do_not_fill_the_memory(observed: Observed) -> None:
    async with httpx.AsyncClient(**LOOPBACK) as client:
        for number in range(230):
            await client.post(f"{observed.api.url}/graphql", json={"query": f"query Q{number} {{ serverTime }}"})
    text = observed.metrics()
    assert text.count("mingce_requests_total{") == 201
    assert 'mingce_requests_total{operation="(other)"} 30.0' in text
