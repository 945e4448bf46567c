"""An edit permission is given to a person for a customer and withdrawn; it shows him nothing more (D3)."""

from __future__ import annotations

from typing import Any

import pytest

from service.core.enums import Role
from storage.models import Department, User
from tests.api import Client
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.administrators import done, faults, refused
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

SHOWN = """query($id: ID!) { customer(id: $id) { notes needs { totalCount }
    contacts { nodes { name mobile } } editors { nodes { id } } } }"""
UPDATE = """mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) {
    customer { id version } userErrors { code } } }"""


@pytest.fixture
async def customer(seller: Client) -> dict[str, Any]:
    return await drafts.submitted(seller)


def _of(customer: dict[str, Any], user: User) -> dict[str, str]:
    return {"customerId": customer["id"], "userId": f"usr_{user.id}"}


async def test_d3_a_permission_lets_edit_what_is_seen_in_full_and_shows_nothing(
    seller: Client, sign_in: SignIn, customer: dict[str, Any]
) -> None:
    person = await people.make_user(Role.SALES)
    colleague = await sign_in(person)
    website = {"id": customer["id"], "version": customer["version"], "website": "https://xincheng.example"}
    shown = await colleague.data(SHOWN, id=customer["id"])
    assert (await colleague.run(UPDATE, input=website)).code == "FORBIDDEN"
    assert (await done(seller, "grantEditPermission", **_of(customer, person)))["editors"]["nodes"] == [
        {"id": f"usr_{person.id}"}
    ]
    after = await colleague.data(SHOWN, id=customer["id"])
    assert after["customer"].pop("editors") == {"nodes": [{"id": f"usr_{person.id}"}]}
    assert after["customer"] == {k: v for k, v in shown["customer"].items() if k != "editors"}
    hidden = await colleague.run(UPDATE, input={"id": customer["id"], "version": customer["version"], "notes": "改"})
    assert hidden.code == "FIELD_FORBIDDEN"
    saved = (await colleague.run(UPDATE, input=website)).data["updateCustomer"]
    assert saved["userErrors"] == []
    await done(seller, "withdrawEditPermission", **_of(customer, person))
    again = {**website, "version": saved["customer"]["version"], "website": "https://other.example"}
    assert (await colleague.run(UPDATE, input=again)).code == "FORBIDDEN"


async def test_d3_who_may_edit_by_permission_lets_nobody_in(
    seller: Client, sign_in: SignIn, customer: dict[str, Any]
) -> None:
    person = await people.make_user(Role.SALES)
    colleague = await sign_in(person)
    await done(seller, "grantEditPermission", **_of(customer, person))
    document = "mutation($input: CollaboratorInput!) { addCollaborator(input: $input) { customer { id } } }"
    async with nothing_saved():
        assert (await colleague.run(document, input=_of(customer, person))).code == "FORBIDDEN"
    friend = await people.make_user(Role.SALES)
    async with nothing_saved():
        assert await refused(colleague, "grantEditPermission", **_of(customer, friend)) == "FORBIDDEN"


@pytest.mark.parametrize("role", Role)
async def test_d3_roles_that_never_edit_get_no_permission(
    seller: Client, sign_in: SignIn, customer: dict[str, Any], role: Role
) -> None:
    editing = {Role.SALES, Role.SALES_MANAGER, Role.SERVICE, Role.SERVICE_MANAGER, Role.ADMIN}
    person = await people.make_user(role)
    if role in editing:
        await done(seller, "grantEditPermission", **_of(customer, person))
        return
    async with nothing_saved():
        assert await faults(seller, "grantEditPermission", **_of(customer, person)) == [("NEVER_EDITS", ["userId"])]
    # Given to him in another role, it has no effect once he is in this one.
    await User.filter(id=person.id).update(roles=[Role.SALES.value])
    await done(seller, "grantEditPermission", **_of(customer, person))
    await User.filter(id=person.id).update(roles=[role.value])
    website = {"id": customer["id"], "version": customer["version"], "website": "https://xincheng.example"}
    assert (await (await sign_in(person)).run(UPDATE, input=website)).code == "FORBIDDEN"


async def test_d3_owner_manager_and_administrator_give_permissions_and_others_do_not(
    seller: Client, sign_in: SignIn, customer: dict[str, Any], department: Department
) -> None:
    boss = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    helper = await people.make_user(Role.SALES)
    await seller.change("addCollaborator", _of(customer, helper), "customer { id }")
    friend = await people.make_user(Role.SALES)
    for giver, allowed in ((boss, True), (await people.make_user(Role.ADMIN), True), (helper, False)):
        client = await sign_in(giver)
        if allowed:
            await done(client, "grantEditPermission", **_of(customer, friend))
            await done(client, "withdrawEditPermission", **_of(customer, friend))
        else:
            assert await refused(client, "grantEditPermission", **_of(customer, friend)) == "FORBIDDEN"


async def test_d3_what_is_wrong_with_a_permission(seller: Client, customer: dict[str, Any]) -> None:
    person = await people.make_user(Role.SALES)
    gone = await people.make_user(Role.SALES, disabled_at=person.created_at)
    await done(seller, "grantEditPermission", **_of(customer, person))
    for mutation, user, fault in (
        ("grantEditPermission", person, "ALREADY_EXISTS"),
        ("grantEditPermission", gone, "USER_DISABLED"),
        ("withdrawEditPermission", gone, "NOT_FOUND"),
    ):
        async with nothing_saved():
            assert await faults(seller, mutation, **_of(customer, user)) == [(fault, ["userId"])]


@pytest.mark.parametrize("way", ["owner", "collaborator"])
async def test_d42_who_is_removed_falls_back_at_once(
    seller: Client, sales: User, sign_in: SignIn, department: Department, customer: dict[str, Any], way: str
) -> None:
    boss = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    elsewhere = await people.make_department("销售二部")
    person = sales if way == "owner" else await people.make_user(Role.SALES, department=elsewhere)
    if way == "collaborator":
        await seller.change("addCollaborator", _of(customer, person), "customer { id }")
    else:
        await User.filter(id=sales.id).update(department_id=elsewhere.id)
    client, manager = await sign_in(person), await sign_in(boss)
    before = (await client.data(SHOWN, id=customer["id"]))["customer"]
    assert before["contacts"]["nodes"] == [{"name": "王伟", "mobile": "13812345678"}]
    if way == "owner":
        heir = await people.make_user(Role.SALES, department=department)
        given = {"id": customer["id"], "version": customer["version"], "ownerId": f"usr_{heir.id}", "reason": "调岗"}
        await manager.change("changeCustomerOwner", given, "customer { id }")
    else:
        await manager.change("removeCollaborator", _of(customer, person), "customer { id }")
    after = (await client.data(SHOWN, id=customer["id"]))["customer"]
    assert (after["notes"], after["contacts"]["nodes"], after["needs"]["totalCount"]) == (None, [], 0)
