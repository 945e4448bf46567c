from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from storage import roles
from tests.deployment.running import Deployment
from tests.engines import WorkerEngines


@pytest.fixture(scope="module")
async def fresh(engines: WorkerEngines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    """A deployment on engines that hold nothing of it: no database, no bucket."""
    own = engines.configuration
    own = replace(own, database=f"mingce_{engines.worker}_deployment", bucket=f"{own.bucket}-deployment")
    deployment = Deployment(tmp_path_factory.mktemp("deployment"), own)
    yield deployment
    deployment.stop()
    await roles.drop_database(engines.superuser_url, own.database)


@pytest.fixture(scope="module")
def prepared(fresh: Deployment) -> Deployment:
    """One on which `migrate` has done its work."""
    done = fresh.run("migrate")
    assert done.returncode == 0, done.stderr
    return fresh


@pytest.fixture
def deployment(prepared: Deployment) -> Iterator[Deployment]:
    """A prepared one of which nothing runs. Nothing was written where the image cannot write."""
    yield prepared
    prepared.stop()
    assert list(prepared.place.iterdir()) == []
