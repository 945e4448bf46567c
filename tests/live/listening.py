"""A client of subscriptions: one socket that speaks graphql-transport-ws."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PROTOCOL: Any = "graphql-transport-ws"
PATIENCE = 15.0

CUSTOMER = """subscription($id: ID!, $after: String) { customerChanged(id: $id, after: $after) {
    sequence isDelayed customer { id name version contacts(first: 5) { nodes { name mobile } } } } }"""
REMINDERS = """subscription($after: String) { remindersForMe(after: $after) {
    sequence isDelayed reminder { id task { id title } } } }"""
JOB = """subscription($id: ID!, $after: String) { jobProgress(id: $id, after: $after) {
    sequence job { state done total } } }"""


def socket_url(url: str) -> str:
    return url.replace("http://", "ws://") + "/graphql"


@dataclass
class Listener:
    """One subscription on a socket of its own."""

    socket: ClientConnection
    said: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The root field of the next message."""
        message = await self.message(seconds)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (root,) = message["payload"]["data"].values()
        return root

    async def message(self, seconds: float = PATIENCE) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            raw = await self.socket.recv()
        assert isinstance(raw, str), "a frame that is not text"
        self.said.append(orjson.loads(raw))
        return self.said[-1]

    async def code(self, seconds: float = PATIENCE) -> str:
        """The code of the error that it ends with."""
        message = await self.message(seconds)
        assert message["type"] == "error", message
        (error,) = message["payload"]
        return error["extensions"]["code"]

    async def closed(self, seconds: float = PATIENCE) -> int | None:
        """The code with which the socket is closed, whatever comes before."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self.said.append(orjson.loads(await self.socket.recv()))
        except ConnectionClosed:
            return self.socket.close_code

    async def is_silent(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                raw = await self.socket.recv()
        except TimeoutError:
            return True
        self.said.append(orjson.loads(raw))
        return False

    async def subscribe(self, document: str, name: str = "1", **variables: Any) -> None:
        payload = {"query": document, "variables": variables}
        await self.send({"id": name, "type": "subscribe", "payload": payload})

    async def send(self, message: Any) -> None:
        await self.socket.send(orjson.dumps(message).decode())


@asynccontextmanager
async def opened(url: str, token: str | None, *, locale: str = "en", **options: Any) -> AsyncIterator[Listener]:
    """A socket of the bearer of that token, acknowledged."""
    async with connect(socket_url(url), subprotocols=[PROTOCOL], proxy=None, **options) as socket:
        listener = Listener(socket)
        payload = {"Authorization": f"Bearer {token}", "Accept-Language": locale}
        await listener.send({"type": "connection_init", "payload": payload})
        assert await listener.message() == {"type": "connection_ack"}
        yield listener


@asynccontextmanager
async def listening(url: str, token: str | None, document: str, **variables: Any) -> AsyncIterator[Listener]:
    """A subscription that was asked for on a socket of its own."""
    async with opened(url, token) as listener:
        await listener.subscribe(document, **variables)
        yield listener
