"""Tags on many customers at once, and the system tags that administrators offer (D19)."""

from __future__ import annotations

import asyncio
from typing import Any

from service.core import clock
from service.core.enums import Role
from storage import db
from storage.models import Customer, Tag, User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer, tag
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults
from tests.journeys.untouched import nothing_saved

RESULTS = "results { customerId done code message }"
TAG = "tag { id name version retiredAt isSystem }"


def _id(customer: Customer) -> str:
    return f"cus_{customer.id}"


async def _tags(*customers: Customer) -> list[list[str]]:
    found = await db.rows(
        "select c, array(select t.name from customer_tags x join tags t on t.id = x.tag_id where x.customer_id = c"
        " order by t.name) as names from unnest($1::uuid[]) with ordinality u (c, n) order by n",
        [customer.id for customer in customers],
    )
    return [row["names"] for row in found]


async def _log(customer: Customer) -> list[tuple[str, str, str | None]]:
    rows = await db.rows(
        "select action, outcome, reason from change_log where customer_id = $1 order by id", customer.id
    )
    return [(row["action"], row["outcome"], row["reason"]) for row in rows]


def _codes(answer: dict[str, Any]) -> list[str | None]:
    assert all(result["done"] is (result["code"] is None) for result in answer["results"])
    return [result["code"] for result in answer["results"]]


async def test_d19_each_customer_has_its_own_result(seller: Client, sales: User) -> None:
    stranger = await people.make_user(Role.SALES)
    first, second = await make_customer(sales), await make_customer(sales)
    theirs, hidden = await make_customer(stranger), await make_customer(stranger, state="DRAFT")
    archived = await make_customer(sales, state="ARCHIVED")
    asked = [second, theirs, first, hidden, archived, second]
    given = {"customerIds": [_id(c) for c in asked], "systemTags": ["高意向"], "customTags": ["展会Ａ", "展会A"]}
    answer = await seller.change("tagCustomers", given, RESULTS)
    assert [r["customerId"] for r in answer["results"]] == [_id(c) for c in asked[:-1]]
    assert _codes(answer) == [None, "FORBIDDEN", None, "NOT_FOUND", "FORBIDDEN"]
    assert answer["results"][1]["message"].endswith(".")
    assert await _tags(*asked[:5]) == [["展会A", "高意向"], [], ["展会A", "高意向"], [], []]
    assert await _log(first) == [("customer.tag", "DONE", None)]
    assert await _log(theirs) == [("customer.tag", "REFUSED", "FORBIDDEN")]
    again = await seller.change("tagCustomers", given, RESULTS)
    assert _codes(again) == _codes(answer)
    assert len(await _log(first)) == 1  # nothing changed


async def test_d19_more_than_one_transaction_and_each_customer_in_the_log(seller: Client, sales: User) -> None:
    customers = [await make_customer(sales) for _ in range(230)]
    given = {"customerIds": [_id(c) for c in reversed(customers)], "systemTags": ["潜力客户"], "customTags": ["批量"]}
    answer = await seller.change("tagCustomers", given, RESULTS)
    assert _codes(answer) == [None] * 230
    assert await _tags(*customers) == [["批量", "潜力客户"]] * 230
    logged = await db.rows(
        "select count(*) as n, count(distinct customer_id) as c from change_log where customer_id = any($1::uuid[])",
        [customer.id for customer in customers],
    )
    assert logged == [{"n": 230, "c": 230}]


async def test_d19_d31_one_in_effect_keeps_its_last_system_tag_whatever_the_others_do(
    seller: Client, sales: User
) -> None:
    one, two, draft = await make_customer(sales), await make_customer(sales), await make_customer(sales, state="DRAFT")
    for customer in (one, two, draft):
        kept = await tag(customer, "长期合作")
    await tag(two, "高意向")
    own = await tag(one, "要发票", is_system=False)
    going = [f"tag_{kept.tag_id}", f"tag_{own.tag_id}"]
    given = {"customerIds": [_id(one), _id(two), _id(draft)], "tagIds": going}
    answer = await seller.change("untagCustomers", given, RESULTS)
    assert _codes(answer) == ["TAG_IS_LAST_SYSTEM_TAG", None, None]
    assert await _tags(one, two, draft) == [["要发票", "长期合作"], ["高意向"], []]
    assert await _log(two) == [("customer.untag", "DONE", None)]
    assert await _log(one) == [("customer.untag", "REFUSED", "TAG_IS_LAST_SYSTEM_TAG")]


