"""Which statements a request runs: heard on the connection itself, so that none is missed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from asyncpg.connection import LoggedQuery

from schema.api import SCHEMA
from schema.core.context import Context
from service.boundary.access.snapshot import SNAPSHOT
from storage import db

_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Statement:
    """A statement as PostgreSQL got it."""

    text: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Heard:
    """The answer of a request, and the statements that made it."""

    data: Any
    statements: list[Statement]


async def hear(url: str, token: str, body: str) -> Heard:
    """Run one request in this process, twice: what is heard is the second, when people and policy are known."""
    asked = orjson.loads(body)
    async with listening(url) as heard:
        await run(token, asked["query"], asked["variables"])
        heard.clear()
        answer = await run(token, asked["query"], asked["variables"])
        return Heard(answer, list(heard))


@asynccontextmanager
async def listening(url: str) -> AsyncGenerator[list[Statement]]:
    """What this process sends in the block, as it is sent; what opens and ends transactions apart."""
    heard: list[Statement] = []

    def listen(query: LoggedQuery) -> None:
        if not query.query.upper().startswith(_CONTROL):
            heard.append(Statement(query.query, tuple(query.args or ())))

    await db.connect(url, 1)  # one connection, so that it is the one that is heard
    try:
        SNAPSHOT.forget()
        async with db.pool().acquire() as connection:
            connection.add_query_logger(listen)
        yield heard
    finally:
        await db.close()


async def run(token: str, document: str, variables: dict[str, Any]) -> Any:
    """One request in this process; what is answered."""
    context = Context(token=token, locale="en", request_id="benchmark", client="127.0.0.1")
    result = await SCHEMA.execute(document, variables, context)
    assert result.errors is None, result.errors
    return orjson.loads(orjson.dumps(result.data))
