from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest

from tests.api import LOOPBACK, ApiProcess
from tests.journeys.conftest import database, department, sales, seller, sign_in  # noqa: F401 - fixtures


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(**LOOPBACK, timeout=30) as client:
        yield client


Start = Callable[..., ApiProcess]


@pytest.fixture(scope="session")
def start(engines: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts API processes with settings of their own."""
    running: list[ApiProcess] = []

    def begin(**settings: str) -> ApiProcess:
        served = {"query_cost": "5000", **settings}
        environment = os.environ | {f"CRM_{name.upper()}": value for name, value in served.items()}
        running.append(ApiProcess(environment, tmp_path_factory.mktemp("api") / "log"))
        return running[-1]

    yield begin
    for process in running:
        if process.process.poll() is None:
            process.stop()


@pytest.fixture(scope="session")
def api(start: Start) -> ApiProcess:
    """A process with the cost that is served where nothing else is set."""
    return start()


OURS = "https://crm.example.cn"


@pytest.fixture(scope="session")
def opened(start: Start) -> ApiProcess:
    """A process in production with everything that is off there switched on, and pages of two origins let in."""
    origins = f"{OURS}, https://app.example.cn"
    return start(environment="production", introspection="true", graphiql="true", cors_origins=origins)
