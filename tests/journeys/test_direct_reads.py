"""A read that is known answers by the short way what it answered by the ordinary one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from graphql import parse

from schema.api import SCHEMA
from schema.core.direct import direct_read
from service.core.ids import to_global
from storage.models import User
from tests.api import Client
from tests.builders.contacts import make_contact
from tests.builders.customers import make_customer

LIST = "query Q($first: Int = 2, $where: CustomerWhere) { customers(first: $first, where: $where) { %s } }"
DIRECT: dict[str, tuple[str, dict[str, Any]]] = {
    "a list": (LIST % "nodes { id name contacts { nodes { name mobile } } } totalCount", {"first": 3}),
    "a default": (LIST % "nodes { id }", {}),
    "a filter": (LIST % "edges { cursor node { id } } pageInfo { endCursor }", {"where": {"stage": {"eq": "LEAD"}}}),
    "an alias and a fragment": ("{ mine: customers { ...F } } fragment F on CustomerConnection { nodes { id } }", {}),
    "the same field twice": ("{ customers { nodes { id } } customers { nodes { name } } }", {}),
    "one record": ("query($id: ID!) { customer(id: $id) { id name owner { name } } }", {"id": "CUSTOMER"}),
    "a node": ("query($id: ID!) { node(id: $id) { id ... on Customer { name } } }", {"id": "CUSTOMER"}),
    "nodes": ("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", {"ids": ["CUSTOMER", "NOBODY"]}),
    "nothing": ("query($id: ID!) { customer(id: $id) { id } }", {"id": "NOBODY"}),
    "a wrong id": ("query($id: ID!) { customer(id: $id) { id } }", {"id": "usr_x"}),
    "a page too long": (LIST % "nodes { id }", {"first": 101}),
    "an operator that is null": (LIST % "nodes { id }", {"where": {"name": {"eq": None}}}),
    "a variable of another type": (LIST % "nodes { id }", {"first": "two"}),
    "a variable that is not there": ("query($id: ID!) { customer(id: $id) { id } }", {}),
}
ORDINARY = (
    "{ serverTime }",
    "{ customers { nodes { id } } serverTime }",
    "{ a: customers { nodes { id } } b: customers { nodes { id } } }",
    "query($no: Boolean!) { customers @include(if: $no) { nodes { id } } }",
    "{ ...Q } fragment Q on Query { customers { nodes { id } } }",
    "{ me { user { id } } }",
    "query A { customers { nodes { id } } } query B { serverTime }",
    "mutation($input: DeleteCustomerDraftInput!) { deleteCustomerDraft(input: $input) { deletedId } }",
)


@pytest.mark.parametrize("case", DIRECT)
async def test_a_known_read_answers_the_same_bytes(seller: Client, sales: User, case: str) -> None:
    document, variables = DIRECT[case]
    customer = await make_customer(owner=sales)
    await make_contact(customer)
    keys = {"CUSTOMER": to_global("cus", customer.id), "NOBODY": to_global("cus", uuid4())}
    given = {name: _named(value, keys) for name, value in variables.items()}
    fresh = f"{document} # {uuid4()}"
    assert direct_read(SCHEMA._schema, parse(fresh), None) is not None
    ordinary = await seller.run(fresh, **given)
    direct = await seller.run(fresh, **given)
    assert _without_cursors(direct) == _without_cursors(ordinary)
    assert direct.status == ordinary.status


@pytest.mark.parametrize("document", ORDINARY)
def test_what_is_more_than_one_read_goes_the_ordinary_way(document: str) -> None:
    assert direct_read(SCHEMA._schema, parse(document), None) is None


def _named(value: Any, keys: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(item, keys) for item in value]
    return keys.get(value, value) if isinstance(value, str) else value


def _without_cursors(answer: Any) -> Any:
    """Cursors are sealed anew each time."""
    body = answer.body
    for edge in ((body.get("data") or {}).get("customers") or {}).get("edges", []):
        edge["cursor"] = None
    if page := ((body.get("data") or {}).get("customers") or {}).get("pageInfo"):
        page["endCursor"] = None
    return body
