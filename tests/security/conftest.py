from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

import pytest

from tests.engines import WorkerEngines
from tests.security.twin import rows
from tests.security.twin import stage as stages
from tests.security.twin.stage import Stage


@pytest.fixture(scope="session")
def stage(engines: WorkerEngines) -> Iterator[Stage]:
    """The twin databases of this worker."""
    made = stages.build(engines)
    yield made
    made.close()


@pytest.fixture
def changing(stage: Stage) -> Iterator[Stage]:
    """The stage for a test that changes records: the world is put back into A at the end."""
    yield stage
    asyncio.run(rows.write_guarded(stage.first.owner_url, stage.world, random.Random(0)))
