"""The examples that a front end begins with are answered by a real server, each to a role that may."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.app.demo import DEMO_PASSWORD
from tests.api import ApiProcess, Client
from tests.app.commands import Base
from tests.clients import documents
from tests.engines import WorkerEngines


@pytest.fixture
async def demo(engines: WorkerEngines, tmp_path: Path) -> AsyncIterator[ApiProcess]:
    """The API on a database of its own with demo data."""
    database = await engines.clone_database("examples")
    made = Base(engines, database).crm("demo", "--customers", "60", "--seed", "42")
    assert made.returncode == 0, made.stderr
    own = replace(engines.configuration, database=database.name).environment()
    process = ApiProcess({**os.environ, **own}, tmp_path / "log")
    yield process
    process.stop()
    await engines.drop_database(database)


def _faults(value: Any) -> list[Any]:
    """What is wrong with an input, wherever it stands in an answer."""
    if isinstance(value, dict):
        return [*value.get("userErrors", ()), *(found for one in value.values() for found in _faults(one))]
    return [found for one in value for found in _faults(one)] if isinstance(value, list) else []


async def test_every_example_is_answered_to_a_role_that_may(demo: ApiProcess) -> None:
    known, clients = documents.operations(), {"": Client(demo.url)}
    asked, answers = documents.requests(), dict[str, Any]()
    assert set(known) == {one.operation for one in asked}
    try:
        for account in {one.account for one in asked} - {""}:
            clients[account] = Client(demo.url)
            signed = await clients[""].data(known["SignInMutation"], account=account, password=DEMO_PASSWORD)
            clients[account].token = signed["signIn"]["accessToken"]
        for one in asked:
            answer = await clients[one.account].data(known[one.operation], **one.given(answers))
            assert _faults(answer) == [], (one.operation, answer)
            assert None not in answer.values(), one.operation
            answers[one.operation] = answer
    finally:
        for client in clients.values():
            await client.close()
