"""The scanner that this deployment has, trusted only while it finds what every scanner knows (SEC-D4)."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from functools import cache
from pathlib import Path

from service.boundary.files import folders
from service.core.settings import Settings, settings
from storage.scanning.clamd import Clamd
from storage.scanning.embedded import Embedded
from storage.scanning.verdict import EICAR, Engine, Scanner, ScannerFault, Verdict

CANARY_EVERY = 300.0
"""Seconds for which a scanner is trusted that has found the test file."""
PATIENCE = 2.0
"""Seconds that a look at its health waits for it."""


def of(own: Settings) -> Scanner:
    """The scanner that the settings name."""
    if own.scanner == "built-in":
        return Embedded()
    return Clamd(own.clamd_address, timedelta(days=own.signature_days) if own.signature_days else None)


class Trusted:
    """A scanner, and when it last found the test file."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._found_at: float | None = None
        self._engine: Engine | None = None

    async def engine(self) -> Engine:
        """Which one it is. Raises ScannerFault where it is not to be trusted."""
        engine = await self._scanner.engine()
        await self._try_canary(engine)
        return engine

    async def scan(self, file: Path, opened: Path | None = None) -> Verdict:
        """Raises ScannerFault unless there is an explicit verdict of a scanner that is to be trusted."""
        verdict = await self._scanner.scan(file, opened)
        await self._try_canary(verdict.engine)
        return verdict

    async def _try_canary(self, engine: Engine) -> None:
        fresh = self._found_at is not None and time.monotonic() - self._found_at < CANARY_EVERY
        if fresh and engine == self._engine:
            return
        self._found_at = None
        with folders.folder() as folder:
            canary = folder / "eicar.com"
            canary.write_bytes(EICAR)
            verdict = await self._scanner.scan(canary)
        if verdict.virus is None:
            raise ScannerFault(f"{engine.name} does not find the test file that every scanner knows")
        self._found_at, self._engine = time.monotonic(), engine


async def fault(own: Settings | None = None) -> str | None:
    """What is wrong with the scanner; None where it is to be trusted. Takes at most a few seconds."""
    try:
        async with asyncio.timeout(PATIENCE):
            await (scanner() if own is None else Trusted(of(own))).engine()
    except ScannerFault as found:
        return str(found)
    except TimeoutError:
        return "it does not answer in time"
    return None


@cache
def scanner() -> Trusted:
    """The scanner of this process."""
    return Trusted(of(settings()))
