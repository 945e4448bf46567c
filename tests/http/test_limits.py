"""Greedy documents are refused before anything of them runs (SEC-C1)."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_named_type, is_composite_type

from schema.api import SCHEMA
from schema.core.documents import Documents
from storage.reader.plans import Plan, PlanCache
from tests.api import ApiProcess, Client

ALIASES = "{ " + " ".join(f"a{n}: serverTime" for n in range(16)) + " }"
CHAIN = "{ ...f0 } " + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(80))
GREEDY = {
    "text": ("{ serverTime }" + " " * 15_000, "QUERY_TOO_LONG", 15_000, 15_014),
    "tokens": ("{ " + "serverTime " * 999 + "}", "QUERY_TOO_MANY_TOKENS", 1000, 1001),
    "tokens in a value": (
        "{ customers(where: {or: [" + '{name: {eq: "x"}} ' * 200 + "]}) { totalCount } }",
        "QUERY_TOO_MANY_TOKENS",
        1000,
        1816,
    ),
    "depth": ("{ me " + "{ department " * 12 + "{ id }" + " }" * 12 + " }", "QUERY_TOO_DEEP", 10, 14),
    "depth by fragments": (
        "{ me { ...a } } fragment a on User { department { manager { ...b } } } "
        "fragment b on User { department { manager { department { manager { ...c } } } } } "
        "fragment c on User { department { manager { department { id } } } }",
        "QUERY_TOO_DEEP",
        10,
        11,
    ),
    "brackets": ("{ a " * 400, "QUERY_TOO_DEEP", 10, 400),
    "aliases": (ALIASES, "QUERY_TOO_MANY_ALIASES", 15, 16),
    "aliases by fragments": (
        "{ ...a ...b } fragment a on Query { " + " ".join(f"a{n}: serverTime" for n in range(9)) + " }"
        " fragment b on Query { ... on Query { " + " ".join(f"b{n}: serverTime" for n in range(9)) + " } }",
        "QUERY_TOO_MANY_ALIASES",
        15,
        18,
    ),
    "repeats": ("{ me { " + "name " * 40 + "} }", "QUERY_TOO_MANY_REPEATS", 30, 39),
    "directives": (
        "{ " + " ".join(f"a{n}: serverTime " + "@include(if: true) " * 4 for n in range(13)) + " }",
        "QUERY_TOO_MANY_DIRECTIVES",
        50,
        52,
    ),
    "root fields": ("{ " + "serverTime " * 21 + "}", "QUERY_TOO_MANY_ROOT_FIELDS", 20, 21),
    "mutations": (
        "mutation { " + " ".join(f"a{n}: signOut {{ ok: __typename }}" for n in range(11)) + " }",
        "QUERY_TOO_MANY_MUTATIONS",
        10,
        11,
    ),
}


@pytest.mark.parametrize("name", GREEDY)
async def test_sec_c1_a_greedy_document_is_refused_with_the_limit_and_what_was_given(
    api: ApiProcess, name: str
) -> None:
    document, code, limit, given = GREEDY[name]
    client = Client(api.url)
    answer = await client.run(document)
    await client.close()
    assert "data" not in answer.body
    assert answer.error["extensions"] == {"code": code, "limit": limit, "given": given}
    assert str(limit) in answer.error["message"]


@pytest.mark.parametrize("document", [CHAIN, "{ ...a } fragment a on Query { ...a }", "{ ...missing }"])
async def test_sec_c1_fragments_that_spread_one_another_are_not_walked_exponentially(
    api: ApiProcess, document: str
) -> None:
    client = Client(api.url)
    answer = await client.run(document)
    await client.close()
    assert "data" not in answer.body
    assert {e["extensions"]["code"] for e in answer.body["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}


async def test_sec_c1_every_plain_field_of_a_customer_is_asked_for_at_once(seller: Client) -> None:
    fields: dict[str, Any] = SCHEMA._schema.type_map["Customer"].fields  # type: ignore[attr-defined]
    plain = [name for name, field in fields.items() if not is_composite_type(get_named_type(field.type))]
    assert len(plain) > 60
    assert await seller.data(f"{{ customers(first: 1) {{ nodes {{ {' '.join(plain)} }} }} }}")


def test_sec_c1_a_record_of_two_hundred_fields_fits_the_tokens() -> None:
    document = "{ customer(id: 1) { " + " ".join(f"field{n}" for n in range(200)) + " } }"
    codes = {str(error.original_error) for error in Documents().known(SCHEMA, document).errors}
    assert codes == {"None"}  # no limit, only fields that do not exist


def test_sec_c1_the_cache_of_documents_is_bounded_by_number_and_by_size() -> None:
    documents = Documents(number=50, size=1000)
    for n in range(60):
        documents.known(SCHEMA, f"{{ a{n}: serverTime }}")
    assert len(documents) == 50
    for n in range(60):
        documents.known(SCHEMA, f"{{ a{n}: serverTime me {{ {'id ' * 25} }} }}")
    assert 900 < documents.held <= 1000
    assert len(documents) < 40


async def test_sec_c1_the_cache_of_plans_is_bounded_by_number_and_by_size() -> None:
    plans = PlanCache(size=50, characters=10_000)
    for n in range(60):
        plans.put(n, {}, Plan("x" * 100, [], []), None)
    assert (len(plans), plans.held) == (50, 5000)
    for n in range(60, 80):
        plans.put(n, {}, Plan("x" * 3000, [], []), None)
    assert (len(plans), plans.held) == (3, 9000)
    assert plans.get(79, {}) is not None
    assert plans.get(70, {}) is None
