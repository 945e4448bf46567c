"""What a customer is, who works on it, and what it is after (D5, D8, D9, D12, D18)."""

from __future__ import annotations

from service.core.enums import Role
from storage.models import Department, User
from tests.api import Client
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn

INDIVIDUAL = {
    "kind": "INDIVIDUAL", "name": "欧阳雪", "salutation": "MS", "mobile": "139 0013-8000", "idNumberLastFour": "123x",
    "source": "EXHIBITION", "systemTags": ["高意向"], "need": {"kinds": ["CONSULTING"], "priority": "LOW"},
}  # fmt: skip


async def _individual(client: Client) -> dict[str, str]:
    draft = (await client.change("createCustomerDraft", INDIVIDUAL, "customer { id version }"))["customer"]
    done = await client.change("submitCustomer", drafts.submission(draft, evidence="OTHER"), "customer { id version }")
    assert done["userErrors"] == []
    return done["customer"]


async def test_d5_d8_an_individual_is_a_customer_and_named_only_by_surname_to_strangers(
    seller: Client, sign_in: SignIn
) -> None:
    customer = await _individual(seller)
    query = "query($id: ID!) { customer(id: $id) { kind name mobile salutation idNumberLastFour } }"
    assert (await seller.data(query, id=customer["id"]))["customer"] == {
        "kind": "INDIVIDUAL", "name": "欧阳雪", "mobile": "13900138000", "salutation": "MS", "idNumberLastFour": "123X",
    }  # fmt: skip
    stranger = await sign_in(await people.make_user(Role.SALES))
    assert (await stranger.data(query, id=customer["id"]))["customer"] == {
        "kind": "INDIVIDUAL", "name": "欧阳女士", "mobile": None, "salutation": None, "idNumberLastFour": None,
    }  # fmt: skip


async def test_d9_customers_are_found_by_the_channel_that_they_came_by(seller: Client, sales: User) -> None:
    customer = await _individual(seller)
    query = "query($w: CustomerWhere) { customers(where: $w) { nodes { id source } } }"
    own = {"owner": {"id": {"eq": f"usr_{sales.id}"}}}
    found = await seller.data(query, w={**own, "source": {"eq": "EXHIBITION"}})
    assert found["customers"]["nodes"] == [{"id": customer["id"], "source": "EXHIBITION"}]
    assert (await seller.data(query, w={**own, "source": {"ne": "EXHIBITION"}}))["customers"]["nodes"] == []


async def test_d12_the_system_keeps_who_entered_changed_and_works_on_a_customer(
    seller: Client, sales: User, department: Department, sign_in: SignIn
) -> None:
    customer = await drafts.submitted(seller)
    helper = await people.make_user(Role.SALES)
    step = {"customerId": customer["id"], "userId": f"usr_{helper.id}"}
    await seller.change("addCollaborator", step, "customer { id }")
    second = await sign_in(helper)
    change = {"id": customer["id"], "version": customer["version"], "notes": "已约下周拜访"}
    kept = "createdBy { id } updatedBy { id } owner { id } department { id } collaborators { nodes { id } }"
    found = (await second.change("updateCustomer", change, f"customer {{ {kept} }}"))["customer"]
    assert found == {
        "createdBy": {"id": f"usr_{sales.id}"}, "updatedBy": {"id": f"usr_{helper.id}"},
        "owner": {"id": f"usr_{sales.id}"}, "department": {"id": f"dep_{department.id}"},
        "collaborators": {"nodes": [{"id": f"usr_{helper.id}"}]},
    }  # fmt: skip


async def test_d18_a_need_is_recorded_and_its_budget_is_commercial(
    seller: Client, department: Department, sign_in: SignIn
) -> None:
    customer = await drafts.submitted(seller)
    query = "query($id: ID!) { customer(id: $id) { needs { nodes { id kinds priority state budgetBand version } } } }"
    (need,) = (await seller.data(query, id=customer["id"]))["customer"]["needs"]["nodes"]
    change = {"id": need["id"], "version": need["version"], "budgetBand": "FROM_50K"}
    await seller.change("updateNeed", change, "need { id }")

    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    shown = [(await c.data(query, id=customer["id"]))["customer"]["needs"]["nodes"][0] for c in (seller, colleague)]
    assert [n["budgetBand"] for n in shown] == ["FROM_50K", None]
    assert {(tuple(n["kinds"]), n["priority"], n["state"]) for n in shown} == {(("PURCHASE",), "HIGH", "OPEN")}
