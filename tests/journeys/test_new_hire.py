"""A new hire's first day: account, first sign-in, department, roles, a customer to work on (D1, D2, D3)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from service.core.enums import Role
from storage.models import Department, User
from tests.api import Client
from tests.builders import people
from tests.journeys import accounts, administrators, drafts
from tests.journeys.administrators import does, done, faults, refused
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

ADMINISTRATORS_ONLY = (
    "createUser", "updateUser", "setUserRoles", "resetPassword", "unlockUser", "createDepartment", "renameDepartment",
    "moveDepartment", "appointManager", "removeDepartment",
)  # fmt: skip


@pytest.fixture
async def admin(sign_in: SignIn) -> Client:
    return await sign_in(await people.make_user(Role.ADMIN))


def _hire(department: Department, number: str, **values: Any) -> dict[str, Any]:
    return {
        "staffNumber": number, "name": "林小满", "email": f"{number}@Staff.example", "roles": ["SALES"],
        "departmentId": f"dep_{department.id}", **values,
    }  # fmt: skip


async def test_d1_a_new_hires_first_day(admin: Client, department: Department, sign_in: SignIn) -> None:
    made = await does(admin, "createUser", **_hire(department, "N1001"))
    initial = made["initialPassword"]
    stranger = Client(admin.url, None, "en", admin.http)
    tokens = (await accounts.sign_in(stranger, "n1001@staff.example", initial)).data["signIn"]
    assert tokens["mustChangePassword"] is True
    first = Client(admin.url, tokens["accessToken"], "en", admin.http)
    assert (await first.run(accounts.ME)).code == "PASSWORD_CHANGE_REQUIRED"
    changed = await first.run(accounts.CHANGE, current=initial, new="Xiaoman 2026 qingming")
    hire = Client(admin.url, changed.data["changePassword"]["accessToken"], "en", admin.http)
    customer = await drafts.submitted(hire)
    assert customer["owner"]["id"] == made["user"]["id"]
    assert (await User.get(staff_number="n1001")).department_id == department.id
    assert (await accounts.sign_in(stranger, "N1001", initial)).code == "SIGN_IN_FAILED"


async def test_d13_all_faults_of_a_new_account_come_together(admin: Client, department: Department) -> None:
    taken = await people.make_user(Role.SALES, email="taken@staff.example")
    given = _hire(
        department, taken.staff_number, name="先生", email="taken@staff.example", roles=[], password="12345678",
        departmentId=f"dep_{taken.id}",
    )  # fmt: skip
    async with nothing_saved():
        found = await faults(admin, "createUser", **given)
    assert sorted(found) == [
        ("ALREADY_EXISTS", ["email"]), ("ALREADY_EXISTS", ["staffNumber"]), ("NAME_IS_HONORIFIC", ["name"]),
        ("NOT_FOUND", ["departmentId"]), ("PASSWORD_WEAK", ["password"]), ("REQUIRED", ["roles"]),
    ]  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_d2_who_looks_after_staff(sign_in: SignIn, department: Department, sales: User, role: Role) -> None:
    """Human resources move, disable and enable; everything else is the administrator's."""
    client = await sign_in(await people.make_user(role))
    user, place = {"id": f"usr_{sales.id}", "version": 1}, {"id": f"dep_{department.id}", "version": 1}
    inputs: dict[str, dict[str, Any]] = {
        "createUser": _hire(department, "n1002"), "updateUser": {**user, "name": "林大满"},
        "setUserRoles": {**user, "roles": ["SALES"]}, "resetPassword": {"id": user["id"]},
        "unlockUser": {"id": user["id"]}, "createDepartment": {"name": "新部门"},
        "renameDepartment": {**place, "name": "新名"}, "moveDepartment": {**place, "parentId": None},
        "appointManager": {**place, "managerId": None}, "removeDepartment": place,
    }  # fmt: skip
    assert set(inputs) == set(ADMINISTRATORS_ONLY)
    of_staff = {"moveUser": {**user, "departmentId": place["id"]}, "disableUser": user, "enableUser": user}
    if role is not Role.HR:
        inputs |= of_staff
    async with nothing_saved(log_rows=len(inputs)):
        for mutation, given in inputs.items():
            assert await refused(client, mutation, **given) == "FORBIDDEN"
    if role is Role.HR:
        elsewhere = await people.make_department("市场部")
        moved = await done(client, "moveUser", **user, departmentId=f"dep_{elsewhere.id}")
        gone = await done(client, "disableUser", id=user["id"], version=moved["version"])
        assert gone["disabledAt"]
        assert (await done(client, "enableUser", id=user["id"], version=gone["version"]))["disabledAt"] is None


async def test_d2_name_and_mail_change_and_a_stale_change_shows_three_values(admin: Client, sales: User) -> None:
    user = {"id": f"usr_{sales.id}"}
    now = await done(admin, "updateUser", **user, version=1, name="欧阳小满", email="XM@staff.example")
    assert (now["name"], now["email"], now["version"]) == ("欧阳小满", "xm@staff.example", 2)
    answer = await admin.run(administrators.document("updateUser"), input={**user, "version": 1, "name": "林大满"})
    assert answer.code == "CONFLICT"
    assert answer.error["extensions"]["conflicts"] == [
        {"field": "name", "base": sales.name, "current": "欧阳小满", "wanted": "林大满"}
    ]
    other = await people.make_user(Role.SALES, email="other@staff.example")
    assert other.email
    found = await faults(admin, "updateUser", **user, version=2, name=None, email="OTHER@staff.example")
    assert sorted(code for code, _ in found) == ["ALREADY_EXISTS", "REQUIRED"]


