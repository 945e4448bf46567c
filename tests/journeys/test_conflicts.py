"""A stale change is refused with the value that was read, the one that is there and the one wanted (design §4)."""

from __future__ import annotations

import asyncio
from typing import Any

from service.core.enums import Role
from storage.models import Department
from tests.api import Answer, Client
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved


async def _update(client: Client, customer: dict[str, Any], version: int, **values: Any) -> Answer:
    document = "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { version } } }"
    return await client.run(document, input={"id": customer["id"], "version": version, **values})


async def test_design_4_a_stale_change_shows_base_current_and_wanted_also_after_several_changes(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    read = customer["version"]
    for step, notes in enumerate(["二", "三", "四"]):
        assert (await _update(seller, customer, read + step, notes=notes, grade="A")).data["updateCustomer"]["customer"]
    middle = await _update(seller, customer, read + 2, notes="五", shortName="新程")
    assert middle.error["extensions"]["conflicts"] == [
        {"field": "shortName", "base": None, "current": None, "wanted": "新程"},
        {"field": "notes", "base": "三", "current": "四", "wanted": "五"},
    ]
    async with nothing_saved() as refusals:
        first = await _update(seller, customer, read, notes="五", grade="B")
    assert first.code == "CONFLICT"
    assert first.error["extensions"]["currentVersion"] == read + 3
    assert first.error["extensions"]["conflicts"] == [
        {"field": "grade", "base": None, "current": "A", "wanted": "B"},
        {"field": "notes", "base": None, "current": "四", "wanted": "五"},
    ]
    assert refusals[0]["reason"] == "CONFLICT"


async def test_design_4_of_two_changes_at_once_one_is_stale(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    answers = await asyncio.gather(
        *(_update(seller, customer, customer["version"], notes=f"第{n}次") for n in range(10))
    )
    assert sorted(a.code if "errors" in a.body else "DONE" for a in answers) == ["CONFLICT"] * 9 + ["DONE"]


async def test_design_4_a_stale_move_of_the_stage_and_a_stale_contact_are_refused(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    contact = customer["contacts"]["nodes"][0]
    step = {"id": customer["id"], "version": customer["version"], "to": "QUALIFIED"}
    await seller.change("moveCustomerStage", step, "customer { id }")
    document = "mutation($input: MoveCustomerStageInput!) { moveCustomerStage(input: $input) { customer { id } } }"
    stale = await seller.run(document, input={**step, "to": "WON"})
    assert stale.error["extensions"]["conflicts"] == [
        {"field": "stage", "base": "LEAD", "current": "QUALIFIED", "wanted": "WON"}
    ]
    change = {"id": contact["id"], "version": contact["version"], "title": "总监"}
    await seller.change("updateContact", change, "contact { id }")
    document = "mutation($input: UpdateContactInput!) { updateContact(input: $input) { contact { id } } }"
    stale = await seller.run(document, input={**change, "title": "经理"})
    assert stale.error["extensions"]["conflicts"] == [
        {"field": "title", "base": "采购经理", "current": "总监", "wanted": "经理"}
    ]


async def test_design_4_a_stale_change_of_the_owner_shows_the_owners_as_ids(
    seller: Client, department: Department, sign_in: SignIn
) -> None:
    boss, first, second = [await people.make_user(Role.SALES_MANAGER, department=department) for _ in range(3)]
    await Department.filter(id=department.id).update(manager_id=boss.id)
    manager = await sign_in(boss)
    customer = await drafts.submitted(seller)
    change = {"id": customer["id"], "version": customer["version"], "reason": "调岗"}
    await manager.change("changeCustomerOwner", {**change, "ownerId": f"usr_{first.id}"}, "customer { id }")
    document = "mutation($input: ChangeCustomerOwnerInput!) { changeCustomerOwner(input: $input) { customer { id } } }"
    stale = await manager.run(document, input={**change, "ownerId": f"usr_{second.id}"})
    assert stale.error["extensions"]["conflicts"] == [
        {
            "field": "ownerId",
            "base": customer["owner"]["id"],
            "current": f"usr_{first.id}",
            "wanted": f"usr_{second.id}",
        }
    ]


async def test_design_4_a_stale_submission_is_refused(seller: Client) -> None:
    draft = await drafts.saved(seller)
    await _update(seller, draft, draft["version"], notes="改过")
    document = "mutation($input: SubmitCustomerInput!) { submitCustomer(input: $input) { customer { id } } }"
    async with nothing_saved():
        stale = await seller.run(document, input=drafts.submission(draft))
    assert stale.code == "CONFLICT"
    assert stale.error["extensions"]["currentVersion"] == draft["version"] + 1
