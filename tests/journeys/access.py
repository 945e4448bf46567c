"""Access to another department's customers, as people ask for it, grant it and use it in journeys (D45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from service.core import clock
from service.core.enums import Role
from storage.models import Customer, Department, Need, User
from tests.api import Client
from tests.builders import people
from tests.builders.contacts import make_contact
from tests.builders.customers import make_customer
from tests.journeys.approvals import decide
from tests.journeys.conftest import SignIn

GRANT = """accessGrant { id version state dataClasses purpose customerCount beginsAt until grantedAt canWithdraw
    holder { id } department { id } checkedBy { id } grantedBy { id } endedBy { id } endReason
    customers(first: 5) { totalCount nodes { id } } }"""
ASK = f"requests {{ {GRANT} approval {{ id version state rule }} }} userErrors {{ code field message }}"
SEEN = """query($id: ID!) { customer(id: $id) {
    id creditRating bankName notes
    contacts(first: 5) { nodes { name mobile } } needs(first: 5) { nodes { currentNeed } }
} }"""
SINCE = f"query($id: ID!) {{ {GRANT.replace('accessGrant', 'accessGrant(id: $id)', 1)} }}"


@dataclass
class Company:
    """A selling department with a customer, its boss, a steward, and somebody elsewhere who needs data."""

    department: Department
    owner: User
    boss: Client
    steward: Client
    asker: User
    asking: Client
    customer: Customer
    people: dict[str, User]


async def company(sign_in: SignIn) -> Company:
    department = await people.make_department("客户部")
    elsewhere = await people.make_department("分析部")
    owner = await people.make_user(Role.SALES, department=department)
    boss = await people.make_user(Role.SALES_MANAGER, department=department)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    steward = await people.make_user(Role.DATA_STEWARD)
    asker = await people.make_user(Role.SALES, department=elsewhere)
    customer = await make_customer(
        owner, department_id=department.id, credit_rating="A", bank_name="工商银行", notes="重点客户"
    )
    await make_contact(customer, name="张丽", salutation="MS", mobile="13812345678")
    await Need.create(customer_id=customer.id, kinds=["PURCHASE"], priority="LOW", current_need="要报价")
    made = {"owner": owner, "boss": boss, "steward": steward, "asker": asker}
    return Company(
        department, owner, await sign_in(boss), await sign_in(steward), asker, await sign_in(asker), customer, made
    )


def wanted(*customers: Customer, days: float = 30, **given: Any) -> dict[str, Any]:
    """What is asked for, unless said otherwise: everything that can be granted."""
    until = (clock.now() + timedelta(days=days)).isoformat()
    values = {"customerIds": [f"cus_{one.id}" for one in customers], "purpose": "年度分析", "until": until}
    return {**values, "dataClasses": ["BUSINESS", "COMMERCIAL", "CONTACT"], **given}


async def ask(client: Client, **given: Any) -> dict[str, Any]:
    return await client.change("requestAccess", given, ASK)


async def granted(house: Company, **given: Any) -> dict[str, Any]:
    """Asked for and granted: the grant as its holder sees it."""
    asked = await ask(house.asking, **wanted(house.customer, **given))
    assert asked["userErrors"] == [], asked
    request = asked["requests"][0]
    first = (await decide(house.boss, "approve", request["approval"]))["approval"]
    last = (await decide(house.steward, "approve", first))["approval"]
    assert last["state"] == "APPROVED", last
    return await since(house.asking, request["accessGrant"]["id"])


async def since(client: Client, grant: str) -> dict[str, Any]:
    return (await client.data(SINCE, id=grant))["accessGrant"]


async def seen(client: Client, customer: Customer) -> dict[str, Any]:
    return (await client.data(SEEN, id=f"cus_{customer.id}"))["customer"]
