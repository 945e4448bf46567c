"""A bounded load on one address: so many connections, each sending its next request when the answer is there.

It runs as a process of its own (`python -m tests.benchmarks.load`), writes raw HTTP and looks at no more of an answer
than it must, so that it takes little of the processors from what it measures.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import cast

import orjson

CLIENTS = 4
"""Two processors are busy with four: one request is computed while another waits for PostgreSQL."""

LONGEST_ANSWER = 30.0
"""Seconds after which a server counts as dead."""


@dataclass(frozen=True)
class Load:
    """What to send: each client takes the bodies in turn, over and over, until the time is up."""

    port: int
    token: str
    bodies: list[str]
    seconds: float
    clients: int = CLIENTS
    every: float = 0.0
    """Seconds from one request of a client to its next one, where the answer is there by then."""


@dataclass(frozen=True)
class Result:
    requests: int
    seconds: float
    median_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def run(load: Load) -> Result:
    """Drive the load in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"],
        input=json.dumps(asdict(load)).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Result(**json.loads(done.stdout))


class Client(asyncio.Protocol):
    """One connection. Counts answers of status 200 without `errors`; anything else ends the run."""

    def __init__(
        self, requests: list[bytes], until: float, every: float, finished: asyncio.Future[list[float]]
    ) -> None:
        self.requests, self.until, self.every, self.finished = requests, until, every, finished
        self.times: list[float] = []
        self.received, self.missing, self.sent = b"", -1, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not inherit from asyncio's.
        self.transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        self.sent = time.perf_counter()
        self.transport.write(self.requests[len(self.times) % len(self.requests)])

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.missing < 0:
            head, mark, _ = self.received.partition(b"\r\n\r\n")
            if not mark:
                return
            length = head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
            self.missing = len(head) + 4 + int(length)
        if len(self.received) >= self.missing:
            self._answered()

    def _answered(self) -> None:
        if b" 200 OK" not in self.received[:20] or b'"errors":[{' in self.received:
            self.finished.set_exception(RuntimeError(self.received[:2000].decode(errors="replace")))
            self.transport.close()
            return
        self.times.append(time.perf_counter() - self.sent)
        self.received, self.missing = b"", -1
        if time.perf_counter() >= self.until:
            self.transport.close()
            self.finished.set_result(self.times)
        elif self.every:
            asyncio.get_running_loop().call_later(max(0.0, self.every - self.times[-1]), self._send)
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_exception(exc or ConnectionError("the server closed the connection"))


def request(port: int, token: str, body: str) -> bytes:
    """A request as bytes."""
    content = body.encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n"
        f"accept: application/json\r\nauthorization: Bearer {token}\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _drive(load: Load) -> Result:
    loop = asyncio.get_running_loop()
    requests = [request(load.port, load.token, body) for body in load.bodies]
    start = time.perf_counter()
    waiting: list[asyncio.Future[list[float]]] = []
    for number in range(load.clients):
        finished: asyncio.Future[list[float]] = loop.create_future()
        mine = requests[number % len(requests) :] + requests[: number % len(requests)]
        await loop.create_connection(
            lambda mine=mine, finished=finished: Client(mine, start + load.seconds, load.every, finished),
            "127.0.0.1",
            load.port,
        )
        waiting.append(finished)
    async with asyncio.timeout(load.seconds + LONGEST_ANSWER):
        times = sorted(t for part in await asyncio.gather(*waiting) for t in part)
    seconds = time.perf_counter() - start
    median, p95, p99 = (times[len(times) * part // 100] * 1000 for part in (50, 95, 99))
    return Result(len(times), seconds, median, p95, p99)


def main() -> None:
    import uvloop  # noqa: PLC0415 - only this process runs on it

    given = Load(**json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(orjson.dumps(asdict(uvloop.run(_drive(given)))))


if __name__ == "__main__":
    main()
