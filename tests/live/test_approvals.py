"""Requests for approval are pushed to who may decide, and their end to who asked (D34)."""

from __future__ import annotations

import asyncio

from service.core.enums import ApprovalKind, CustomerKind, Role
from storage.models import Delegation, Event
from tests.builders.customers import make_customer
from tests.builders.people import make_user
from tests.journeys import drafts
from tests.journeys.approvals import change, decide, house
from tests.journeys.conftest import SignIn
from tests.live.listening import listening

APPROVALS = """subscription($after: String) { approvalsForMe(after: $after) {
    sequence isDelayed approval { id state awaitsYou fields { field after } } } }"""


async def test_d34_a_request_is_pushed_to_who_decides_and_its_end_to_who_asked(sign_in: SignIn) -> None:
    office = await house(sign_in, ApprovalKind.CUSTOMER_CHANGE)
    own = {"department_id": office.department.id, "uscc": drafts.new_uscc()}
    customer = await make_customer(owner=office.people["seller"], kind=CustomerKind.ENTERPRISE, **own)
    async with (
        listening(office.boss.url, office.boss.token, APPROVALS) as inbox,
        listening(office.seller.url, office.seller.token, APPROVALS) as asked,
    ):
        assert (await inbox.next())["approval"] is None
        assert (await asked.next())["approval"] is None
        request = (await change(office.seller, customer.id, creditRating="A"))["approval"]
        shown = (await inbox.next())["approval"]
        fields = [{"field": "creditRating", "after": "A"}]
        assert shown == {"id": request["id"], "state": "PENDING", "awaitsYou": True, "fields": fields}
        assert await asked.is_silent(0.5)
        await decide(office.boss, "approve", request)
        ended = (await asked.next())["approval"]
        assert (ended["id"], ended["state"]) == (request["id"], "APPROVED")


async def test_d34_who_may_not_decide_any_more_is_shown_nothing_of_it(sign_in: SignIn) -> None:
    office = await house(sign_in, ApprovalKind.CUSTOMER_CHANGE)
    own = {"department_id": office.department.id, "uscc": drafts.new_uscc()}
    customer = await make_customer(owner=office.people["seller"], kind=CustomerKind.ENTERPRISE, **own)
    deputy = await make_user(Role.SERVICE)
    client = await sign_in(deputy)
    given = {"delegateId": f"usr_{deputy.id}", "until": "2099-01-01T00:00:00Z"}
    too_long = await office.boss.change("delegate", given, "delegationId")
    assert drafts.faults(too_long) == [("PERIOD_TOO_LONG", "until")]
    async with listening(client.url, client.token, APPROVALS) as inbox:
        assert (await inbox.next())["approval"] is None
        # As if it were told to somebody whose delegation has ended in the meantime.
        request = (await change(office.seller, customer.id, creditRating="B"))["approval"]
        await Event.create(topic="APPROVAL", key=deputy.id, record_id=request["id"].removeprefix("apv_"))
        await asyncio.sleep(0)
        assert await inbox.is_silent(2)
    assert not await Delegation.exists(delegate_id=deputy.id)
