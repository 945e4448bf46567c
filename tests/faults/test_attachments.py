"""Whatever fails at whichever step of a check: it ends once, and gives out nothing without a verdict (D40, SEC-J1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.engines import Database, WorkerEngines
from tests.faults.running import Broker, Fleet, Observer, until
from tests.faults.striking import FAULTS, RECOVERY, assert_ended_well, between, lay_out
from tests.storage.scanning.daemon import CLAMD, HOW_TO_GET_IT, Daemon

ALWAYS = ("store gone", "child killed")
"""The faults that strike in every run of the tests; the others do in the deep one."""

pytestmark = pytest.mark.skipif(CLAMD is None, reason=HOW_TO_GET_IT)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    running = Daemon(tmp_path / "clamd")
    yield running
    running.go_on()
    running.stop()


@pytest.fixture
async def superuser(engines: WorkerEngines, database: Database) -> AsyncIterator[Observer]:
    """Who sees what the sessions of the service wait for, and may end them."""
    made = await Observer.of(engines.superuser_url.removesuffix("postgres") + database.name)
    yield made
    await made.close()


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[] if name in ALWAYS else pytest.mark.deep) for name in FAULTS]
)
async def test_sec_j1_every_step_of_a_check_survives(
    fleet: Fleet, broker: Broker, superuser: Observer, daemon: Daemon, fault: str
) -> None:
    async with between(fleet, broker, superuser, daemon) as field:
        field.strike = FAULTS[fault]
        await lay_out(field.cells, superuser)
        await fleet.worker()
        await until(field.all_ended, 5 * RECOVERY, fleet)
        await assert_ended_well(field)
        if not fault.startswith("broker"):
            assert "Connection to broker lost" not in fleet.log(), "it has harmed what it has nothing to do with"
        assert max(field.recoveries().values()) <= RECOVERY, field.recoveries()
