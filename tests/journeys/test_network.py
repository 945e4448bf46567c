"""Relations between customers: entered once, walked both ways, over customers that exist for the viewer (D11)."""

from __future__ import annotations

import asyncio
from typing import Any

from service.core.enums import Role
from storage import db
from storage.models import Customer, CustomerRelation, User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults
from tests.journeys.untouched import nothing_saved

RELATION = "customerRelation { id version kind note fromCustomer { id } toCustomer { id } }"
ENDS = "kind fromCustomer { id } toCustomer { id }"
BOTH_WAYS = f"""query($id: ID!) {{ customer(id: $id) {{
    relationsOut {{ totalCount nodes {{ {ENDS} }} }} relationsIn {{ totalCount nodes {{ {ENDS} note }} }} }} }}"""
NETWORK = """query($id: ID!, $depth: Int!, $kinds: [CustomerRelationKind!]) {
    customerNetwork(id: $id, depth: $depth, kinds: $kinds) {
        isTruncated nodes { customerId depth } customers { id name }
        relations { kind fromCustomer { id } toCustomer { id } } } }"""
ADD = "mutation($input: AddCustomerRelationInput!) { addCustomerRelation(input: $input) { customerRelation { id } } }"


def _id(customer: Customer) -> str:
    return f"cus_{customer.id}"


async def _add(client: Client, one: Customer, kind: str, other: Customer, **values: Any) -> dict[str, Any]:
    given = {"fromCustomerId": _id(one), "toCustomerId": _id(other), "kind": kind, **values}
    return await client.change("addCustomerRelation", given, RELATION)


async def _tie(one: Customer, kind: str, other: Customer) -> None:
    await CustomerRelation.create(from_customer=one, to_customer=other, kind=kind)


async def _network(client: Client, start: Customer, depth: int, *kinds: str) -> Any:
    answer = await client.data(NETWORK, id=_id(start), depth=depth, kinds=list(kinds) or None)
    return answer["customerNetwork"]


def _depths(network: dict[str, Any]) -> dict[str, int]:
    return {node["customerId"]: node["depth"] for node in network["nodes"]}


async def test_d11_a_relation_is_entered_once_and_seen_from_both_ends(seller: Client, sales: User) -> None:
    parent, child = await make_customer(sales), await make_customer(sales)
    answer = await _add(seller, parent, "SUBSIDIARY", child, note="全资")
    assert faults(answer) == []
    relation = answer["customerRelation"]
    assert (relation["kind"], relation["note"]) == ("SUBSIDIARY", "全资")
    ends = {"kind": "SUBSIDIARY", "fromCustomer": {"id": _id(parent)}, "toCustomer": {"id": _id(child)}}
    above = (await seller.data(BOTH_WAYS, id=_id(parent)))["customer"]
    assert above["relationsOut"] == {"totalCount": 1, "nodes": [ends]}
    assert above["relationsIn"]["totalCount"] == 0
    below = (await seller.data(BOTH_WAYS, id=_id(child)))["customer"]
    assert below["relationsIn"] == {"totalCount": 1, "nodes": [{**ends, "note": "全资"}]}
    going = {"id": relation["id"], "version": relation["version"]}
    answer = await seller.change("removeCustomerRelation", going, "customer { id relationsOut { totalCount } }")
    assert answer["customer"] == {"id": _id(parent), "relationsOut": {"totalCount": 0}}
    assert faults(await _add(seller, parent, "SUBSIDIARY", child)) == []


async def test_d11_d35_either_customer_has_its_row_in_the_log(seller: Client, sales: User) -> None:
    one, other = await make_customer(sales), await make_customer(sales)
    relation = (await _add(seller, one, "SUPPLIER", other, note="独家"))["customerRelation"]
    going = {"id": relation["id"], "version": 1}
    await seller.change("removeCustomerRelation", going, "customer { id }")
    query = """select l.action, l.subject_type, array_agg(v.field order by v.field) as fields
        from change_log l join change_values v on v.change_id = l.id where l.customer_id = $1 group by l.id, l.at, 1, 2
        order by l.at, l.id"""
    said = ["from_customer", "kind", "to_customer"]
    for customer, fields in ((one, sorted([*said, "note"])), (other, said)):
        added, removed = await db.rows(query, customer.id)
        assert (added["action"], added["subject_type"]) == ("customer_relation.add", "CustomerRelation")
        assert added["fields"] == fields
        assert removed["action"] == "customer_relation.remove"


