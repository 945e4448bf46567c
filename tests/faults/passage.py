"""A way to an engine that a test can cut or hold up: TCP, byte for byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

PIECE = 1 << 20

Heard = Callable[[bytes], Awaitable[None]]


@dataclass
class Passage:
    """What connects to `port` reaches the engine, as long as the test lets it."""

    engine: int
    """The port of the engine."""
    heard: Heard
    """Called with each piece that goes to the engine, before it is passed on. Where it raises ConnectionError, the
    connection is broken instead."""
    told: Heard | None = None
    """The same with each piece that comes back."""
    port: int = 0
    cut: bool = False
    """Whether connections are broken, and new ones refused."""
    silent: bool = False
    """Whether nothing passes any more on the connections that there are; they stay open, also when this is over."""
    slow: float = 0.0
    """Seconds that each piece to the engine takes."""
    _ways: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        way = asyncio.current_task()
        assert way is not None
        self._ways.add(way)
        try:
            if not self.cut:
                await self._pass(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._ways.discard(way)
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_engine, to_engine = await asyncio.open_connection("127.0.0.1", self.engine)
        there = asyncio.create_task(self._pump(reader, to_engine, forth=True))
        back = asyncio.create_task(self._pump(from_engine, writer, forth=False))
        try:
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        finally:
            there.cancel()
            back.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            to_engine.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, forth: bool) -> None:
        muted = False
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                if forth:
                    await self.heard(piece)
                    await asyncio.sleep(self.slow)
                elif self.told is not None:
                    await self.told(piece)
                muted = muted or self.silent
                if self.cut:
                    return
                if not muted:
                    writer.write(piece)
                    await writer.drain()

    async def end(self) -> None:
        ways = list(self._ways)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


@asynccontextmanager
async def passage(engine: int, heard: Heard, told: Heard | None = None) -> AsyncIterator[Passage]:
    """A passage to the engine at this port of loopback, at a free port of its own."""
    made = Passage(engine, heard, told)
    server = await asyncio.start_server(made.take, "127.0.0.1", 0, limit=PIECE)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.end()
        await asyncio.sleep(0)  # what was closed ends with the next turn of the loop
