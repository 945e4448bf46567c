"""Branches of an enterprise (D7)."""

from __future__ import annotations

from typing import Any

import pytest

from service.core.enums import Role
from storage.models import Branch, User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults
from tests.journeys.untouched import nothing_saved

BRANCH = """branch { id version name phone businessRegionCode businessAddress deliveryRegionCode deliveryAddress
    managerName salutation customer { id } }"""
GIVEN: dict[str, Any] = {
    "name": "滨江店", "phone": "0571-88886666", "businessRegionCode": "330108", "businessAddress": "江南大道 88 号",
    "deliveryRegionCode": "310115", "deliveryAddress": "川沙路 5 号", "managerName": "李秀英", "salutation": "MS",
}  # fmt: skip
SHOWN = """query($id: ID!) { customer(id: $id) { branches { totalCount nodes {
    name phone businessAddress deliveryAddress managerName salutation } } } }"""


async def _branch(client: Client, customer: dict[str, Any], **values: Any) -> dict[str, Any]:
    answer = await client.change("createBranch", {"customerId": customer["id"], **GIVEN, **values}, BRANCH)
    assert faults(answer) == []
    return answer["branch"]


async def test_d7_a_branch_is_kept_as_it_was_entered_changed_and_taken_away(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    branch = await _branch(seller, customer)
    assert {name: branch[name] for name in GIVEN} == GIVEN
    step = {"id": branch["id"], "version": branch["version"], "phone": "138 1234 5678", "managerName": None}
    changed = (await seller.change("updateBranch", step, BRANCH))["branch"]
    assert (changed["phone"], changed["managerName"], changed["version"]) == ("13812345678", None, 2)
    going = {"id": branch["id"], "version": 2}
    answer = await seller.change("removeBranch", going, "customer { branches { totalCount } }")
    assert (answer["customer"], faults(answer)) == ({"branches": {"totalCount": 0}}, [])
    assert (await Branch.get(id=branch["id"][4:])).removed_at is not None
    assert (await seller.data("query($id: ID!) { node(id: $id) { id } }", id=branch["id"])) == {"node": None}


async def test_d7_everything_wrong_with_a_branch_is_named_at_once(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    wrong = {"customerId": customer["id"], "name": " ", "phone": "12", "businessRegionCode": "999999"}
    async with nothing_saved():
        answer = await seller.change("createBranch", {**wrong, "managerName": "先生"}, BRANCH)
    assert faults(answer) == [
        ("REQUIRED", "name"), ("LANDLINE_FORMAT", "phone"), ("REGION_UNKNOWN", "businessRegionCode"),
        ("NAME_IS_HONORIFIC", "managerName"),
    ]  # fmt: skip


async def test_d7_an_individual_has_no_branches(seller: Client, sales: User) -> None:
    person = await make_customer(sales, kind="INDIVIDUAL", name="欧阳雪")
    answer = await seller.change("createBranch", {"customerId": f"cus_{person.id}", "name": "家里"}, BRANCH)
    assert faults(answer) == [("NOT_FOR_THIS_KIND", "customerId")]


async def test_design_4_a_stale_change_of_a_branch_shows_what_is_there(seller: Client) -> None:
    branch = await _branch(seller, await drafts.submitted(seller))
    await seller.change("updateBranch", {"id": branch["id"], "version": 1, "name": "江南店"}, BRANCH)
    document = "mutation($input: UpdateBranchInput!) { updateBranch(input: $input) { branch { id } } }"
    stale = await seller.run(document, input={"id": branch["id"], "version": 1, "name": "钱江店"})
    assert stale.code == "CONFLICT"
    assert stale.error["extensions"]["conflicts"] == [
        {"field": "name", "base": "滨江店", "current": "江南店", "wanted": "钱江店"}
    ]


MASKED = {
    "name": "滨江店", "phone": "0571-****66", "businessAddress": "杭州市", "deliveryAddress": "上海市",
    "managerName": "李女士", "salutation": "MS",
}  # fmt: skip
HIDDEN = dict.fromkeys(MASKED, None) | {"name": "滨江店"}


@pytest.mark.parametrize(("role", "shown"), [(Role.DATA_STEWARD, MASKED), (Role.MARKETING, HIDDEN)])
async def test_d42_who_manages_a_branch_and_where_it_is_are_contact_data(
    seller: Client, sign_in: SignIn, role: Role, shown: dict[str, Any]
) -> None:
    customer = await drafts.submitted(seller)
    await _branch(seller, customer)
    viewer = await sign_in(await people.make_user(role))
    found = (await viewer.data(SHOWN, id=customer["id"]))["customer"]["branches"]
    assert found == {"totalCount": 1, "nodes": [shown]}


@pytest.mark.parametrize("role", [Role.MARKETING, Role.SALES])
async def test_d3_who_does_not_edit_the_customer_changes_no_branch(seller: Client, sign_in: SignIn, role: Role) -> None:
    branch = await _branch(seller, await drafts.submitted(seller))
    stranger = await sign_in(await people.make_user(role))
    document = "mutation($input: RemoveBranchInput!) { removeBranch(input: $input) { customer { id } } }"
    async with nothing_saved():
        refused = await stranger.run(document, input={"id": branch["id"], "version": 1})
    assert refused.code == "FORBIDDEN"


async def test_d30_a_branch_of_a_hidden_draft_does_not_exist(seller: Client) -> None:
    stranger = await people.make_user(Role.SALES)
    branch = await Branch.create(customer=await make_customer(stranger, state="DRAFT"), name="暗店")
    document = "mutation($input: UpdateBranchInput!) { updateBranch(input: $input) { branch { id } } }"
    refused = await seller.run(document, input={"id": f"bra_{branch.id}", "version": 1, "name": "明店"})
    assert refused.code == "NOT_FOUND"
    found = await seller.data('{ branches(where: {name: {eq: "暗店"}}) { totalCount } }')
    assert found == {"branches": {"totalCount": 0}}