async def test_d11_what_cannot_be_said_of_two_customers(seller: Client, sales: User) -> None:
    one, two, three = [await make_customer(sales) for _ in range(3)]
    assert faults(await _add(seller, one, "PARTNER", one)) == [("SAME_CUSTOMER", "toCustomerId")]
    assert faults(await _add(seller, one, "PARTNER", two)) == []
    for pair in ((one, two), (two, one)):
        assert faults(await _add(seller, pair[0], "PARTNER", pair[1])) == [("ALREADY_EXISTS", "toCustomerId")]
    assert faults(await _add(seller, one, "SUPPLIER", two)) == []
    assert faults(await _add(seller, two, "SUPPLIER", one)) == []
    assert faults(await _add(seller, one, "SUBSIDIARY", two)) == []
    assert faults(await _add(seller, three, "BRANCH", two)) == [("HAS_PARENT", "toCustomerId")]
    assert faults(await _add(seller, two, "BRANCH", three)) == []
    async with nothing_saved():
        answer = await _add(seller, three, "SUBSIDIARY", one)
    assert faults(answer) == [("RELATION_CYCLE", "toCustomerId")]
    assert faults(await _add(seller, three, "PARTNER", one, note="注" * 201)) == [("TOO_LONG", "note")]


async def test_d11_two_additions_at_once_cannot_tie_a_circle(seller: Client, sales: User) -> None:
    for _ in range(5):
        ring = [await make_customer(sales) for _ in range(4)]
        pairs = zip(ring, ring[1:] + ring[:1], strict=True)
        answers = await asyncio.gather(*(_add(seller, one, "SUBSIDIARY", other) for one, other in pairs))
        codes = [fault for answer in answers for fault, _ in faults(answer)]
        assert codes == ["RELATION_CYCLE"]


async def test_d11_the_same_relation_entered_ten_times_at_once_is_there_once(seller: Client, sales: User) -> None:
    one, other = await make_customer(sales), await make_customer(sales)
    pairs = [(one, other), (other, one)] * 5
    answers = await asyncio.gather(*(_add(seller, a, "PARTNER", b) for a, b in pairs))
    assert sorted(code for answer in answers for code, _ in faults(answer)) == ["ALREADY_EXISTS"] * 9


async def test_d11_only_customers_in_effect_are_related(seller: Client, sales: User, sign_in: SignIn) -> None:
    mine, draft = await make_customer(sales), await make_customer(sales, state="DRAFT")
    stranger = await people.make_user(Role.SALES)
    hidden, archived = await make_customer(stranger, state="DRAFT"), await make_customer(stranger, state="ARCHIVED")
    assert faults(await _add(seller, mine, "PARTNER", hidden)) == [("NOT_FOUND", "toCustomerId")]
    assert faults(await _add(seller, mine, "PARTNER", draft)) == [("NOT_FOUND", "toCustomerId")]
    assert faults(await _add(seller, draft, "PARTNER", mine)) == [("NOT_IN_EFFECT", "fromCustomerId")]
    assert faults(await _add(seller, mine, "PARTNER", archived)) == []
    for start, code in ((hidden, "NOT_FOUND"), (archived, "FORBIDDEN")):
        given = {"fromCustomerId": _id(start), "toCustomerId": _id(mine), "kind": "PARTNER"}
        assert (await seller.run(ADD, input=given)).code == code
    other = await sign_in(stranger)
    given = {"fromCustomerId": _id(mine), "toCustomerId": _id(archived), "kind": "SUPPLIER"}
    assert (await other.run(ADD, input=given)).code == "FORBIDDEN"


async def test_d30_d43_a_relation_to_a_hidden_customer_does_not_exist_either_way(
    seller: Client, sales: User, sign_in: SignIn
) -> None:
    stranger = await people.make_user(Role.SALES)
    mine, hidden = await make_customer(sales), await make_customer(stranger, state="DRAFT")
    await _tie(mine, "SUPPLIER", hidden)
    await _tie(hidden, "PARTNER", mine)
    nothing = {"totalCount": 0, "nodes": []}
    shown = (await seller.data(BOTH_WAYS, id=_id(mine)))["customer"]
    assert shown == {"relationsOut": nothing, "relationsIn": nothing}
    for way in ("relationsOut", "relationsIn"):
        where = f"{{id: {{eq: $id}}, {way}: {{some: {{}}}}}}"
        found = await seller.data(f"query($id: ID!) {{ customers(where: {where}) {{ totalCount }} }}", id=_id(mine))
        assert found == {"customers": {"totalCount": 0}}
    for relation in await CustomerRelation.filter(from_customer_id__in=[mine.id, hidden.id]):
        key = f"cre_{relation.id}"
        assert await seller.data("query($id: ID!) { node(id: $id) { id } }", id=key) == {"node": None}
        document = (
            "mutation($i: RemoveCustomerRelationInput!) { removeCustomerRelation(input: $i) { customer { id } } }"
        )
        assert (await seller.run(document, i={"id": key, "version": 1})).code == "NOT_FOUND"
    owner = (await (await sign_in(stranger)).data(BOTH_WAYS, id=_id(hidden)))["customer"]
    assert (owner["relationsOut"]["totalCount"], owner["relationsIn"]["totalCount"]) == (1, 1)