async def test_d19_what_is_wrong_with_the_input_is_named_at_once_and_nothing_is_done(
    seller: Client, sales: User
) -> None:
    key = _id(await make_customer(sales))
    async with nothing_saved():
        wrong = {"customerIds": [key], "systemTags": ["没有的"], "customTags": ["好", "一二三四五六七八九十甲"]}
        answer = await seller.change("tagCustomers", wrong, RESULTS)
    assert faults(answer) == [("TAG_UNKNOWN", "systemTags.0"), ("TOO_LONG", "customTags.1")]
    assert answer["results"] == []
    none = await seller.change("tagCustomers", {"customerIds": []}, RESULTS)
    assert faults(none) == [("REQUIRED", "customerIds"), ("REQUIRED", "systemTags")]
    many = await seller.change("untagCustomers", {"customerIds": [key] * 1001, "tagIds": []}, RESULTS)
    assert faults(many) == [("TOO_MANY", "customerIds"), ("REQUIRED", "tagIds")]


async def test_d19_bulk_changes_of_the_same_customers_at_once_do_not_stop_each_other(
    seller: Client, sales: User
) -> None:
    customers = [await make_customer(sales) for _ in range(40)]
    orders = [customers, customers[::-1], customers[20:] + customers[:20]]
    given = [{"customerIds": [_id(c) for c in order], "customTags": ["甲批", "乙批"]} for order in orders]
    answers = await asyncio.gather(*(seller.change("tagCustomers", each, RESULTS) for each in given))
    assert all(set(_codes(answer)) == {None} for answer in answers)
    assert await _tags(*customers) == [["乙批", "甲批"]] * 40


async def _administrator(sign_in: SignIn) -> Client:
    return await sign_in(await people.make_user(Role.ADMIN))


async def test_d19_administrators_offer_rename_and_retire_system_tags(seller: Client, sign_in: SignIn) -> None:
    admin = await _administrator(sign_in)
    answer = await admin.change("createSystemTag", {"name": " 战略客户 "}, TAG)
    made = answer["tag"]
    assert (faults(answer), made["name"], made["isSystem"], made["retiredAt"]) == ([], "战略客户", True, None)
    again = await admin.change("createSystemTag", {"name": "战略客户"}, TAG)
    assert faults(again) == [("ALREADY_EXISTS", "name")]
    step = {"id": made["id"], "version": made["version"]}
    renamed = (await admin.change("renameSystemTag", {**step, "name": "战略伙伴"}, TAG))["tag"]
    assert (renamed["name"], renamed["version"]) == ("战略伙伴", 2)
    document = "mutation($input: RenameSystemTagInput!) { renameSystemTag(input: $input) { tag { id } } }"
    stale = await admin.run(document, input={**step, "name": "大客户"})
    assert stale.error["extensions"]["conflicts"] == [
        {"field": "name", "base": "战略客户", "current": "战略伙伴", "wanted": "大客户"}
    ]
    customer = await drafts.submitted(seller, systemTags=["战略伙伴", "潜力客户"])
    retired = (await admin.change("retireSystemTag", {"id": made["id"], "version": 2}, TAG))["tag"]
    assert retired["retiredAt"] is not None
    borne = 'query($id: ID!) { customer(id: $id) { tags(where: {name: {eq: "战略伙伴"}}) { totalCount } } }'
    assert (await seller.data(borne, id=customer["id"]))["customer"] == {"tags": {"totalCount": 1}}
    offered = await seller.data("{ tags(first: 100, where: {retiredAt: {isNull: true}}) { nodes { name } } }")
    assert "战略伙伴" not in [tag["name"] for tag in offered["tags"]["nodes"]]
    given = {"customerId": customer["id"], "systemTags": ["战略伙伴"]}
    refused = await seller.change("addTags", given, "customer { id }")
    assert faults(refused) == [("TAG_UNKNOWN", "systemTags.0")]
    back = (await admin.change("retireSystemTag", {"id": made["id"], "version": 3, "retired": False}, TAG))["tag"]
    assert (back["retiredAt"], back["version"]) == (None, 4)


async def test_d19_the_last_system_tag_stays_on_offer(sign_in: SignIn) -> None:
    admin = await _administrator(sign_in)
    await Tag.filter(is_system=True, name__not="长期合作").update(retired_at=clock.now())
    try:
        last = await Tag.get(name="长期合作", is_system=True)
        answer = await admin.change("retireSystemTag", {"id": f"tag_{last.id}", "version": last.version}, TAG)
        assert faults(answer) == [("LAST_VALUE", "id")]
    finally:
        await Tag.filter(is_system=True).update(retired_at=None)


async def test_d19_nobody_but_administrators_looks_after_system_tags(seller: Client) -> None:
    own = await Tag.create(name="我的", is_system=False)
    inputs: dict[str, dict[str, Any]] = {
        "createSystemTag": {"name": "新的"},
        "renameSystemTag": {"id": f"tag_{own.id}", "version": 1, "name": "新的"},
        "retireSystemTag": {"id": f"tag_{own.id}", "version": 1},
    }
    for mutation, given in inputs.items():
        kind = mutation[0].upper() + mutation[1:]
        document = f"mutation($i: {kind}Input!) {{ {mutation}(input: $i) {{ tag {{ id }} }} }}"
        async with nothing_saved():
            assert (await seller.run(document, i=given)).code == "FORBIDDEN"
