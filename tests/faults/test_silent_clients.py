"""Clients that keep a connection and do nothing with it are bounded, and cut off (SEC-A6)."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import psutil
import pytest

from schema.live.sockets import INIT_SECONDS, MOST_OF_A_SOCKET
from service.core.enums import Role
from service.core.fields import CUSTOMER
from service.core.ids import to_global
from tests.api import signed_in
from tests.builders.customers import make_customer
from tests.builders.people import make_department, make_user
from tests.engines import Database
from tests.faults.running import Api, Broker, Observer
from tests.live import listening as ws
from tests.live.listening import PROTOCOL, listening

CUT_OFF = 75
"""Seconds: two pings of fifteen, or thirty in which nothing moves, on a machine that is busy."""
NOTES = """subscription($id: ID!) { customerChanged(id: $id) { sequence customer { id notes } } }"""


@pytest.fixture
def serving(tmp_path: Path, database: Database, broker: Broker) -> Iterator[Api]:
    api = Api(tmp_path, database.app_url, broker)
    yield api
    api.kill()


@pytest.mark.deep
async def test_sec_a6_who_never_says_who_he_is_is_cut_off(serving: Api) -> None:
    connection = _opened(serving)
    began = time.monotonic()
    said = await asyncio.to_thread(_rest, connection, INIT_SECONDS + 20)
    assert (4408).to_bytes(2) in said
    assert time.monotonic() - began > INIT_SECONDS - 1
    connection.close()


@pytest.mark.deep
async def test_sec_a6_who_never_reads_is_cut_off_and_holds_little_while_others_are_told(
    serving: Api, observer: Observer
) -> None:
    user = await make_user(Role.SALES, department=await make_department())
    customer, client = await make_customer(user), await signed_in(serving.url, user)
    key = to_global(CUSTOMER.prefix, customer.id)
    silent = _opened(serving)
    _say(silent, {"type": "connection_init", "payload": {"Authorization": f"Bearer {client.token}"}})
    for name in range(MOST_OF_A_SOCKET):
        payload = {"query": NOTES, "variables": {"id": key}}
        _say(silent, {"id": str(name), "type": "subscribe", "payload": payload})
    process = psutil.Process(serving.process.pid)
    before, most, began = process.memory_info().rss, 0, time.monotonic()
    async with listening(serving.url, client.token, ws.CUSTOMER, id=key) as other:
        version = (await other.next())["customer"]["version"]
        while _is_connected(process, silent):
            assert time.monotonic() - began < CUT_OFF, serving.log.read_text()[-3000:]
            version += 1
            await _note(observer, customer.id, version)
            while (await other.next())["customer"]["version"] < version:
                pass
            most = max(most, process.memory_info().rss)
    await client.close()
    silent.close()
    assert most - before < 64 * 2**20


async def _note(observer: Observer, customer_id: object, version: int) -> None:
    """A change of 10 kB as another process makes it: the row and its event."""
    changed = "update customers set notes = repeat($2, 10000), version = $3 where id = $1"
    await observer.execute(changed, customer_id, str(version)[-1], version)
    told = "insert into events (created_at, topic, key) values (now(), 'CUSTOMER', $1)"
    await observer.execute(told, customer_id)


def _opened(api: Api) -> socket.socket:
    """A socket after its handshake, whose end takes little and is never read by anybody who does not ask."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, port = api.url.removeprefix("http://").split(":")
    connection.connect((host, int(port)))
    lines = (
        "GET /graphql HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}", "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {PROTOCOL}", "", "",
    )  # fmt: skip
    connection.sendall("\r\n".join(lines).encode())
    assert b" 101 " in connection.recv(4096)
    return connection


def _say(connection: socket.socket, message: object) -> None:
    """One masked text frame, with a mask of zeros."""
    body = orjson.dumps(message)
    connection.sendall(bytes([0x81, 0x80 | 126]) + len(body).to_bytes(2) + bytes(4) + body)


def _rest(connection: socket.socket, seconds: float) -> bytes:
    """Everything that comes until the other end closes."""
    connection.settimeout(seconds)
    found = b""
    while part := connection.recv(4096):
        found += part
    return found


def _is_connected(process: psutil.Process, connection: socket.socket) -> bool:
    own = connection.getsockname()
    return any(one.raddr == own and one.status == psutil.CONN_ESTABLISHED for one in process.net_connections())
