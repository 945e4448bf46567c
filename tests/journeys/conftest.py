from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from service.core.enums import Role
from service.core.settings import settings
from storage import db
from storage.models import Department, User
from tests.api import ApiProcess, Client, signed_in
from tests.builders import people


@pytest.fixture(scope="session")
def api(engines: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    """A real API process on this worker's database."""
    process = ApiProcess(dict(os.environ), tmp_path_factory.mktemp("api") / "log")
    yield process
    process.stop()


@pytest.fixture(scope="session", autouse=True)
async def database(engines: object) -> AsyncIterator[None]:
    await db.connect(settings().database_url.get_secret_value(), 5)
    yield
    await db.close()


SignIn = Callable[[User], Awaitable[Client]]


@pytest.fixture
async def sign_in(api: ApiProcess) -> AsyncIterator[SignIn]:
    """Signs people in; their connections are closed at the end."""
    clients: list[Client] = []

    async def connect(user: User) -> Client:
        clients.append(await signed_in(api.url, user))
        return clients[-1]

    yield connect
    for client in clients:
        await client.close()


@pytest.fixture
async def department() -> Department:
    return await people.make_department()


@pytest.fixture
async def sales(department: Department) -> User:
    return await people.make_user(Role.SALES, department=department)


@pytest.fixture
async def seller(sales: User, sign_in: SignIn) -> Client:
    """The sales person, signed in."""
    return await sign_in(sales)