async def test_d42_what_is_shown_of_a_relation_follows_from_where_it_comes(
    seller: Client, sales: User, sign_in: SignIn
) -> None:
    stranger = await people.make_user(Role.SALES)
    mine, theirs = await make_customer(sales), await make_customer(stranger)
    await _add(seller, mine, "SUPPLIER", theirs, note="秘密")
    other = await sign_in(stranger)
    found = (await other.data(BOTH_WAYS, id=_id(theirs)))["customer"]["relationsIn"]
    assert (found["totalCount"], found["nodes"][0]["note"]) == (1, None)
    document = 'query($id: ID!) { customer(id: $id) { relationsIn(where: {note: {eq: "秘密"}}) { totalCount } } }'
    assert (await other.data(document, id=_id(theirs)))["customer"] == {"relationsIn": {"totalCount": 0}}


async def test_d11_the_network_is_walked_both_ways_breadth_first(seller: Client, sales: User) -> None:
    top, left, right, leaf, far = [await make_customer(sales) for _ in range(5)]
    await _tie(top, "SUBSIDIARY", left)
    await _tie(top, "SUBSIDIARY", right)
    await _tie(left, "SUPPLIER", leaf)
    await _tie(far, "PARTNER", leaf)
    await _tie(right, "PARTNER", leaf)
    network = await _network(seller, left, 2)
    assert _depths(network) == {_id(left): 0, _id(top): 1, _id(leaf): 1, _id(right): 2, _id(far): 2}
    assert [c["id"] for c in network["customers"]] == [n["customerId"] for n in network["nodes"]]
    assert network["customers"][0]["name"] == left.name
    assert len(network["relations"]) == 5
    assert network["isTruncated"] is False
    assert _depths(await _network(seller, left, 1)) == {_id(left): 0, _id(top): 1, _id(leaf): 1}
    parents = await _network(seller, left, 4, "SUBSIDIARY")
    assert _depths(parents) == {_id(left): 0, _id(top): 1, _id(right): 2}
    assert {r["kind"] for r in parents["relations"]} == {"SUBSIDIARY"}


async def test_d43_a_hidden_customer_is_no_bridge(seller: Client, sales: User, sign_in: SignIn) -> None:
    stranger = await people.make_user(Role.SALES)
    mine, beyond = await make_customer(sales), await make_customer(sales)
    hidden = await make_customer(stranger, state="DRAFT")
    await _tie(mine, "PARTNER", hidden)
    await _tie(hidden, "PARTNER", beyond)
    assert _depths(await _network(seller, mine, 4)) == {_id(mine): 0}
    assert await _network(seller, hidden, 2) is None
    whole = await _network(await sign_in(stranger), mine, 4)
    assert _depths(whole) == {_id(mine): 0, _id(hidden): 1, _id(beyond): 2}


async def test_d11_a_large_network_is_cut_at_two_hundred(seller: Client, sales: User) -> None:
    hub = await make_customer(sales)
    spokes = [await make_customer(sales) for _ in range(205)]
    await CustomerRelation.bulk_create(
        [CustomerRelation(from_customer=hub, to_customer=spoke, kind="SUPPLIER") for spoke in spokes]
    )
    for start in (hub, spokes[100]):
        network = await _network(seller, start, 4)
        assert (network["isTruncated"], len(network["nodes"]), len(network["customers"])) == (True, 200, 200)
        assert len(set(_depths(network))) == 200
        assert network["nodes"][0] == {"customerId": _id(start), "depth": 0}
    assert (await _network(seller, spokes[0], 1))["isTruncated"] is False


async def test_d11_a_network_is_four_steps_deep_at_most(seller: Client, sales: User) -> None:
    customer = await make_customer(sales)
    for depth in (0, 5):
        answer = await seller.run(NETWORK, id=_id(customer), depth=depth, kinds=None)
        assert answer.code == "BAD_USER_INPUT"