async def test_d2_roles_are_in_force_at_the_next_request(admin: Client, sales: User, seller: Client) -> None:
    policy = "query($input: PreviewPolicyChangeInput!) { previewPolicyChange(input: $input) { people } }"
    cell = {"role": "HR", "dataClass": "BUSINESS", "level": "MASKED"}
    assert (await seller.run(policy, input=cell)).code == "FORBIDDEN"
    raised = await done(admin, "setUserRoles", id=f"usr_{sales.id}", version=1, roles=["ADMIN", "SALES"])
    assert raised["roles"] == ["SALES", "ADMIN"]
    assert (await seller.run(policy, input=cell)).data
    lowered = await done(admin, "setUserRoles", id=f"usr_{sales.id}", version=2, roles=["SALES"])
    assert lowered["version"] == 3
    assert (await seller.run(policy, input=cell)).code == "FORBIDDEN"


async def test_d2_the_last_administrator_stays_one(sign_in: SignIn) -> None:
    await administrators.no_other_administrators()
    last = await people.make_user(Role.ADMIN)
    admin, key = await sign_in(last), f"usr_{last.id}"
    gone = await people.make_user(Role.ADMIN, disabled_at=last.created_at)
    assert gone.disabled_at
    async with nothing_saved():
        assert await faults(admin, "setUserRoles", id=key, version=1, roles=["SALES"]) == [
            ("LAST_ADMINISTRATOR", ["roles"])
        ]
    async with nothing_saved():
        assert await faults(admin, "disableUser", id=key, version=1) == [
            ("NOT_YOURSELF", ["id"]), ("LAST_ADMINISTRATOR", ["id"])
        ]  # fmt: skip
    human_resources = await sign_in(await people.make_user(Role.HR))
    assert await refused(human_resources, "disableUser", id=key, version=1) == "FORBIDDEN"


@pytest.mark.parametrize("mutation", ["disableUser", "setUserRoles"])
async def test_d2_of_two_administrators_who_lower_each_other_one_remains(sign_in: SignIn, mutation: str) -> None:
    for _ in range(5):
        await administrators.no_other_administrators()
        pair = [await people.make_user(Role.ADMIN) for _ in range(2)]
        clients = [await sign_in(person) for person in pair]
        more = {"roles": ["SALES"]} if mutation == "setUserRoles" else {}
        document = administrators.document(mutation)
        answers = await asyncio.gather(*(
            client.run(document, input={"id": f"usr_{other.id}", "version": 1, **more})
            for client, other in zip(clients, reversed(pair), strict=True)
        ))  # fmt: skip
        codes = sorted(a.code if "errors" in a.body else "done" for a in answers)
        assert codes in (["UNAUTHENTICATED", "done"], ["FORBIDDEN", "done"])
        assert await User.filter(id__in=[p.id for p in pair], disabled_at=None, roles__contains=["ADMIN"]).count() == 1


async def test_d1_a_reset_ends_sessions_and_lock_and_wants_a_new_password(
    admin: Client, department: Department
) -> None:
    person = await accounts.make_account(Role.SALES)
    stranger = Client(admin.url, None, "en", admin.http)
    before = await accounts.session(stranger, person)
    for _ in range(5):
        assert (await accounts.sign_in(stranger, person.staff_number, "wrong")).code == "SIGN_IN_FAILED"
    assert (await accounts.sign_in(stranger, person.staff_number)).code == "SIGN_IN_LOCKED"
    weak = await faults(admin, "resetPassword", id=f"usr_{person.id}", password="12345678")
    assert weak == [("PASSWORD_WEAK", ["password"])]
    chosen = "Neu-Anfang 4711 !"
    reset = await does(admin, "resetPassword", id=f"usr_{person.id}", password=chosen)
    assert (reset["initialPassword"], reset["userErrors"]) == (None, [])
    assert (await accounts.who(stranger, before["accessToken"])).code == "UNAUTHENTICATED"
    now = (await accounts.sign_in(stranger, person.staff_number, chosen)).data["signIn"]
    assert now["mustChangePassword"] is True


async def test_d1_an_administrator_ends_a_lock(admin: Client) -> None:
    person = await accounts.make_account(Role.SALES)
    stranger = Client(admin.url, None, "en", admin.http)
    for name in (person.staff_number, str(person.email)):
        for _ in range(5):
            await accounts.sign_in(stranger, name, "wrong")
        assert (await accounts.sign_in(stranger, name)).code == "SIGN_IN_LOCKED"
    await done(admin, "unlockUser", id=f"usr_{person.id}")
    for name in (person.staff_number, str(person.email)):
        assert (await accounts.sign_in(stranger, name)).data["signIn"]["accessToken"]


async def test_d1_nobody_resets_his_own_password(sign_in: SignIn) -> None:
    person = await people.make_user(Role.ADMIN)
    admin = await sign_in(person)
    async with nothing_saved():
        assert await faults(admin, "resetPassword", id=f"usr_{person.id}") == [("NOT_YOURSELF", ["id"])]
    async with nothing_saved():
        assert await refused(admin, "unlockUser", id=f"usr_{'0' * 8}-0000-7000-8000-{'0' * 12}") == "NOT_FOUND"
