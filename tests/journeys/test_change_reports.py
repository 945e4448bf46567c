"""Anybody reports that something about a customer has changed; its owner has a day to put it right (D37)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import CustomerState, Role
from storage.models import Customer, Department, Task, User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import drafts
from tests.journeys.administrators import no_other_administrators
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

REPORT = """mutation($i: ReportInformationChangeInput!) { reportInformationChange(input: $i) {
    dueAt userErrors { code field message } } }"""


async def _report(client: Client, customer: Customer, text: str = "官网显示已更名") -> dict[str, Any]:
    answer = await client.data(REPORT, i={"id": f"cus_{customer.id}", "text": text})
    return answer["reportInformationChange"]


@pytest.fixture
async def customer(sales: User) -> Customer:
    return await make_customer(sales)


async def test_d37_what_somebody_has_heard_becomes_the_owners_task(
    customer: Customer, sales: User, seller: Client, sign_in: SignIn
) -> None:
    marketer = await people.make_user(Role.MARKETING)
    client = await sign_in(marketer)
    answer = await _report(client, customer)
    assert answer["userErrors"] == []
    due = datetime.fromisoformat(answer["dueAt"])
    assert timedelta(hours=23, minutes=59) < due - clock.now() <= timedelta(hours=24)
    task = await Task.get(customer_id=customer.id)
    assert (task.assignee_id, task.created_by_id, task.due_at) == (sales.id, marketer.id, due)
    assert (task.priority, task.notes) == ("HIGH", "官网显示已更名")
    mine = "{ customers(first: 1) { nodes { tasks(first: 5) { nodes { title notes createdBy { id } } } } } }"
    (shown,) = (await seller.data(mine))["customers"]["nodes"][0]["tasks"]["nodes"]
    assert shown["createdBy"]["id"] == f"usr_{marketer.id}"


async def test_d37_without_an_owner_it_goes_to_the_next_manager_up(
    customer: Customer, sales: User, department: Department, sign_in: SignIn
) -> None:
    client = await sign_in(await people.make_user(Role.SALES))
    office = await people.make_department("总部")
    chief, boss = await people.make_user(Role.EXECUTIVE), await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=office.id).update(manager_id=chief.id)
    await Department.filter(id=department.id).update(parent_id=office.id, manager_id=boss.id)
    await User.filter(id=sales.id).update(disabled_at=clock.now())
    await _report(client, customer)
    await User.filter(id=boss.id).update(disabled_at=clock.now())
    await _report(client, customer, "电话停机")
    found = await Task.filter(customer_id=customer.id).order_by("created_at", "id")
    assert [task.assignee_id for task in found] == [boss.id, chief.id]
    await Department.filter(id=office.id).update(manager_id=None)
    admin = await people.make_user(Role.ADMIN)
    await no_other_administrators()
    await User.filter(id=admin.id).update(roles=["ADMIN"])
    await _report(client, customer, "地址变更")
    assert await Task.exists(customer_id=customer.id, assignee_id=admin.id)


async def test_d37_what_is_wrong_with_a_report_is_said(customer: Customer, sales: User, sign_in: SignIn) -> None:
    client = await sign_in(await people.make_user(Role.AUDITOR))
    archived = await make_customer(sales, state=CustomerState.ARCHIVED)
    draft = await make_customer(sales, state=CustomerState.DRAFT)
    async with nothing_saved(log_rows=5):
        assert drafts.faults(await _report(client, customer, " ")) == [("REQUIRED", "text")]
        assert drafts.faults(await _report(client, customer, "长" * 501)) == [("TOO_LONG", "text")]
        assert drafts.faults(await _report(client, customer, "身份证11010519491231002X")) == [
            ("IDENTITY_IN_TEXT", "text")
        ]
        assert drafts.faults(await _report(client, archived)) == [("NOT_IN_EFFECT", "id")]
        assert (await client.run(REPORT, i={"id": f"cus_{draft.id}", "text": "草稿"})).code == "NOT_FOUND"
