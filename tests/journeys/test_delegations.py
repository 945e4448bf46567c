"""Leaving one's decisions to somebody else while one is away (D34)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import ApprovalKind, CustomerKind, Role
from storage.models import Customer, User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import drafts
from tests.journeys.approvals import House, change, decide, house, listed, one
from tests.journeys.conftest import SignIn

DELEGATION = "delegationId"


@pytest.fixture
async def office(sign_in: SignIn) -> House:
    return await house(sign_in, ApprovalKind.CUSTOMER_CHANGE)


@pytest.fixture
async def customer(office: House) -> Customer:
    own = {"department_id": office.department.id, "uscc": drafts.new_uscc()}
    return await make_customer(owner=office.people["seller"], kind=CustomerKind.ENTERPRISE, **own)


async def _delegate(client: Client, to: User, **given: Any) -> dict[str, Any]:
    until = (clock.now() + timedelta(days=3)).isoformat()
    return await client.change("delegate", {"delegateId": f"usr_{to.id}", "until": until, **given}, DELEGATION)


async def test_d34_a_delegate_decides_in_the_place_of_who_is_away(
    office: House, customer: Customer, sign_in: SignIn
) -> None:
    deputy = await people.make_user(Role.SERVICE)
    client = await sign_in(deputy)
    request = (await change(office.seller, customer.id, creditRating="A"))["approval"]
    assert await one(client, request["id"]) is None
    answer = await _delegate(office.boss, deputy)
    assert answer["userErrors"] == []
    (seen,) = await listed(client, "INBOX")
    assert {f["field"]: f["after"] for f in seen["fields"]} == {"creditRating": "A"}
    done = await decide(client, "approve", seen)
    assert done["approval"]["decidedBy"]["id"] == f"usr_{deputy.id}"
    assert done["approval"]["inPlaceOf"]["id"] == f"usr_{office.people['boss'].id}"
    assert done["approval"]["fields"] == []  # decided: what he is shown of the customer is what it was before


async def test_d34_nobody_decides_on_his_own_request_through_a_delegation_either(
    office: House, customer: Customer
) -> None:
    await _delegate(office.boss, office.people["seller"])
    own = (await change(office.seller, customer.id, creditRating="B"))["approval"]
    assert not (await one(office.seller, own["id"]))["awaitsYou"]  # type: ignore[index]
    boss = (await change(office.boss, customer.id, name="杭州经理所改有限公司"))["approval"]
    seen = await one(office.seller, boss["id"])
    assert seen is None  # the manager's own request cannot be decided in the manager's place
    assert await listed(office.seller, "INBOX") == []


async def test_d34_a_delegation_ends_by_itself_or_at_once(office: House, customer: Customer, sign_in: SignIn) -> None:
    deputy = await people.make_user(Role.SERVICE)
    client = await sign_in(deputy)
    request = (await change(office.seller, customer.id, creditRating="A"))["approval"]
    later = (clock.now() + timedelta(days=1)).isoformat()
    await _delegate(office.boss, deputy, beginsAt=later)
    assert await one(client, request["id"]) is None
    answer = await _delegate(office.boss, deputy)
    assert (await one(client, request["id"]))["awaitsYou"]  # type: ignore[index]
    mine = "{ delegations { id userName delegateId until } }"
    assert len((await client.data(mine))["delegations"]) == 2
    stranger = await sign_in(await people.make_user(Role.SALES))
    assert (await stranger.data(mine))["delegations"] == []
    end = "mutation($i: EndDelegationInput!) { endDelegation(input: $i) { delegationId } }"
    assert (await stranger.run(end, i={"id": answer["delegationId"]})).code == "NOT_FOUND"
    await office.boss.data(end, i={"id": answer["delegationId"]})
    assert await one(client, request["id"]) is None


async def test_d34_what_is_wrong_with_a_delegation_is_said(office: House) -> None:
    past = (clock.now() - timedelta(minutes=1)).isoformat()
    far = (clock.now() + timedelta(days=400)).isoformat()
    soon = (clock.now() + timedelta(days=1)).isoformat()
    deputy, leaver = await people.make_user(), await people.make_user(disabled_at=clock.now())
    assert drafts.faults(await _delegate(office.boss, office.people["boss"])) == [("NOT_YOURSELF", "delegateId")]
    assert drafts.faults(await _delegate(office.boss, leaver)) == [("USER_DISABLED", "delegateId")]
    assert drafts.faults(await _delegate(office.boss, deputy, until=past)) == [("PERIOD_PAST", "until")]
    assert drafts.faults(await _delegate(office.boss, deputy, until=far)) == [("PERIOD_TOO_LONG", "until")]
    assert drafts.faults(await _delegate(office.boss, deputy, beginsAt=far, until=soon)) == [
        ("PERIOD_REVERSED", "until")
    ]
