"""SEC-B: which of several errors ends a request hangs on the document alone, not on what a process has read before."""

from __future__ import annotations

from itertools import permutations

import pytest

from service.core.ids import to_global
from storage.models import User
from tests.api import Client
from tests.builders.customers import make_customer

FAILING = {
    "narrowed": 'fields: customFields(after: "wrong") { nodes { id } }',
    "a list": 'list: customers(after: "wrong") { nodes { id } }',
    "refused": "dead: deadLetters { id }",
    "below": 'below: node(id: "KEY") { ... on Customer { contacts(after: "wrong") { nodes { id } } } }',
    "no read": 'network: customerNetwork(id: "KEY", depth: 9) { customers { id } }',
}
"""Root fields that fail before anything was read, after the viewer was read, or in the read itself."""


@pytest.mark.parametrize(("first", "second"), tuple(permutations(FAILING, 2)))
async def test_sec_b_the_first_field_of_the_document_that_fails_is_told_first(
    seller: Client, sales: User, first: str, second: str
) -> None:
    key = to_global("cus", (await make_customer(owner=sales)).id)
    asked = [FAILING[name].replace("KEY", key) for name in (first, second)]
    answer = await seller.run(f"{{ {' '.join(asked)} }}")
    assert answer.body["errors"][0]["path"][0] == asked[0].split(":")[0], answer.body
