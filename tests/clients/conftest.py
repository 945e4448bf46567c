from __future__ import annotations

import pytest

from tests.clients.node import Node, installed
from tests.journeys.conftest import api, database  # noqa: F401 - fixtures


@pytest.fixture(scope="session")
def node() -> Node:
    """Node with the packages of the lock in this folder, installed by the first test that asks."""
    return installed()
