"""A hand-over is an approval, decided by human resources or the manager (D4, D34)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from service.core.enums import ApprovalKind, Role
from service.operations import hand_over
from storage.models import Customer, HandOver, OutboxMessage, User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import approvals
from tests.journeys.approvals import House, decide, house, listed
from tests.journeys.conftest import SignIn

ASK = (
    "mutation($i: HandOverCustomersInput!) { handOverCustomers(input: $i) { job { id state } %s userErrors { code } } }"
)


@pytest.fixture
async def office(sign_in: SignIn) -> House:
    return await house(sign_in, ApprovalKind.HAND_OVER)


@pytest.fixture
async def heir(office: House) -> User:
    return await people.make_user(Role.SALES, department=office.department)


async def _ask(client: Client, whose: User, heir: User) -> dict[str, Any]:
    given = {
        "fromUserId": f"usr_{whose.id}",
        "toUserId": f"usr_{heir.id}",
        "reason": "调岗",
        "mode": "WHAT_IS_POSSIBLE",
    }
    return (await client.data(ASK % approvals.SHOWN, i=given))["handOverCustomers"]


async def _work() -> None:
    """What a worker does."""
    for message in await OutboxMessage.filter(task=hand_over.RUN, done_at=None):
        await hand_over.run(message.id)


async def test_d4_who_moves_asks_himself_and_his_manager_decides(office: House, heir: User) -> None:
    seller = office.people["seller"]
    customers = [await make_customer(seller, department_id=office.department.id) for _ in range(3)]
    answer = await _ask(office.seller, seller, heir)
    assert (answer["userErrors"], answer["job"]) == ([], None)
    request = answer["approval"]
    assert (request["kind"], request["rule"], request["customer"]) == ("HAND_OVER", "HR_OR_MANAGER", None)
    shown = {f["field"]: (f["before"], f["after"]) for f in request["fields"]}
    assert shown == {"ownerId": (f"usr_{seller.id}", f"usr_{heir.id}"), "customers": (None, "3")}
    assert (await Customer.get(id=customers[0].id)).owner_id == seller.id
    (waiting,) = await listed(office.boss, "INBOX")
    assert (await decide(office.boss, "approve", waiting))["userErrors"] == []
    await _work()
    assert {c.owner_id for c in await Customer.filter(id__in=[c.id for c in customers])} == {heir.id}
    (job,) = (await office.seller.data("{ jobs(first: 1) { state done requestedByName } }"))["jobs"]
    assert (job["state"], job["done"], job["requestedByName"]) == ("DONE", 3, seller.name)


async def test_d4_what_a_manager_asks_for_is_decided_by_human_resources(
    office: House, heir: User, sign_in: SignIn
) -> None:
    seller = office.people["seller"]
    customer = await make_customer(seller, department_id=office.department.id)
    request = (await _ask(office.boss, seller, heir))["approval"]
    assert request["id"] not in {r["id"] for r in await listed(office.boss, "INBOX")}
    hr = await people.make_user(Role.HR)
    client = await sign_in(hr)
    assert (await decide(client, "approve", request))["userErrors"] == []
    made = await HandOver.get(from_user_id=seller.id)
    assert made.approved_by_id == hr.id
    await _work()
    assert (await Customer.get(id=customer.id)).owner_id == heir.id


async def test_d4_a_rejected_hand_over_moves_nothing(office: House, heir: User) -> None:
    seller = office.people["seller"]
    customer = await make_customer(seller, department_id=office.department.id)
    request = (await _ask(office.seller, seller, heir))["approval"]
    await decide(office.boss, "reject", request, comment="暂不调整")
    await _work()
    assert (await Customer.get(id=customer.id)).owner_id == seller.id
    assert not await HandOver.exists(from_user_id=seller.id)


async def test_d4_an_heir_who_has_left_meanwhile_is_told_to_who_decides(office: House, heir: User) -> None:
    seller = office.people["seller"]
    request = (await _ask(office.seller, seller, heir))["approval"]
    await User.filter(id=heir.id).update(disabled_at=heir.created_at)
    answer = await decide(office.boss, "approve", request)
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("USER_DISABLED", ["toUserId"])]


async def test_d4_nobody_else_asks_for_a_colleagues_customers(office: House, heir: User, sign_in: SignIn) -> None:
    colleague = await sign_in(await people.make_user(Role.SALES, department=office.department))
    given = {"toUserId": f"usr_{heir.id}", "reason": "调岗", "mode": "WHAT_IS_POSSIBLE"}
    document = ASK % "approval { id }"
    whose: UUID = office.people["seller"].id
    assert (await colleague.run(document, i={**given, "fromUserId": f"usr_{whose}"})).code == "FORBIDDEN"
