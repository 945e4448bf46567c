"""Requests that are broken in any way get an answer in 4xx or errors in words, never a 5xx (SEC-B7)."""

from __future__ import annotations

import asyncio
import random

import httpx
import pytest

from tests.api import LOOPBACK, ApiProcess

SOUND = [
    b'{"query": "query Q($a: Int = 3) { customers(first: $a) { nodes { id name } } }", "variables": {"a": 2}}',
    b'{"query": "{ serverTime __typename }", "operationName": null, "extensions": {"persistedQuery": {"version": 1}}}',
    '{"query": "mutation { signIn(input: {account: \\"名册\\", password: \\"x\\"}) { accessToken } }"}'.encode(),
    b'{"query": "query A { a: me { id } } fragment F on User { id ...F }", "variables": {"deep": [[[{"a": null}]]]}}',
]
PIECES = [
    b"\\u0000", b"\\ud83d", b"\xff", b"{", b"}", b"[", b"]", b'"', b"\\", b"null", b"1e999", b"-0", b"$", b"...F",
    b"@skip", b"9" * 400, b"[" * 700, b'{"a":' * 700, b"query ", b"fragment F on Query ", b"\xef\xbb\xbf", b"#", b'"""',
    b"\\u{110000}",
]  # fmt: skip
_JSON = "application/json"
HEADERS: list[tuple[str, list[str]]] = [
    ("content-type", [_JSON, f'{_JSON}; charset="utf-8"', f"{_JSON};;;=", "text/plain", "", "é/x"]),
    (
        "accept",
        ["*/*", "application/graphql-response+json", ",,;q=", "a/b;q=nan", "*/*;q=1.1.1", "text/plain", "x" * 3000],
    ),
    ("accept-language", ["en", "zh-CN;q=0.1", ";;;", "-", "x" * 2000]),
    ("authorization", ["Bearer", "Bearer a.b.c", "Bearer " + "e" * 3000, "Basic eA==", "Bearer ..", ""]),
    ("x-request-id", ["a", "ok-ok-ok-ok", "é" * 20]),
]


def _broken(drawn: random.Random) -> tuple[str, bytes, dict[str, bytes]]:
    body = bytearray(drawn.choice(SOUND))
    for _ in range(drawn.randrange(4)):
        at = drawn.randrange(len(body) + 1)
        body[at : at + drawn.choice((0, 0, 1, 5, 40))] = drawn.choice(PIECES)
    headers = {name: drawn.choice(values).encode("latin-1") for name, values in HEADERS if drawn.random() < 0.3}
    headers.setdefault("content-type", b"application/json")
    return drawn.choice(("POST",) * 8 + ("GET", "HEAD", "PUT")), bytes(body), headers


async def _fuzz(api: ApiProcess, number: int) -> dict[int, int]:
    drawn, found = random.Random(4), dict[int, int]()
    limits = httpx.Limits(max_connections=4)
    async with httpx.AsyncClient(**LOOPBACK, timeout=30, limits=limits) as client:

        async def ask() -> None:
            method, body, headers = _broken(drawn)
            answer = await client.request(method, f"{api.url}/graphql", content=body, headers=headers)
            found[answer.status_code] = found.get(answer.status_code, 0) + 1
            assert answer.status_code < 500, (method, body, headers, answer.content)
            assert b"INTERNAL" not in answer.content, (method, body, headers, answer.content)

        for _ in range(number // 20):
            await asyncio.gather(*(ask() for _ in range(20)))
    return found


async def test_sec_b7_broken_requests_never_break_the_server(api: ApiProcess) -> None:
    found = await _fuzz(api, 400)
    assert found.keys() >= {200, 400, 405, 406, 415}


@pytest.mark.deep
async def test_sec_b7_ten_thousand_broken_requests_never_break_the_server(api: ApiProcess) -> None:
    await _fuzz(api, 10_000)
