"""A record as it was, and one change rolled back as a new one (D36)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import ApprovalKind, CustomerKind, Role
from storage import db
from storage.models import ApprovalFlow, Contact, Customer, Department, User
from tests.api import Client
from tests.builders import people
from tests.builders.contacts import make_contact
from tests.builders.customers import make_customer
from tests.journeys import drafts
from tests.journeys.approvals import change
from tests.journeys.conftest import SignIn

AS_OF = """query($id: ID!, $at: DateTime) { customer(id: $id, asOf: $at) {
    id name notes version grade address updatedAt updatedBy { id } owner { id } bankAccount
    registeredCapital { amount currency } packaging foundedOn state } }"""
CONTACT = "query($id: ID!, $at: DateTime) { contact(id: $id, asOf: $at) { name title mobile version isPrimary } }"
CHANGES = """query($id: ID!) { customer(id: $id) {
    changes(first: 20) { nodes { id action at fields { field before after } } } } }"""
ROLLBACK = """mutation($i: RollbackChangeInput!) { rollbackChange(input: $i) {
    record { id ... on Customer { name notes version } ... on Contact { title version } }
    waitingFields approval { id state } userErrors { code field } } }"""


@pytest.fixture
async def customer(sales: User) -> Customer:
    own = {"name": "杭州旧名有限公司", "uscc": drafts.new_uscc(), "notes": "旧备注", "address": "文三路18号"}
    return await make_customer(owner=sales, kind=CustomerKind.ENTERPRISE, **own)


async def _as_of(client: Client, customer: Customer, at: datetime | None) -> dict[str, Any] | None:
    return (await client.data(AS_OF, id=f"cus_{customer.id}", at=at and at.isoformat()))["customer"]


async def _moment() -> datetime:
    """The present one, when it is over: times are whole seconds."""
    now = clock.now()
    await asyncio.sleep(1.05)
    return now


async def _update(client: Client, customer: Customer, **values: Any) -> None:
    assert (await change(client, customer.id, **values))["userErrors"] == []


async def test_d36_a_customer_is_seen_as_it_was(seller: Client, customer: Customer, sales: User) -> None:
    first = await _moment()
    capital = {"amount": "500000.00", "currency": "CNY"}
    await _update(seller, customer, notes="新备注", registeredCapital=capital, foundedOn="2020-05-06")
    second = await _moment()
    await _update(seller, customer, name="杭州新名有限公司", notes=None, packaging=["BULK"], grade="A")
    before, between, now = [await _as_of(seller, customer, at) for at in (first, second, None)]
    assert before is not None
    assert between is not None
    assert now is not None
    told = [(r["name"], r["notes"], r["grade"], r["foundedOn"], r["version"]) for r in (before, between, now)]
    assert told == [
        ("杭州旧名有限公司", "旧备注", None, None, 1),
        ("杭州旧名有限公司", "新备注", None, "2020-05-06", 2),
        ("杭州新名有限公司", None, "A", "2020-05-06", 3),
    ]
    assert (before["registeredCapital"], between["registeredCapital"]) == (None, capital)
    assert (between["packaging"], now["packaging"]) == (None, ["BULK"])
    updated = [datetime.fromisoformat(r["updatedAt"]) for r in (before, between, now)]
    assert updated[0] <= first < updated[1] <= second < updated[2]
    assert between["updatedBy"]["id"] == f"usr_{sales.id}"
    assert await _as_of(seller, customer, clock.now()) == now


async def test_d36_before_it_was_entered_there_was_none(seller: Client, customer: Customer) -> None:
    assert await _as_of(seller, customer, customer.created_at - timedelta(seconds=1)) is None
    assert await _as_of(seller, customer, customer.created_at) is not None


async def test_d36_the_permissions_are_those_of_today(
    seller: Client, customer: Customer, sales: User, sign_in: SignIn, department: Department
) -> None:
    await _update(seller, customer, address="文一路1号")
    then = await _moment()
    await _update(seller, customer, notes="只有负责人可见")
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    stranger = await sign_in(await people.make_user(Role.SALES))
    own, masked, none = [await _as_of(c, customer, then) for c in (seller, colleague, stranger)]
    assert own is not None
    assert masked is not None
    assert none is not None
    assert (own["address"], own["notes"]) == ("文一路1号", "旧备注")
    assert masked["address"] is None  # CONTACT is masked to the city, and the city of then is not known
    assert masked["notes"] == "旧备注"
    assert (none["address"], none["notes"]) == (None, None)
    # Whoever has lost the customer is shown no more of its past than of its present.
    await Customer.filter(id=customer.id).update(owner_id=None, department_id=None)
    lost = await _as_of(seller, customer, then)
    assert lost is not None
    assert (lost["address"], lost["notes"]) == (None, None)
    assert lost["owner"] is None
    await Customer.filter(id=customer.id).update(owner_id=sales.id, department_id=sales.department_id)


async def test_d36_protected_values_of_then_are_not_kept(
    sign_in: SignIn, customer: Customer, department: Department
) -> None:
    boss = await people.make_user(Role.SALES_MANAGER, department=department)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    client = await sign_in(boss)
    then = await _moment()
    await _update(client, customer, bankAccount="6222021234567890123")
    now, before = await _as_of(client, customer, None), await _as_of(client, customer, then)
    assert now is not None
    assert before is not None
    assert (now["bankAccount"], before["bankAccount"]) == ("****0123", None)


async def test_d36_a_contact_is_seen_as_it_was(seller: Client, customer: Customer) -> None:
    contact = await make_contact(customer, name="王伟", title="采购经理", mobile="13812345678", is_primary=True)
    then = await _moment()
    given = {"id": f"con_{contact.id}", "version": 1, "title": "总监", "mobile": "13900001111"}
    await seller.change("updateContact", given, "contact { id }")
    seen = [
        (await seller.data(CONTACT, id=f"con_{contact.id}", at=at))["contact"] for at in (then.isoformat(), None)
    ]  # fmt: skip
    assert [(c["title"], c["mobile"], c["version"]) for c in seen] == [
        ("采购经理", "13812345678", 1), ("总监", "13900001111", 2),
    ]  # fmt: skip


async def test_d36_lists_have_no_past(seller: Client, customer: Customer) -> None:
    asked = "query($id: ID!, $at: DateTime) { customer(id: $id, asOf: $at) { contacts { totalCount } } }"
    at = clock.now().isoformat()
    assert (await seller.run(asked, id=f"cus_{customer.id}", at=at)).code == "BAD_USER_INPUT"
    assert (await seller.data(asked, id=f"cus_{customer.id}", at=None))["customer"] == {"contacts": {"totalCount": 0}}


async def _newest(client: Client, customer: Customer) -> dict[str, Any]:
    return (await client.data(CHANGES, id=f"cus_{customer.id}"))["customer"]["changes"]["nodes"][0]


async def _roll_back(client: Client, what: dict[str, Any], version: int, **given: Any) -> Any:
    return await client.run(ROLLBACK, i={"id": what["id"], "version": version, **given})


async def test_d36_a_change_is_rolled_back_as_a_new_change(seller: Client, customer: Customer) -> None:
    await _update(seller, customer, notes="新备注", foundedOn="2020-05-06", shortName="新简称")
    changed = await _newest(seller, customer)
    await _update(seller, customer, grade="B")
    answer = (await _roll_back(seller, changed, 3, reason="改错了")).data["rollbackChange"]
    assert answer["userErrors"] == []
    assert (answer["record"]["notes"], answer["record"]["version"]) == ("旧备注", 4)
    saved = await Customer.get(id=customer.id)
    assert (saved.notes, saved.founded_on, saved.short_name, str(saved.grade)) == ("旧备注", None, None, "B")
    newest = await _newest(seller, customer)
    assert newest["action"] == "customer.update"
    assert {"field": "notes", "before": "新备注", "after": "旧备注"} in newest["fields"]
    again = (await _roll_back(seller, newest, 4)).data["rollbackChange"]  # and there again
    assert again["record"]["notes"] == "新备注"


async def test_d36_a_field_that_changed_since_is_a_conflict(seller: Client, customer: Customer) -> None:
    await _update(seller, customer, notes="第一次")
    first = await _newest(seller, customer)
    await _update(seller, customer, notes="第二次")
    refused = await _roll_back(seller, first, 3)
    assert refused.code == "CONFLICT"
    (conflict,) = refused.error["extensions"]["conflicts"]
    assert conflict == {"field": "notes", "base": "第一次", "current": "第二次", "wanted": "旧备注"}
    assert (await _roll_back(seller, await _newest(seller, customer), 2)).code == "CONFLICT"  # a stale version


async def test_d36_core_information_is_asked_for_its_reason_and_waits_where_the_flow_is_on(
    seller: Client, customer: Customer, department: Department
) -> None:
    await _update(seller, customer, name="杭州新名有限公司", notes="新备注")
    changed = await _newest(seller, customer)
    wanting = (await _roll_back(seller, changed, 2)).data["rollbackChange"]
    assert {e["code"] for e in wanting["userErrors"]} == {"REASON_REQUIRED", "CONFIRMATION_REQUIRED"}
    kind = {"kind": ApprovalKind.CUSTOMER_CHANGE.value, "department_id": department.id}
    await ApprovalFlow.create(**kind, is_on=True, rules=["SUPERVISOR"])
    told = {"reason": "客户更正", **drafts.confirmed()}
    answer = (await _roll_back(seller, changed, 2, **told)).data["rollbackChange"]
    assert (answer["waitingFields"], answer["approval"]["state"]) == (["name"], "PENDING")
    assert (answer["record"]["name"], answer["record"]["notes"]) == ("杭州新名有限公司", "旧备注")


async def test_d43_a_rollback_touches_what_is_shown_whole_and_nothing_else(
    seller: Client, customer: Customer, sign_in: SignIn, department: Department
) -> None:
    await _update(seller, customer, notes="新备注", bankName="工商银行")
    changed = await _newest(seller, customer)
    service = await people.make_user(Role.SERVICE, department=department)
    await db.rows(
        "insert into edit_permissions (id, created_at, customer_id, user_id, granted_by_id)"
        " values (uuidv7(), now(), $1, $2, $2) returning 1", customer.id, service.id,
    )  # fmt: skip
    helper, stranger = await sign_in(service), await sign_in(await people.make_user(Role.SALES))
    assert (await _roll_back(stranger, changed, 2)).code == "FORBIDDEN"
    answer = (await _roll_back(helper, changed, 2)).data["rollbackChange"]
    assert answer["record"]["notes"] == "旧备注"
    assert (await Customer.get(id=customer.id)).bank_name == "工商银行"  # commercial data: hidden from him


async def test_d36_what_is_no_change_of_fields_cannot_be_rolled_back(
    seller: Client, customer: Customer, sign_in: SignIn
) -> None:
    await seller.change("addTags", {"customerId": f"cus_{customer.id}", "customTags": ["老友"]}, "customer { id }")
    tagged = await _newest(seller, customer)
    answer = (await _roll_back(seller, tagged, (await Customer.get(id=customer.id)).version)).data["rollbackChange"]
    assert answer["userErrors"] == [{"code": "NOT_REVERSIBLE", "field": ["id"]}]
    absent = {"id": "chg_01900000-0000-7000-8000-000000000000"}
    assert (await _roll_back(seller, absent, 1)).code == "NOT_FOUND"


async def test_d36_a_change_of_a_contact_is_rolled_back(seller: Client, customer: Customer) -> None:
    contact = await make_contact(customer, name="王伟", title="采购经理", mobile="13812345678", is_primary=True)
    given = {"id": f"con_{contact.id}", "version": 1, "title": "总监"}
    await seller.change("updateContact", given, "contact { id }")
    answer = (await _roll_back(seller, await _newest(seller, customer), 2)).data["rollbackChange"]
    assert answer["userErrors"] == []
    assert answer["record"] == {"id": f"con_{contact.id}", "title": "采购经理", "version": 3}
    assert (await Contact.get(id=contact.id)).title == "采购经理"
