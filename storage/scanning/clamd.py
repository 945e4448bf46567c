"""clamd by its own protocol, INSTREAM over TCP or a unix socket.

Only two answers are a verdict: `stream: OK` and `stream: <name> FOUND`. Everything else, silence included, is a fault.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from storage.scanning.verdict import Engine, ScannerFault, Verdict

_PIECE = 128 * 1024
_LONGEST_ANSWER = 4096
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 20.0
_FOUND = re.compile(r"stream: (.+) FOUND")
_VERSION = re.compile(r"ClamAV ([\w.+~-]+)(?:/(\d+)/(.+))?")
_DATE = "%a %b %d %H:%M:%S %Y"


class Clamd:
    """The daemon at one address, `tcp://host:port` or `unix:///path`.

    `oldest`: how old its signatures may be; None where that is not looked at.
    """

    def __init__(self, address: str, oldest: timedelta | None, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._address = urlsplit(address)
        self._oldest = oldest
        self._answer_seconds = answer_seconds

    async def engine(self) -> Engine:
        found = _VERSION.match(await self._say(b"zVERSION\0"))
        if found is None:
            raise ScannerFault("clamd does not say its version")
        version, number, day = found.groups()
        signed_at = _moment(day) if day else None
        if self._oldest is not None:
            if signed_at is None:
                raise ScannerFault("clamd does not say how old its signatures are")
            if datetime.now(UTC) - signed_at > self._oldest:
                raise ScannerFault(f"the signatures of clamd are of {signed_at:%Y-%m-%d}: freshclam renews them")
        return Engine(f"clamd {version}" + (f"/{number}" if number else ""), signed_at)

    async def scan(self, file: Path, opened: Path | None = None) -> Verdict:
        """clamd unpacks by itself: `opened` is not sent."""
        engine = await self.engine()
        said = await self._say(b"zINSTREAM\0", file)
        if said == "stream: OK":
            return Verdict(engine, None)
        found = _FOUND.fullmatch(said)
        if found is None:
            raise ScannerFault(f"clamd gave no verdict: {said[:100]}")
        return Verdict(engine, found[1])

    async def _say(self, command: bytes, file: Path | None = None) -> str:
        """One command on a connection of its own, with a content, if any; the answer."""
        try:
            async with self._connection() as (reader, writer):
                writer.write(command)
                if file is not None:
                    await _stream(writer, file)
                async with asyncio.timeout(self._answer_seconds):
                    await writer.drain()
                    answer = await reader.read(_LONGEST_ANSWER)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise ScannerFault(f"clamd does not answer: {type(error).__name__}") from error
        if not answer.endswith(b"\0"):
            raise ScannerFault("clamd broke off")
        return answer.rstrip(b"\0").decode(errors="replace").strip()

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        async with asyncio.timeout(CONNECT_SECONDS):
            if self._address.scheme == "unix":
                reader, writer = await asyncio.open_unix_connection(self._address.path)
            else:
                reader, writer = await asyncio.open_connection(self._address.hostname, self._address.port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def _stream(writer: asyncio.StreamWriter, file: Path) -> None:
    """The content in pieces, each after its length; a length of zero ends it."""
    async with asyncio.timeout(ANSWER_SECONDS):
        with file.open("rb") as content:
            while piece := content.read(_PIECE):
                writer.write(len(piece).to_bytes(4, "big") + piece)
                await writer.drain()
        writer.write(bytes(4))


def _moment(day: str) -> datetime | None:
    try:
        return datetime.strptime(day.strip(), _DATE).replace(tzinfo=UTC)
    except ValueError:
        return None
