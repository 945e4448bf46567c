"""Plain requests while processes come and go (SEC-K1, SEC-K2)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import httpx
import pytest

from service.app.stack.configuration import free_port
from tests.api import LOOPBACK


@dataclass
class Serving:
    """`crm serve` on a port of its own."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def is_ready(self, http: httpx.AsyncClient) -> bool:
        try:
            return (await http.get(f"{self.url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False


def _begin() -> Serving:
    port = free_port()
    own = os.environ | {"CRM_PORT": str(port), "CRM_DRAIN_SECONDS": "1", "CRM_GRACE_SECONDS": "5"}
    command = [sys.executable, "-m", "service.app.cli", "serve"]
    return Serving(port, subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


class Balancer:
    """Sends each request to the next process that said it was ready, looking every fifth of a second."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.known: list[Serving] = []
        self._ready: list[Serving] = []
        self.answered, self.failed = 0, list[str]()
        self.ended = False

    async def look(self) -> None:
        while not self.ended:
            self._ready = [one for one in list(self.known) if await one.is_ready(self._http)]
            await asyncio.sleep(0.2)

    async def ask(self) -> None:
        """One client, asking over and over."""
        while not self.ended:
            if not self._ready:
                self.failed.append("no process is ready")
                return
            one = self._ready[self.answered % len(self._ready)]
            try:
                answer = await self._http.post(f"{one.url}/graphql", json={"query": "{ serverTime }"})
            except httpx.TransportError as error:
                self.failed.append(repr(error))
                continue
            if answer.status_code != 200 or "errors" in answer.json():
                self.failed.append(answer.text)
            self.answered += 1
            await asyncio.sleep(0.01)

    async def until_ready(self, one: Serving) -> None:
        self.known.append(one)
        deadline = time.monotonic() + 60
        while one not in self._ready:
            assert time.monotonic() < deadline, "the process did not become ready"
            await asyncio.sleep(0.05)


async def _replace(balancer: Balancer, old: Serving) -> Serving:
    new = _begin()
    await balancer.until_ready(new)
    old.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(old.process.wait, 10) in (0, -signal.SIGTERM)
    balancer.known.remove(old)
    return new


@pytest.mark.deep
async def test_sec_k2_a_rolling_restart_of_two_processes_at_load_fails_no_request(engines: object) -> None:
    started = [_begin(), _begin()]
    async with httpx.AsyncClient(**LOOPBACK, timeout=10) as http:
        balancer = Balancer(http)
        looking = asyncio.create_task(balancer.look())
        try:
            await asyncio.gather(*(balancer.until_ready(one) for one in started))
            clients = [asyncio.create_task(balancer.ask()) for _ in range(8)]
            for old in list(started):
                started.append(await _replace(balancer, old))
            balancer.ended = True
            await asyncio.gather(*clients)
        finally:
            balancer.ended = True
            await looking
            for one in started:
                if one.process.poll() is None:
                    one.process.terminate()
                    one.process.wait(20)
    assert balancer.failed == []
    assert balancer.answered > 200
