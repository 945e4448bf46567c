"""Which statements a request runs: heard on the connection itself, so that none is missed."""

from __future__ import annotations

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
    heard: list[Statement] = []

    def listen(query: LoggedQuery) -> None:
        if not query.query.upper().startswith(_CONTROL):
            heard.append(Statement(query.query, tuple(query.args or ())))

    await db.connect(url, 1)  # one connection, so that it is the one that is heard
    try:
        SNAPSHOT.forget()
        await _run(token, body)
        async with db.pool().acquire() as connection:
            connection.add_query_logger(listen)
        answer = await _run(token, body)
    finally:
        await db.close()
    return Heard(answer, heard)


async def _run(token: str, body: str) -> Any:
    asked = orjson.loads(body)
    context = Context(token=token, locale="en", request_id="benchmark", client="127.0.0.1")
    result = await SCHEMA.execute(asked["query"], asked["variables"], context)
    assert result.errors is None, result.errors
    return orjson.loads(orjson.dumps(result.data))
