"""What a query costs, and the bucket that all API processes share (SEC-C2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from service.core.settings import settings
from storage import valkey
from storage.models import User
from tests.api import ApiProcess, Client, signed_in
from tests.http.conftest import Start
from tests.live.listening import listening

BY_LITERAL = "{ customers(first: 40) { nodes { id contacts(first: 10) { nodes { id name } } } } }"
BY_VARIABLES = """query($c: Int!, $k: Int = 10) {
  customers(first: $c) { nodes { id contacts(first: $k) { nodes { id name } } } }
}"""
FEW = "{ me { id } }"
GREEDY = "{ customers(first: 100) { nodes { id contacts(first: 100) { nodes { id } } } } }"
GREEDY_SUBSCRIPTION = """subscription { customerChanged(id: "cus_01935f3c-0000-7000-8000-000000000000") { customer {
    contacts(first: 100) { nodes { customer { followUps(first: 100) { nodes { id } } } } } } } }"""
SLOW = {"query_allowance": "3000", "query_allowance_per_second": "5"}


@pytest.fixture(scope="module")
def pair(start: Start) -> tuple[ApiProcess, ApiProcess]:
    """Two API processes whose buckets are small and leak slowly."""
    return start(**SLOW), start(**SLOW)


@pytest.fixture
async def client_of(sales: User) -> AsyncIterator[object]:
    made: list[Client] = []

    async def connect(api: ApiProcess) -> Client:
        made.append(await signed_in(api.url, sales))
        return made[-1]

    yield connect
    for client in made:
        await client.close()


async def test_sec_c2_lists_multiply_by_their_size_literal_or_variable(seller: Client) -> None:
    literal = (await seller.run(BY_LITERAL)).body["extensions"]["cost"]
    # The request 20, 40 × (a record 1, an id 0.1, and 10 × (a record 1, two fields 0.2)).
    assert literal["requested"] == 20 + 40 * 1.1 + 40 * 10 * 1.2
    variable = (await seller.run(BY_VARIABLES, c=40)).body["extensions"]["cost"]
    assert variable["requested"] == literal["requested"]
    assert (await seller.run(BY_VARIABLES, c=20)).body["extensions"]["cost"]["requested"] == 20 + 22 + 240
    default = (await seller.run("{ customers { nodes { id } } }")).body["extensions"]["cost"]
    assert default["requested"] == 20 + 20 * 1.1
    assert (default["limit"], literal["limit"]) == (5000, 5000)


async def test_sec_c2_aliases_and_fragments_multiply_like_the_rest(seller: Client) -> None:
    document = """{ a: customers(first: 10) { ...P } b: customers(first: 20) { ...P } }
    fragment P on CustomerConnection { nodes { id } edges { node { id } } }"""
    cost = (await seller.run(document)).body["extensions"]["cost"]
    per_record = 1.1 + 1 + 1 + 0.1 - 1 + 0
    assert cost["requested"] == 20 + round(10 * (1.1 + 1 + 1.1)) + round(20 * (1.1 + 1 + 1.1)), per_record


async def test_sec_c2_a_query_above_the_limit_does_not_run_and_says_why(seller: Client) -> None:
    answer = await seller.run(GREEDY)
    assert answer.body.keys() == {"errors", "extensions"}
    assert answer.error["extensions"] == {"code": "QUERY_TOO_COSTLY", "limit": 5000, "given": 20 + 110 + 100 * 110}
    assert answer.body["extensions"]["cost"]["charged"] < 200


async def test_sec_c2_a_subscription_above_the_limit_is_not_begun(seller: Client) -> None:
    async with listening(seller.url, seller.token, GREEDY_SUBSCRIPTION) as listener:
        assert await listener.code() == "QUERY_TOO_COSTLY"


async def test_sec_c2_nobody_who_is_not_signed_in_is_told_costs(api: ApiProcess) -> None:
    client = Client(api.url)
    assert "extensions" not in (await client.run("{ serverTime }")).body
    await client.close()


async def test_sec_c2_an_empty_allowance_refuses_and_says_when(pair: tuple[ApiProcess, ApiProcess], client_of) -> None:  # type: ignore[no-untyped-def]
    client = await client_of(pair[0])
    assert "errors" not in (await client.run(BY_LITERAL)).body
    for _ in range(8):
        answer = await client.run(BY_LITERAL)
    assert answer.code == "RATE_LIMITED"
    assert answer.body.keys() == {"errors", "extensions"}
    after = answer.error["extensions"]["retryAfter"]
    assert 1 <= after <= 600
    assert answer.body["extensions"]["cost"]["charged"] == 0
    headers = {"authorization": f"Bearer {client.token}", "accept": "application/graphql-response+json"}
    modern = await client.http.post(f"{client.url}/graphql", json={"query": BY_LITERAL}, headers=headers)
    assert modern.status_code == 429
    assert abs(int(modern.headers["retry-after"]) - after) <= 1
    assert "errors" not in (await client.run(FEW)).body  # what is cheap still fits


async def test_sec_c2_two_processes_share_a_bucket(pair: tuple[ApiProcess, ApiProcess], client_of) -> None:  # type: ignore[no-untyped-def]
    first, second = await client_of(pair[0]), await client_of(pair[1])
    for _ in range(5):
        used = (await first.run(BY_LITERAL)).body["extensions"]["cost"]["available"]
    assert used < 500
    for _ in range(40):
        await second.run(FEW)  # tells Valkey, and hears how full the bucket is
        await asyncio.sleep(0.05)
        answer = await second.run(FEW)
        if answer.body["extensions"]["cost"]["available"] < 500:
            break
    assert answer.body["extensions"]["cost"]["available"] < 500
    assert (await second.run(BY_LITERAL)).code == "RATE_LIMITED"


async def test_sec_c2_without_valkey_a_process_counts_alone(start: Start, client_of) -> None:  # type: ignore[no-untyped-def]
    alone = start(**SLOW, valkey_url="redis://127.0.0.1:1/0")
    client = await client_of(alone)
    codes = []
    for _ in range(8):
        answer = await client.run(BY_LITERAL)
        codes.append(answer.code if "errors" in answer.body else "OK")
        await asyncio.sleep(0.15)  # it has tried to tell Valkey meanwhile
    assert codes == ["OK"] * 5 + ["RATE_LIMITED"] * 3


async def test_sec_c2_the_bucket_leaks_at_its_rate(engines: object) -> None:
    from storage import allowances  # noqa: PLC0415

    valkey.connect(settings().valkey_url.get_secret_value())
    try:
        (full,) = await allowances.pour([allowances.Pouring("leaking", 1000)], 1000.0)
        await asyncio.sleep(0.2)
        (later,) = await allowances.pour([allowances.Pouring("leaking", 0)], 1000.0)
    finally:
        await valkey.close()
    assert full == pytest.approx(1000, abs=1)
    assert 0 <= later <= 801


async def test_sec_c2_parsing_a_new_document_is_charged_once(seller: Client) -> None:
    document = "{ me { id a: name b: name c: name d: name } }"
    first, again = [(await seller.run(document)).body["extensions"]["cost"] for _ in range(2)]
    assert first["requested"] == again["requested"]
    assert first["charged"] > again["charged"] >= again["requested"]


async def test_sec_c2_a_wrong_token_is_charged_to_the_address(api: ApiProcess, http: httpx.AsyncClient) -> None:
    headers = {"authorization": "Bearer nonsense"}
    answer = await http.post(f"{api.url}/graphql", json={"query": "{ serverTime me { id } }"}, headers=headers)
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert "extensions" not in answer.json()
