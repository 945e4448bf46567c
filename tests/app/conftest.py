from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import pytest

from tests.app.commands import Base
from tests.engines import WorkerEngines

_numbers = count(1)


@pytest.fixture
async def base(engines: WorkerEngines) -> AsyncIterator[Base]:
    """An empty migrated database of this test."""
    database = await engines.clone_database(f"app{next(_numbers)}")
    yield Base(engines, database)
    await engines.drop_database(database)


@pytest.fixture
async def another_base(engines: WorkerEngines) -> AsyncIterator[Base]:
    database = await engines.clone_database(f"app{next(_numbers)}")
    yield Base(engines, database)
    await engines.drop_database(database)
