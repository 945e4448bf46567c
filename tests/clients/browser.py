"""Debian's chromium without a window, driven over its debugging port; it can reach nothing but this machine."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.api import LOOPBACK

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--remote-debugging-port=0", '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', "--no-proxy-server",
)  # fmt: skip


class Page:
    """One page, and every address that it asked for."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._serial = 0
        self.asked: list[str] = []
        self.faults: list[str] = []

    async def command(self, method: str, **parameters: Any) -> Any:
        self._serial += 1
        await self._socket.send(json.dumps({"id": self._serial, "method": method, "params": parameters}))
        while True:
            said = json.loads(await self._socket.recv())
            self._note(said)
            if said.get("id") == self._serial:
                assert "error" not in said, said
                return said["result"]

    def _note(self, said: dict[str, Any]) -> None:
        match said.get("method"):
            case "Network.requestWillBeSent":
                self.asked.append(said["params"]["request"]["url"])
            case "Network.webSocketCreated":
                self.asked.append(said["params"]["url"])
            case "Runtime.exceptionThrown":
                self.faults.append(str(said["params"]["exceptionDetails"]))

    async def value(self, expression: str) -> Any:
        found = await self.command("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def until(self, expression: str, seconds: float = 30) -> None:
        """Wait until it is true in the page."""
        deadline = time.monotonic() + seconds
        while not await self.value(expression):
            assert time.monotonic() < deadline, (expression, await self.value("document.body.innerText.slice(0, 3000)"))
            await asyncio.sleep(0.1)


@asynccontextmanager
async def page(folder: Path, url: str) -> AsyncIterator[Page]:
    """A browser with a new profile that shows this address."""
    assert CHROMIUM is not None
    profile = folder / "profile"
    with (folder / "chromium.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: ASYNC220
            [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"], stdout=log, stderr=log
        )
    try:
        port = await _port(profile, process)
        async with httpx.AsyncClient(**LOOPBACK) as http:
            targets = (await http.get(f"http://127.0.0.1:{port}/json/list")).json()
        address = next(one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page")
        async with connect(address, proxy=None, max_size=None) as socket:
            shown = Page(socket)
            for domain in ("Network", "Runtime", "Page"):
                await shown.command(f"{domain}.enable")
            await shown.command("Page.navigate", url=url)
            yield shown
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)


async def _port(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """The port that it chose, which it writes into its profile."""
    said, deadline = profile / "DevToolsActivePort", time.monotonic() + 60
    while not said.exists() or not said.read_text().strip():
        assert process.poll() is None, "chromium ended at once"
        assert time.monotonic() < deadline, "chromium opened no port"
        await asyncio.sleep(0.1)
    return said.read_text().split()[0]
