"""What is refused before anything runs (design §5)."""

from __future__ import annotations

import httpx
import pytest

from tests.api import LOOPBACK, ApiProcess, Client


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "{ serverTime }", "variables": {"a": "x\\u0000"}}',
        b'{"query": "{ customers(where: {name: {eq: \\"\\\\u0000\\"}}) { totalCount } }"}',
        b'{"query": "{ customers(where: {name: {eq: \\"\\\\u{00}\\"}}) { totalCount } }"}',
        b'{"query": "{ serverTime }", "variables": {"a": "\\ud83d"}}',
        b"{",
        b"[]",
    ],
    ids=["nul", "nul in a literal", "nul in braces", "half a surrogate pair", "no json", "a batch"],
)
async def test_what_no_column_can_hold_is_a_400_without_data(api: ApiProcess, body: bytes) -> None:
    async with httpx.AsyncClient(**LOOPBACK) as http:
        answer = await http.post(f"{api.url}/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert b'"data"' not in answer.content


async def test_a_request_error_has_no_data_key_and_suggests_nothing(seller: Client) -> None:
    answer = await seller.run("{ customer { nam } }")
    assert "data" not in answer.body
    assert {e["extensions"]["code"] for e in answer.body["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
    assert b"Did you mean" not in answer.raw


async def test_a_query_in_the_address_is_refused(api: ApiProcess) -> None:
    async with httpx.AsyncClient(**LOOPBACK) as http:
        answer = await http.get(f"{api.url}/graphql", params={"query": "{ serverTime }"})
    assert answer.status_code in (400, 405)


async def test_an_absurd_year_is_refused_in_words(seller: Client) -> None:
    answer = await seller.run('{ customers(where: {createdAt: {gt: "0001-01-01T00:00:00+23:59"}}) { totalCount } }')
    assert "year" in answer.body["errors"][0]["message"]
