"""Starts the engines before the first test and ends them after the last, also after Ctrl-C."""

from __future__ import annotations

import pytest

from tests.engines import RunEngines, WorkerEngines, join
from tests.security.twin.report import pytest_terminal_summary  # noqa: F401 - a hook, found by its name

LONGEST_FIRST = ("security", "faults", "stack", "deployment", "app", "clients", "workers")
"""Folders whose files take long: what is left for the end is short, and no worker waits for another."""

RUN = pytest.StashKey[RunEngines]()
PART = pytest.StashKey[WorkerEngines]()


def pytest_configure(config: pytest.Config) -> None:
    if config.option.collectonly or config.option.help:
        return
    worker_input: dict[str, str] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        name = worker_input["workerid"]
        config.stash[PART] = join(name, int(name.removeprefix("gw")) + 1)
        return
    config.stash[RUN] = RunEngines()
    config.stash[RUN].start()
    if config.getoption("dist", "no") == "no":
        config.stash[PART] = join("main", 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        folder = item.path.parent.name
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is not None:
        run.stop()


@pytest.fixture(scope="session")
def engines(pytestconfig: pytest.Config) -> WorkerEngines:
    """This worker's database, Valkey number and bucket, and more databases on request."""
    return pytestconfig.stash[PART]
