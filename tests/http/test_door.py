"""The door: media types, methods, bodies, headers (design §5)."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from storage import db
from tests.api import ApiProcess, Client
from tests.http.conftest import OURS
from tests.journeys import drafts

ASK = {"query": "{ serverTime }"}
GRAPHQL = "application/graphql-response+json"
WRONG = {"query": "{ nothing }"}


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        (GRAPHQL, GRAPHQL),
        (f"application/json;q=0.8, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL}; q=0.1, application/json", "application/json"),
        (f"{GRAPHQL};q=0, application/json", "application/json"),
        (f"text/html, {GRAPHQL}; charset=utf-8", GRAPHQL),
    ],
)
async def test_an_answer_has_the_media_type_that_is_liked_best(
    api: ApiProcess, http: httpx.AsyncClient, accept: str | None, answered: str
) -> None:
    headers = {"accept": accept} if accept else {}
    if not accept:
        del http.headers["accept"]
    answer = await http.post(f"{api.url}/graphql", json=ASK, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "image/*, text/*;q=0.9", f"{GRAPHQL}; charset=gbk", f"{GRAPHQL};q=0"])
async def test_an_answer_that_nobody_accepts_is_a_406(api: ApiProcess, http: httpx.AsyncClient, accept: str) -> None:
    answer = await http.post(f"{api.url}/graphql", json=ASK, headers={"accept": accept})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_another_method_than_post_is_a_405_that_names_it(
    api: ApiProcess, http: httpx.AsyncClient, method: str
) -> None:
    answer = await http.request(method, f"{api.url}/graphql", params={"query": "{ serverTime }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json; charset=gbk"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {},
    ],
)
async def test_another_body_than_json_in_utf_8_is_a_415(
    api: ApiProcess, http: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await http.post(f"{api.url}/graphql", content=json.dumps(ASK), headers=headers)
    assert answer.status_code == 415
    assert "data" not in answer.json()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BODY_MALFORMED"),
        (b"7", "BODY_MALFORMED"),
        (b'{"query": "\xff"}', "BODY_MALFORMED"),
        (b'{"query": "{ serverTime }", "variables": {"a": ' + b"[" * 5000 + b"]" * 5000 + b"}}", "BODY_MALFORMED"),
        (b'{"query": "{ serverTime }", "variables": {"a": "\\u005cu\\u0030000"}}', "BODY_MALFORMED"),
        (b'[{"query": "{ serverTime }"}]', "BATCHING_OFF"),
        (b"{}", "QUERY_MISSING"),
        (b'{"query": null}', "QUERY_MISSING"),
        (b'{"query": 7}', "PARAMETER_INVALID"),
        (b'{"query": "{ serverTime }", "variables": [7]}', "PARAMETER_INVALID"),
        (b'{"query": "{ serverTime }", "operationName": {}}', "PARAMETER_INVALID"),
        (b'{"query": "{ serverTime }", "extensions": "x"}', "PARAMETER_INVALID"),
        (b'{"query": "{ serverTime }", "extensions": {"persistedQuery": 1}}', "PARAMETER_INVALID"),
    ],
)
async def test_what_is_no_request_is_a_400_in_either_media_type(
    api: ApiProcess, http: httpx.AsyncClient, body: bytes, code: str
) -> None:
    for accept in (GRAPHQL, "application/json"):
        headers = {"content-type": "application/json", "accept": accept}
        answer = await http.post(f"{api.url}/graphql", content=body, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, code)
        assert "data" not in answer.json()


@pytest.mark.parametrize("query", ["{ nothing }", "{", "query A { serverTime } query B { serverTime }"])
async def test_a_well_formed_request_that_is_wrong_is_a_400_or_for_legacy_clients_a_200(
    api: ApiProcess, http: httpx.AsyncClient, query: str
) -> None:
    for accept, status in ((GRAPHQL, 400), ("application/json", 200)):
        answer = await http.post(f"{api.url}/graphql", json={"query": query}, headers={"accept": accept})
        assert answer.status_code == status
        assert answer.json().keys() == {"errors"}


async def test_brackets_in_a_text_do_not_count_as_nesting(api: ApiProcess, http: httpx.AsyncClient) -> None:
    text = "[{" * 200 + '"' + "\\"
    answer = await http.post(f"{api.url}/graphql", json=ASK | {"variables": {"a": text}})
    assert answer.status_code == 200


async def test_a_body_of_more_than_a_mebibyte_is_refused_before_it_is_read(
    api: ApiProcess, http: httpx.AsyncClient
) -> None:
    headers = {"content-type": "application/json"}
    declared = await http.post(f"{api.url}/graphql", content=b" " * (1024 * 1024 + 1), headers=headers)
    assert (declared.status_code, declared.json()["errors"][0]["extensions"]["limit"]) == (413, 1024 * 1024)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 65_536
            yield b" " * 65_536

    try:
        streamed = (await http.post(f"{api.url}/graphql", content=endless(), headers=headers)).status_code
    except httpx.TransportError:
        streamed = 413  # the server closed while we were still sending
    assert streamed == 413
    assert sent < 32 * 1024 * 1024


async def test_every_answer_is_kept_by_nobody_and_guessed_by_nobody(api: ApiProcess, http: httpx.AsyncClient) -> None:
    for path in ("/graphql", "/healthz", "/readyz", "/nowhere"):
        answer = await http.post(f"{api.url}{path}", json=ASK)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_request_id_comes_back_and_a_wrong_one_is_replaced(api: ApiProcess, http: httpx.AsyncClient) -> None:
    async def given_back(given: str | None) -> str:
        headers = {} if given is None else {"x-request-id": given}
        return (await http.post(f"{api.url}/graphql", json=ASK, headers=headers)).headers["x-request-id"]

    assert await given_back("order-4711.a") == "order-4711.a"
    for wrong in (None, "short", "x" * 65, "with blank in it", 'quote"quote"'):
        made = await given_back(wrong)
        assert made != wrong
        assert len(made) == 16


async def test_the_request_id_stands_in_the_change_log(seller: Client) -> None:
    seller.http.headers["x-request-id"] = "change-0815"
    await seller.change("createCustomerDraft", drafts.enterprise(), "customer { id }")
    assert await db.rows("select 1 from change_log where request_id = 'change-0815'")


async def test_a_large_answer_is_compressed_for_those_who_take_it(api: ApiProcess, http: httpx.AsyncClient) -> None:
    query = {"query": "{ __schema { types { name description } } }"}
    plain = await http.post(f"{api.url}/graphql", json=query, headers={"accept-encoding": "identity"})
    packed = await http.post(f"{api.url}/graphql", json=query, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert len(gzip.compress(plain.content)) < len(plain.content)
    small = await http.post(f"{api.url}/graphql", json=ASK, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in small.headers


async def test_pages_of_other_origins_may_call_only_where_the_setting_says_so(
    api: ApiProcess, http: httpx.AsyncClient, opened: ApiProcess
) -> None:
    ours, theirs = OURS, "https://elsewhere.example"
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    closed = await http.options(f"{api.url}/graphql", headers={"origin": ours, **asked})
    assert "access-control-allow-origin" not in closed.headers
    before = await http.options(f"{opened.url}/graphql", headers={"origin": ours, **asked})
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, ours)
    answer = await http.post(f"{opened.url}/graphql", json=ASK, headers={"origin": ours})
    assert answer.headers["access-control-allow-origin"] == ours
    assert "x-request-id" in answer.headers["access-control-expose-headers"].lower()
    assert "access-control-allow-credentials" not in answer.headers
    other = await http.options(f"{opened.url}/graphql", headers={"origin": theirs, **asked})
    assert "access-control-allow-origin" not in other.headers
