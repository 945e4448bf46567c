"""What submission requires holds ever after (D31, D17), and what a change of core information wants (D33)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Client
from tests.journeys import drafts
from tests.journeys.untouched import nothing_saved

WHOLE = """query($id: ID!) { customer(id: $id) { id version name
    contacts(first: 10, orderBy: [{field: CREATED_AT}]) { nodes { id version isPrimary name } }
    needs { nodes { id version } } tags { nodes { id name isSystem } } } }"""


async def _customer(client: Client, **values: Any) -> dict[str, Any]:
    """A customer in effect, as it is now."""
    key = (await drafts.submitted(client, **values))["id"]
    return (await client.data(WHOLE, id=key))["customer"]


def _update(customer: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"id": customer["id"], "version": customer["version"], "reason": "客户要求", **drafts.confirmed(), **values}


async def _faults(client: Client, mutation: str, values: dict[str, Any], selection: str) -> list[tuple[str, str]]:
    async with nothing_saved() as refusals:
        payload = await client.change(mutation, values, selection)
    assert refusals[0]["reason"] == ",".join(sorted({e["code"] for e in payload["userErrors"]}))
    return [(e["code"], ".".join(e["field"])) for e in payload["userErrors"]]


@pytest.mark.parametrize(
    ("values", "field"), [({"name": None}, "name"), ({"uscc": None}, "uscc"), ({"industryCode": ""}, "industryCode")]
)
async def test_d31_a_required_field_of_an_enterprise_cannot_be_cleared(
    seller: Client, values: dict[str, Any], field: str
) -> None:
    customer = await _customer(seller)
    assert await _faults(seller, "updateCustomer", _update(customer, **values), "customer { id }") == [
        ("REQUIRED", field)
    ]


async def test_d31_an_individual_keeps_its_mobile(seller: Client) -> None:
    customer = await _customer(
        seller, kind="INDIVIDUAL", name="陈晓东", mobile="13987654321", contacts=[], uscc=None, industryCode=None
    )
    found = await _faults(seller, "updateCustomer", _update(customer, mobile=None), "customer { id }")
    assert found == [("REQUIRED", "mobile")]


async def test_d31_the_last_system_tag_stays(seller: Client) -> None:
    customer = await _customer(seller, customTags=["老乡"])
    tags = {tag["name"]: tag["id"] for tag in customer["tags"]["nodes"]}
    removal = {"customerId": customer["id"], "tagIds": list(tags.values())}
    assert await _faults(seller, "removeTags", removal, "customer { id }") == [("TAG_IS_LAST_SYSTEM_TAG", "tagIds")]
    await seller.change("addTags", {"customerId": customer["id"], "systemTags": ["高意向"]}, "customer { id }")
    removal["tagIds"] = [tags["潜力客户"]]
    left = await seller.change("removeTags", removal, "customer { tags { nodes { name } } }")
    assert {tag["name"] for tag in left["customer"]["tags"]["nodes"]} == {"老乡", "高意向"}


@pytest.mark.parametrize("name", ["name", "title", "mobile"])
async def test_d31_the_primary_contact_keeps_its_name_title_and_mobile(seller: Client, name: str) -> None:
    (contact,) = (await _customer(seller))["contacts"]["nodes"]
    change = {"id": contact["id"], "version": contact["version"], name: None}
    assert await _faults(seller, "updateContact", change, "contact { id }") == [("REQUIRED", name)]


async def test_d31_the_primary_contact_is_not_demoted_without_an_heir(seller: Client) -> None:
    (contact,) = (await _customer(seller))["contacts"]["nodes"]
    change = {"id": contact["id"], "version": contact["version"], "isPrimary": False}
    found = await _faults(seller, "updateContact", change, "contact { id }")
    assert found == [("PRIMARY_CONTACT_REQUIRED", "isPrimary")]


@pytest.mark.parametrize(("name", "field"), [("kinds", "kinds"), ("priority", "priority")])
async def test_d31_the_kinds_and_the_priority_of_the_need_stay(seller: Client, name: str, field: str) -> None:
    customer = await _customer(seller)
    need = customer["needs"]["nodes"][0]
    change = {"id": need["id"], "version": need["version"], name: None}
    assert await _faults(seller, "updateNeed", change, "need { id }") == [("REQUIRED", field)]
    change[name] = []
    if name == "kinds":
        assert await _faults(seller, "updateNeed", change, "need { id }") == [("REQUIRED", field)]


async def test_d17_the_last_contact_is_not_removed(seller: Client) -> None:
    (contact,) = (await _customer(seller))["contacts"]["nodes"]
    removal = {"id": contact["id"], "version": contact["version"]}
    assert await _faults(seller, "removeContact", removal, "customer { id }") == [("LAST_CONTACT", "id")]


async def test_d17_the_primary_contact_goes_when_another_is_named(seller: Client) -> None:
    incomplete = drafts.contact(name="韩梅梅", mobile=None)
    customer = await _customer(seller, contacts=[drafts.contact(), drafts.contact(name="李雷"), incomplete])
    other = (await _customer(seller))["contacts"]["nodes"][0]
    by_name = {c["name"]: c for c in customer["contacts"]["nodes"]}
    removal = {"id": by_name["王伟"]["id"], "version": 1}

    async def refused(**values: Any) -> list[tuple[str, str]]:
        return await _faults(seller, "removeContact", {**removal, **values}, "customer { id }")

    assert await refused() == [("PRIMARY_CONTACT_REQUIRED", "newPrimaryId")]
    assert await refused(newPrimaryId=other["id"]) == [("NOT_FOUND", "newPrimaryId")]
    assert await refused(newPrimaryId=removal["id"]) == [("NOT_FOUND", "newPrimaryId")]
    assert await refused(newPrimaryId=by_name["韩梅梅"]["id"]) == [("PRIMARY_CONTACT_REQUIRED", "newPrimaryId")]
    selection = "customer { contacts(orderBy: [{field: CREATED_AT}]) { nodes { name isPrimary } } }"
    payload = await seller.change("removeContact", {**removal, "newPrimaryId": by_name["李雷"]["id"]}, selection)
    left = {c["name"]: c["isPrimary"] for c in payload["customer"]["contacts"]["nodes"]}
    assert left == {"李雷": True, "韩梅梅": False}


async def test_d16_a_new_primary_contact_takes_the_place_of_the_former(seller: Client) -> None:
    customer = await _customer(seller)
    new = drafts.contact(name="李雷", customerId=customer["id"], isPrimary=True)
    await seller.change("createContact", new, "contact { id }")
    now = (await seller.data(WHOLE, id=customer["id"]))["customer"]["contacts"]["nodes"]
    assert {c["name"]: c["isPrimary"] for c in now} == {"王伟": False, "李雷": True}
    half = drafts.contact(name="韩梅梅", customerId=customer["id"], isPrimary=True, title=None)
    assert await _faults(seller, "createContact", half, "contact { id }") == [("REQUIRED", "title")]


@pytest.mark.parametrize("reason", [None, "  "])
@pytest.mark.parametrize("name", ["name", "uscc"])
async def test_d33_core_information_changes_with_a_reason_only(seller: Client, name: str, reason: str | None) -> None:
    customer = await _customer(seller)
    values = {name: {"name": "杭州新程商贸有限公司", "uscc": drafts.new_uscc()}[name]}
    found = await _faults(seller, "updateCustomer", _update(customer, reason=reason, **values), "customer { id }")
    assert found == [("REASON_REQUIRED", "reason")]
    changed = await seller.change("updateCustomer", _update(customer, **values), "customer { name uscc }")
    assert changed["userErrors"] == []
    assert set(values.values()) <= set(changed["customer"].values())


async def test_d33_other_fields_and_the_same_name_again_want_no_reason(seller: Client) -> None:
    customer = await _customer(seller)
    change = _update(customer, reason=None, name=customer["name"], notes="老客户介绍")
    assert (await seller.change("updateCustomer", change, "customer { notes }"))["customer"] == {"notes": "老客户介绍"}


async def test_d33_a_reason_has_at_most_200_characters(seller: Client) -> None:
    customer = await _customer(seller)
    change = _update(customer, name="杭州新程商贸有限公司", reason="因" * 201)
    assert await _faults(seller, "updateCustomer", change, "customer { id }") == [("TOO_LONG", "reason")]
