"""Access across departments (D45): asked for, granted by two people, used, noted, withdrawn and expired."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import Role
from storage.models import AccessGrant, SavedFilter, User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import access
from tests.journeys.access import Company, ask, company, granted, seen, since, wanted
from tests.journeys.approvals import change, decide
from tests.journeys.conftest import SignIn

NOTHING = {"creditRating": None, "bankName": None, "notes": None, "contacts": {"nodes": []}, "needs": {"nodes": []}}
OPENED = {
    "creditRating": "A", "bankName": "工商银行", "notes": "重点客户",
    "contacts": {"nodes": [{"name": "张女士", "mobile": "138****5678"}]},
    "needs": {"nodes": [{"currentNeed": "要报价"}]},
}  # fmt: skip
USES = """query($id: ID) { accessUses(first: 50, where: { grant: { id: { eq: $id } } }) {
    nodes { at actor { id } customer { id } } } }"""


@pytest.fixture
async def house(sign_in: SignIn) -> Company:
    return await company(sign_in)


async def refused(client: Client, mutation: str, given: dict[str, Any], selection: str) -> str:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    return (await client.run(f"mutation($i: {kind}!) {{ {mutation}(input: $i) {{ {selection} }} }}", i=given)).code


def _shown(house: Company, values: dict[str, object]) -> dict[str, object]:
    return {"id": f"cus_{house.customer.id}", **values}


async def test_d45_access_is_granted_by_the_department_and_then_by_the_steward(house: Company) -> None:
    assert await seen(house.asking, house.customer) == _shown(house, NOTHING)
    asked = await ask(house.asking, **wanted(house.customer))
    (request,) = asked["requests"]
    grant, approval = request["accessGrant"], request["approval"]
    assert (grant["state"], grant["customerCount"], approval["rule"]) == ("REQUESTED", 1, "DEPARTMENT_HEAD")
    assert await seen(house.asking, house.customer) == _shown(house, NOTHING)
    checked = (await decide(house.boss, "approve", approval))["approval"]
    assert (checked["state"], checked["rule"]) == ("PENDING", "DATA_STEWARD")
    assert await seen(house.asking, house.customer) == _shown(house, NOTHING)
    await decide(house.steward, "approve", checked)
    assert await seen(house.asking, house.customer) == _shown(house, OPENED)
    now = await since(house.asking, grant["id"])
    made = house.people
    assert (now["state"], now["checkedBy"], now["grantedBy"]) == (
        "ACTIVE", {"id": f"usr_{made['boss'].id}"}, {"id": f"usr_{made['steward'].id}"},
    )  # fmt: skip


async def test_d45_only_what_was_asked_for_is_opened(house: Company) -> None:
    await granted(house, dataClasses=["CONTACT"])
    contact = {"contacts": OPENED["contacts"]}
    assert await seen(house.asking, house.customer) == _shown(house, NOTHING | contact)
    other = await make_customer(house.owner, department_id=house.department.id, notes="别的")
    assert (await seen(house.asking, other))["notes"] is None


async def test_d43_a_grant_lets_filter_and_count_by_what_it_shows(house: Company) -> None:
    counted = """query($w: CustomerWhere) { customers(first: 5, where: $w) { totalCount nodes { id } }
        customersAggregate(where: $w) { count } }"""
    where = {"bankName": {"eq": "工商银行"}, "id": {"eq": f"cus_{house.customer.id}"}}
    assert (await house.asking.data(counted, w=where))["customers"]["totalCount"] == 0
    await granted(house)
    found = await house.asking.data(counted, w=where)
    assert found["customers"] == {"totalCount": 1, "nodes": [{"id": f"cus_{house.customer.id}"}]}
    assert found["customersAggregate"]["count"] == 1


async def test_d45_use_is_noted_for_each_customer_and_shown_to_who_answers_for_it(house: Company) -> None:
    grant = await granted(house)
    assert (await house.boss.data(USES, id=grant["id"]))["accessUses"]["nodes"] == []
    # Nothing that a grant opens is in this, so it is no use of one.
    await house.asking.data("query($id: ID!) { customer(id: $id) { id number } }", id=f"cus_{house.customer.id}")
    assert (await house.boss.data(USES, id=grant["id"]))["accessUses"]["nodes"] == []
    for _ in range(3):
        await seen(house.asking, house.customer)
    (use,) = (await house.boss.data(USES, id=grant["id"]))["accessUses"]["nodes"]
    assert (use["actor"], use["customer"]) == (
        {"id": f"usr_{house.asker.id}"}, {"id": f"cus_{house.customer.id}"}
    )  # fmt: skip
    sums = '{ customersAggregate(where: { bankName: { eq: "工商银行" } }) { count } }'
    await house.asking.data(sums)
    uses = (await house.boss.data(USES, id=grant["id"]))["accessUses"]["nodes"]
    assert [use["customer"] for use in uses].count(None) == 1


async def test_d45_a_grant_that_has_not_begun_is_not_used_by_what_another_one_opens(house: Company) -> None:
    grant = await granted(house)
    later = await granted(house, beginsAt=(clock.now() + timedelta(days=2)).isoformat())
    await seen(house.asking, house.customer)
    assert len((await house.boss.data(USES, id=grant["id"]))["accessUses"]["nodes"]) == 1
    assert (await house.boss.data(USES, id=later["id"]))["accessUses"]["nodes"] == []


async def test_d45_what_the_change_log_tells_by_a_grant_is_a_use(house: Company) -> None:
    grant = await granted(house)
    shown = "query($id: ID!) { customer(id: $id) { changes(first: 5) { nodes { fields { field after } } } } }"
    await change(house.boss, house.customer.id, bankName="建设银行")
    answer = await house.asking.data(shown, id=f"cus_{house.customer.id}")
    fields = [one for node in answer["customer"]["changes"]["nodes"] for one in node["fields"]]
    assert {"field": "bankName", "after": "建设银行"} in fields
    (use,) = (await house.boss.data(USES, id=grant["id"]))["accessUses"]["nodes"]
    assert use["customer"] == {"id": f"cus_{house.customer.id}"}


async def test_d45_a_use_is_noted_by_a_list_that_is_filtered_by_what_is_granted(house: Company) -> None:
    grant = await granted(house)
    found = "query($w: CustomerWhere) { customers(first: 5, where: $w) { nodes { id } } }"
    where = {"bankName": {"eq": "工商银行"}, "id": {"eq": f"cus_{house.customer.id}"}}
    await house.asking.data(found, w=where)
    (use,) = (await house.boss.data(USES, id=grant["id"]))["accessUses"]["nodes"]
    assert use["customer"] == {"id": f"cus_{house.customer.id}"}


async def test_d45_a_grant_ends_by_itself_and_begins_when_it_is_to(house: Company) -> None:
    begins = (clock.now() + timedelta(days=2)).isoformat()
    grant = await granted(house, beginsAt=begins)
    assert grant["state"] == "UPCOMING"
    assert await seen(house.asking, house.customer) == _shown(house, NOTHING)
    key = grant["id"].removeprefix("agr_")
    past = clock.now() - timedelta(days=1)
    await AccessGrant.filter(id=key).update(begins_at=past)
    assert await seen(house.asking, house.customer) == _shown(house, OPENED)
    await AccessGrant.filter(id=key).update(begins_at=past - timedelta(days=1), until=past)
    assert await seen(house.asking, house.customer) == _shown(house, NOTHING)
    assert (await since(house.asking, grant["id"]))["state"] == "EXPIRED"


async def test_d45_who_answers_for_the_data_withdraws_and_the_holder_gives_back(
    house: Company, sign_in: SignIn
) -> None:
    grant = await granted(house)
    stranger = await sign_in(await people.make_user(Role.SALES))
    given = {"id": grant["id"], "version": grant["version"], "reason": "项目结束"}
    assert (await refused(stranger, "withdrawAccess", given, access.GRANT)) == "NOT_FOUND"
    owner = await sign_in(house.owner)
    assert (await since(owner, grant["id"]))["canWithdraw"] is False
    assert (await refused(owner, "withdrawAccess", given, access.GRANT)) == "FORBIDDEN"
    assert (await since(house.boss, grant["id"]))["canWithdraw"] is True
    ended = (await house.boss.change("withdrawAccess", given, access.GRANT))["accessGrant"]
    assert (ended["state"], ended["endReason"], ended["canWithdraw"]) == ("WITHDRAWN", "项目结束", False)
    assert await seen(house.asking, house.customer) == _shown(house, NOTHING)
    again = await granted(house)
    back = {"id": again["id"], "version": again["version"]}
    assert (await house.asking.change("withdrawAccess", back, access.GRANT))["accessGrant"]["state"] == "WITHDRAWN"


async def test_d45_a_request_that_is_refused_grants_nothing(house: Company) -> None:
    asked = await ask(house.asking, **wanted(house.customer))
    request = asked["requests"][0]
    await decide(house.boss, "reject", request["approval"], comment="用途不明")
    assert (await since(house.asking, request["accessGrant"]["id"]))["state"] == "REFUSED"
    assert await seen(house.asking, house.customer) == _shown(house, NOTHING)


async def test_d45_each_department_decides_about_its_own_customers(house: Company) -> None:
    elsewhere = await people.make_department("另一部门")
    other = await make_customer(await people.make_user(Role.SALES, department=elsewhere), department_id=elsewhere.id)
    asked = await ask(house.asking, **wanted(house.customer, other))
    places = {r["accessGrant"]["department"]["id"]: r["accessGrant"]["customerCount"] for r in asked["requests"]}
    assert places == {f"dep_{house.department.id}": 1, f"dep_{elsewhere.id}": 1}


async def test_d45_a_saved_filter_names_the_customers_of_today(house: Company) -> None:
    where = {"name": {"eq": house.customer.name}}
    saved = await SavedFilter.create(
        owner_id=house.asker.id, name="分析", entity="CUSTOMER", where=where, order_by=[], columns=[]
    )
    given = wanted(filterId=f"fil_{saved.id}")
    del given["customerIds"]
    (request,) = (await ask(house.asking, **given))["requests"]
    assert request["accessGrant"]["customers"]["nodes"] == [{"id": f"cus_{house.customer.id}"}]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"dataClasses": []}, "REQUIRED", ["dataClasses"]),
        ({"dataClasses": ["IDENTITY"]}, "NOT_GRANTABLE", ["dataClasses", "0"]),
        ({"dataClasses": ["BUSINESS", "BASIC"]}, "NOT_GRANTABLE", ["dataClasses", "1"]),
        ({"purpose": " "}, "REQUIRED", ["purpose"]),
        ({"days": -1}, "PERIOD_PAST", ["until"]),
        ({"days": 91}, "PERIOD_TOO_LONG", ["until"]),
        ({"beginsAt": (clock.now() + timedelta(days=40)).isoformat()}, "PERIOD_REVERSED", ["until"]),
        ({"customerIds": []}, "REQUIRED", ["customerIds"]),
        ({"customerIds": ["cus_01900000-0000-7000-8000-000000000000"]}, "NOT_FOUND", ["customerIds", "0"]),
    ],
)
async def test_d45_what_cannot_be_granted_is_refused_with_the_field(
    house: Company, given: dict[str, object], code: str, field: list[str]
) -> None:
    answer = await ask(house.asking, **wanted(house.customer, **given))  # type: ignore[arg-type]
    assert answer["requests"] == []
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [(code, field)]


async def test_d30_access_to_a_draft_cannot_be_asked_for(house: Company) -> None:
    draft = await make_customer(house.asker, state="DRAFT", number=None, number_day=None, number_serial=None)
    hidden = await make_customer(house.owner, state="DRAFT", number=None, number_day=None, number_serial=None)
    answer = await ask(house.asking, **wanted(draft, hidden))
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [
        ("NOT_IN_EFFECT", ["customerIds", "0"]), ("NOT_FOUND", ["customerIds", "1"])
    ]  # fmt: skip


async def test_d34_nobody_grants_himself_anything(house: Company, sign_in: SignIn) -> None:
    """A steward who asks is granted by another steward or by an administrator; who checked it does not grant it."""
    both = await people.make_user(Role.DATA_STEWARD, Role.SALES)
    client = await sign_in(both)
    request = (await ask(client, **wanted(house.customer)))["requests"][0]
    checked = (await decide(house.boss, "approve", request["approval"]))["approval"]
    given = {"id": checked["id"], "version": checked["version"]}
    assert await refused(client, "approve", given, "approval { id }") == "FORBIDDEN"


async def test_d45_who_has_left_is_granted_nothing(house: Company) -> None:
    request = (await ask(house.asking, **wanted(house.customer)))["requests"][0]
    checked = (await decide(house.boss, "approve", request["approval"]))["approval"]
    await User.filter(id=house.asker.id).update(disabled_at=clock.now())
    answer = await decide(house.steward, "approve", checked)
    assert [e["code"] for e in answer["userErrors"]] == ["USER_DISABLED"]


async def test_d45_the_owner_is_told_who_has_access(house: Company, sign_in: SignIn) -> None:
    grant = await granted(house)
    owner = await sign_in(house.owner)
    shown = "query($id: ID!) { customer(id: $id) { accessGrants(first: 5) { nodes { id holder { id } state } } } }"
    found = (await owner.data(shown, id=f"cus_{house.customer.id}"))["customer"]["accessGrants"]["nodes"]
    assert found == [{"id": grant["id"], "holder": {"id": f"usr_{house.asker.id}"}, "state": "ACTIVE"}]
    stranger = await sign_in(await people.make_user(Role.SALES))
    hidden = (await stranger.data(shown, id=f"cus_{house.customer.id}"))["customer"]["accessGrants"]["nodes"]
    assert hidden == []


async def test_d45_the_policy_cannot_unmask_contacts_for_holders(sign_in: SignIn) -> None:
    admin = await sign_in(await people.make_user(Role.ADMIN))
    version = (await admin.data("{ accessPolicy { version } }"))["accessPolicy"]["version"]
    given = {"version": version, "relation": "GRANT_HOLDER", "dataClass": "CONTACT", "level": "FULL"}
    assert await refused(admin, "changePolicy", given, "policy { version }") == "BAD_USER_INPUT"


async def test_d45_the_flow_cannot_be_switched_off(sign_in: SignIn) -> None:
    admin = await sign_in(await people.make_user(Role.ADMIN))
    version = next(
        f["version"]
        for f in (await admin.data("{ approvalFlows { kind departmentId version } }"))["approvalFlows"]
        if f["kind"] == "DATA_ACCESS"
    )
    given = {"kind": "DATA_ACCESS", "isOn": False, "version": version}
    answer = await admin.change("setApprovalFlow", given, "userErrors { code }")
    assert [e["code"] for e in answer["userErrors"]] == ["ALWAYS_APPROVED"]
