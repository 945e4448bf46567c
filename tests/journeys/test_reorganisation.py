"""A reorganisation: departments move, a manager changes, somebody leaves, his customers are handed over (D2, D4)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from service.core.enums import CustomerState, Role
from storage import db
from storage.models import Customer, Department, User
from tests.api import Client
from tests.builders import customers as customer_rows
from tests.builders import people
from tests.journeys import accounts, drafts
from tests.journeys.administrators import document, done, faults, refused
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

SHOWN = "query($id: ID!) { customer(id: $id) { notes website contacts { nodes { mobile } } department { id } } }"
UPDATE = """mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) {
    customer { id version } userErrors { code } } }"""


@pytest.fixture
async def admin(sign_in: SignIn) -> Client:
    return await sign_in(await people.make_user(Role.ADMIN))


def _dep(department: Department) -> str:
    return f"dep_{department.id}"


def _usr(user: User) -> str:
    return f"usr_{user.id}"


async def _mobiles(client: Client, customer: dict[str, Any]) -> list[str]:
    found = (await client.data(SHOWN, id=customer["id"]))["customer"]["contacts"]["nodes"]
    return [contact["mobile"] for contact in found]


async def test_d2_who_manages_changes_with_the_tree(
    admin: Client, seller: Client, department: Department, sign_in: SignIn
) -> None:
    customer = await drafts.submitted(seller)
    chief = await people.make_user(Role.SALES_MANAGER)
    above = await done(admin, "createDepartment", name="销售中心", parentId=None, managerId=_usr(chief))
    client = await sign_in(chief)
    assert await _mobiles(client, customer) == []
    moved = await done(admin, "moveDepartment", id=_dep(department), version=1, parentId=above["id"])
    assert (moved["parent"], moved["version"]) == ({"id": above["id"]}, 2)
    assert await _mobiles(client, customer) == ["13812345678"]
    other = await people.make_user(Role.SALES_MANAGER)
    await done(admin, "appointManager", id=above["id"], version=1, managerId=_usr(other))
    assert await _mobiles(client, customer) == []
    assert await _mobiles(await sign_in(other), customer) == ["13812345678"]
    named = await done(admin, "renameDepartment", id=_dep(department), version=2, name="华东一部")
    assert named["name"] == "华东一部"
    conflict = await admin.run(
        document("renameDepartment"), input={"id": _dep(department), "version": 2, "name": "别的"}
    )
    assert conflict.error["extensions"]["conflicts"] == [
        {"field": "name", "base": "销售一部", "current": "华东一部", "wanted": "别的"}
    ]


async def test_d2_a_department_never_hangs_below_itself(admin: Client) -> None:
    top = await people.make_department("总部")
    middle = await people.make_department("区域", parent=top)
    leaf = await people.make_department("小组", parent=middle)
    for parent in (top, middle, leaf):
        async with nothing_saved():
            found = await faults(admin, "moveDepartment", id=_dep(top), version=1, parentId=_dep(parent))
        assert found == [("DEPARTMENT_CYCLE", ["parentId"])]
    first, second = await people.make_department("甲"), await people.make_department("乙")
    given = [
        {"id": _dep(first), "version": 1, "parentId": _dep(second)},
        {"id": _dep(second), "version": 1, "parentId": _dep(first)},
    ]
    answers = await asyncio.gather(*(admin.run(document("moveDepartment"), input=each) for each in given))
    found = [a.data["moveDepartment"]["userErrors"] for a in answers]
    assert sorted(len(each) for each in found) == [0, 1]


async def test_d2_only_an_empty_department_is_removed(admin: Client, department: Department) -> None:
    boss = await people.make_user(Role.SALES_MANAGER, department=department)
    await people.make_department("小组", parent=department)
    await customer_rows.make_customer(boss)
    async with nothing_saved():
        found = await faults(admin, "removeDepartment", id=_dep(department), version=1)
    assert found == [
        ("DEPARTMENT_HAS_STAFF", ["id"]), ("DEPARTMENT_HAS_CHILDREN", ["id"]), ("DEPARTMENT_HAS_CUSTOMERS", ["id"])
    ]  # fmt: skip
    empty = await people.make_department("空部门")
    payload = await admin.data(document("removeDepartment"), input={"id": _dep(empty), "version": 1})
    assert payload["removeDepartment"] == {"deletedId": _dep(empty), "userErrors": []}
    assert await refused(admin, "renameDepartment", id=_dep(empty), version=1, name="没有了") == "NOT_FOUND"


async def test_d2_bad_input_for_departments(admin: Client, department: Department) -> None:
    gone = await people.make_user(Role.SALES_MANAGER, disabled_at=department.created_at)
    place = {"id": _dep(department), "version": 1}
    nobody = f"usr_{department.id}"
    for mutation, given, fault in (
        ("appointManager", {**place, "managerId": _usr(gone)}, ("USER_DISABLED", ["managerId"])),
        ("appointManager", {**place, "managerId": nobody}, ("NOT_FOUND", ["managerId"])),
        ("moveDepartment", {**place, "parentId": f"dep_{gone.id}"}, ("NOT_FOUND", ["parentId"])),
        ("renameDepartment", {**place, "name": "名" * 101}, ("TOO_LONG", ["name"])),
        ("createDepartment", {"name": " "}, ("TOO_SHORT", ["name"])),
    ):
        async with nothing_saved():
            code, path = (await faults(admin, mutation, **given))[0]
        assert path == fault[1]
        assert code == fault[0] or (fault[0], code) == ("TOO_SHORT", "REQUIRED")


async def test_d42_the_customers_of_who_moves_follow_him(
    admin: Client, seller: Client, sales: User, department: Department, sign_in: SignIn
) -> None:
    customer = await drafts.submitted(seller)
    unfinished = await drafts.saved(seller)
    boss = await people.make_user(Role.SALES_MANAGER)
    elsewhere = await people.make_department("销售二部", manager=boss)
    client = await sign_in(boss)
    assert await _mobiles(client, customer) == []
    moved = await done(admin, "moveUser", id=_usr(sales), version=1, departmentId=_dep(elsewhere))
    assert moved["department"]["id"] == _dep(elsewhere)
    assert await _mobiles(client, customer) == ["13812345678"]
    assert (await client.data(SHOWN, id=unfinished["id"]))["customer"]["department"] == {"id": _dep(elsewhere)}
    lines = await db.rows(
        "select l.action, l.channel, v.field, v.before #>> '{}' as before, v.after #>> '{}' as after from change_log l"
        " join change_values v on v.change_id = l.id"
        " where l.customer_id = $1 and l.action = 'customer.change_department' order by v.field",
        customer["id"].removeprefix("cus_"),
    )
    wanted = ("customer.change_department", "JOB")
    assert [(line["action"], line["channel"]) for line in lines] == [wanted] * 2
    assert (lines[0]["before"], lines[0]["after"]) == (str(department.id), str(elsewhere.id))
    (job,) = (await admin.data("{ jobs(first: 1) { kind state done total errors { code } } }"))["jobs"]
    assert job == {"kind": "DEPARTMENT_MOVE", "state": "DONE", "done": 2, "total": 2, "errors": []}


async def test_d4_a_leavers_manager_acts_as_owner(sign_in: SignIn, department: Department) -> None:
    leaver = await accounts.make_account(Role.SALES, department_id=department.id)
    own = await sign_in(leaver)
    customer, unfinished = await drafts.submitted(own), await drafts.saved(own)
    boss = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    human_resources = await sign_in(await people.make_user(Role.HR))
    gone = await done(human_resources, "disableUser", id=_usr(leaver), version=1)
    assert gone["disabledAt"]
    assert (await own.run(accounts.ME)).code == "UNAUTHENTICATED"
    stranger = Client(own.url, None, "en", own.http)
    assert (await accounts.sign_in(stranger, leaver.staff_number)).code == "SIGN_IN_FAILED"
    manager = await sign_in(boss)
    assert await _mobiles(manager, customer) == ["13812345678"]
    named = await manager.data("query($id: ID!) { customer(id: $id) { owner { name } } }", id=customer["id"])
    assert named["customer"]["owner"] == {"name": leaver.name}
    change = {"id": customer["id"], "version": customer["version"], "notes": "经理代管", "idNumberLastFour": None}
    assert (await manager.run(UPDATE, input={k: v for k, v in change.items() if k != "idNumberLastFour"})).data
    submitted = await manager.change("submitCustomer", drafts.submission(unfinished), "customer { state }")
    assert submitted["userErrors"] == []
    another = await customer_rows.make_customer(leaver, state=CustomerState.DRAFT, number=None, created_by=leaver)
    delete = "mutation($input: DeleteCustomerDraftInput!) { deleteCustomerDraft(input: $input) { deletedId } }"
    assert (await manager.run(delete, input={"id": f"cus_{another.id}"})).data
    await done(human_resources, "enableUser", id=_usr(leaver), version=gone["version"])
    assert (await accounts.sign_in(stranger, leaver.staff_number)).data["signIn"]["accessToken"]


async def test_d4_human_resources_do_not_touch_themselves_or_administrators(sign_in: SignIn) -> None:
    person = await people.make_user(Role.HR)
    administrator = await people.make_user(Role.ADMIN)
    department = await people.make_department("人力资源部")
    client = await sign_in(person)
    for mutation, more in (("disableUser", {}), ("moveUser", {"departmentId": _dep(department)})):
        async with nothing_saved():
            assert await faults(client, mutation, id=_usr(person), version=1, **more) == [("NOT_YOURSELF", ["id"])]
        async with nothing_saved():
            assert await refused(client, mutation, id=_usr(administrator), version=1, **more) == "FORBIDDEN"


async def test_d4_a_user_who_is_moved_by_two_people_at_once_goes_to_one_place(admin: Client, sign_in: SignIn) -> None:
    other = await sign_in(await people.make_user(Role.ADMIN))
    person = await people.make_user(Role.SALES, department=await people.make_department("旧部门"))
    places = [await people.make_department(name) for name in ("甲", "乙")]
    given = [{"id": _usr(person), "version": 1, "departmentId": _dep(place)} for place in places]
    answers = await asyncio.gather(
        *(c.run(document("moveUser"), input=each) for c, each in zip((admin, other), given, strict=True))
    )
    (stale,) = [a for a in answers if "errors" in a.body]
    (conflict,) = stale.error["extensions"]["conflicts"]
    assert conflict["field"] == "departmentId"
    assert len({conflict["base"], conflict["current"], conflict["wanted"]}) == 3
    assert await Customer.filter(owner_id=person.id).count() == 0
