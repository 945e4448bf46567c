from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines import WorkerEngines
from tests.security.twin import stage as stages
from tests.security.twin.stage import Stage


@pytest.fixture(scope="session")
def stage(engines: WorkerEngines) -> Iterator[Stage]:
    """The twin databases of this worker."""
    made = stages.build(engines)
    yield made
    made.close()
