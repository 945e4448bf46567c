"""Two API processes with the same secrets on two databases, asked the same."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson

from service.app.stack.configuration import free_port
from tests.api import COST

PLAIN = "service.app.asgi:app"
UNGUARDED = "tests.security.twin.unguarded:app"


@dataclass(frozen=True)
class Answer:
    """What came over the wire."""

    status: int
    body: bytes

    @property
    def without_cost(self) -> tuple[int, bytes]:
        """What is the same each time: of an allowance more or less may be left."""
        return self.status, COST.sub(b"", self.body)

    @property
    def data(self) -> dict[str, Any] | None:
        return orjson.loads(self.body).get("data")

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in orjson.loads(self.body).get("errors", ())]


class Api:
    """One API process on one database."""

    def __init__(self, app: str, environment: dict[str, str], database_url: str) -> None:
        self.port = free_port()
        # Two connections are enough for one client, and each keeps its prepared statements.
        own = environment | {"CRM_DATABASE_URL": database_url, "CRM_DATABASE_POOL_SIZE": "2"}
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        words = [sys.executable, "-m", "uvicorn", app, "--port", str(self.port), "--log-level", "warning"]
        words += ["--timeout-keep-alive", "3600"]  # the one connection waits while other processes are asked
        self.process = subprocess.Popen(words, env=own, stdout=self.log, stderr=self.log)
        self._connection: http.client.HTTPConnection | None = None

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        said = self.said()
        self.stop()
        raise AssertionError("the API did not start: " + said)

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-4000:]

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self._connection.connect()
            assert self._connection.sock is not None
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._connection.request("POST", path, body, headers)
            response = self._connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            raise

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


@dataclass
class Pair:
    """Both of them. `ask` sends the same to both at once."""

    first: Api
    second: Api
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def both(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[Answer, Answer]:
        other = self.pool.submit(self.second.post, path, body, headers)
        return self.first.post(path, body, headers), other.result()

    def ask(self, token: str, document: str, variables: dict[str, Any]) -> tuple[Answer, Answer]:
        return self.both("/graphql", *_request(token, document, variables))

    def ask_first(self, token: str, document: str, variables: dict[str, Any]) -> Answer:
        return self.first.post("/graphql", *_request(token, document, variables))

    def without(self, guard: str) -> None:
        """Take a guard out of both (of `UNGUARDED` only), and put the last one back."""
        for answer in self.both("/without", guard.encode(), {}):
            assert answer.status == 200, (guard, self.first.said())

    def stop(self) -> None:
        self.first.stop()
        self.second.stop()
        self.pool.shutdown()


def _request(token: str, document: str, variables: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    headers = {
        "content-type": "application/json", "authorization": f"Bearer {token}", "accept-language": "en",
        "accept": "application/json",
    }  # fmt: skip
    return orjson.dumps({"query": document, "variables": variables}), headers


def start(app: str, environment: dict[str, str], urls: tuple[str, str]) -> Pair:
    pair = Pair(Api(app, environment, urls[0]), Api(app, environment, urls[1]))
    try:
        pair.first.wait()
        pair.second.wait()
    except BaseException:
        pair.stop()
        raise
    return pair
