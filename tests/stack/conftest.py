from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.app.stack import configuration
from service.app.stack.down import down
from service.app.stack.home import Home
from tests.stack.running import Stack


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """An unstarted stack. Whatever a test leaves running is ended."""
    stack = Stack(tmp_path / "crm", configuration.free_port())
    yield stack
    if stack.launcher is not None:
        if stack.launcher.poll() is None:
            stack.end()
        down(Home(stack.home))
    stack.await_silence(10)
