"""A read that is a whole request answers by the short way what it answers by the ordinary one."""

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
async def test_the_short_way_answers_what_the_ordinary_one_does(seller: Client, sales: User, case: str) -> None:
    document, variables = DIRECT[case]
    customer = await make_customer(owner=sales)
    await make_contact(customer)
    keys = {"CUSTOMER": to_global("cus", customer.id), "NOBODY": to_global("cus", uuid4())}
    given = {name: _named(value, keys) for name, value in variables.items()}
    assert direct_read(SCHEMA._schema, parse(document), None) is not None
    assert direct_read(SCHEMA._schema, parse(_in_a_fragment(document)), None) is None
    direct, ordinary = await seller.run(document, **given), await seller.run(_in_a_fragment(document), **given)
    assert _of_the_read(direct) == _of_the_read(ordinary)
    assert direct.status == ordinary.status


@pytest.mark.parametrize("document", ORDINARY)
def test_what_is_more_than_one_read_goes_the_ordinary_way(document: str) -> None:
    assert direct_read(SCHEMA._schema, parse(document), None) is None


def _named(value: Any, keys: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(item, keys) for item in value]
    return keys.get(value, value) if isinstance(value, str) else value


def _in_a_fragment(document: str) -> str:
    """The same document, whose root is not plain any more."""
    start = document.index("{")
    end = document.index(" fragment ") if " fragment " in document else len(document)
    return f"{document[:start]}{{ ... on Query {document[start:end]} }}{document[end:]}"


def _of_the_read(answer: Any) -> Any:
    """The answer without what is sealed anew each time, and without what hangs on how the document is written."""
    body = answer.body
    found = (body.get("data") or {}).get("customers") or {}
    for edge in found.get("edges", []):
        edge["cursor"] = None
    if "pageInfo" in found:
        found["pageInfo"]["endCursor"] = None
    for error in body.get("errors", []):
        error.pop("locations", None)
    return {name: part for name, part in body.items() if name != "extensions"}
