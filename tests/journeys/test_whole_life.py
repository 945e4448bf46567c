"""A customer's whole life, from LEAD to AFTER_SALES and back from LOST, in the hands of everybody who works on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.core import clock
from service.core.enums import Role
from storage.models import Department, User
from tests.api import Client
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults

HISTORY = """query($id: ID!) { customer(id: $id) { stage coarseStatus version lastFollowedUpAt
    stageMoves(first: 20) { totalCount nodes { fromStage toStage lostReason reason durationSeconds } }
    followUps { totalCount } tasks { nodes { state } } } }"""


async def _seen(client: Client, customer: dict[str, Any]) -> dict[str, Any]:
    return (await client.data(HISTORY, id=customer["id"]))["customer"]


async def _move(client: Client, customer: dict[str, Any], to: str, **values: Any) -> list[tuple[str, str]]:
    step = {"id": customer["id"], "version": (await _seen(client, customer))["version"], "to": to, **values}
    return faults(await client.change("moveCustomerStage", step, "customer { stage }"))


async def _talk(client: Client, customer: dict[str, Any], content: str, **values: Any) -> None:
    talk = {"customerId": customer["id"], "content": content, **drafts.communication(noPlanReason="等待"), **values}
    assert faults(await client.change("recordFollowUp", talk, "followUp { id }")) == []


async def test_d24_d25_d20_from_lead_to_after_sales_and_back_from_lost(
    seller: Client, sales: User, department: Department, sign_in: SignIn
) -> None:
    customer = await drafts.submitted(seller)
    helper = await people.make_user(Role.SERVICE)
    await seller.change(
        "addCollaborator", {"customerId": customer["id"], "userId": f"usr_{helper.id}"}, "customer { id }"
    )
    service = await sign_in(helper)
    for stage, status in (
        ("CONTACTED", "POTENTIAL"), ("QUALIFIED", "INTENT"), ("PROPOSAL", "INTENT"), ("NEGOTIATION", "INTENT"),
    ):  # fmt: skip
        await _talk(seller, customer, f"推进到 {stage}")
        assert await _move(seller, customer, stage) == []
        assert (await _seen(seller, customer))["coarseStatus"] == status
    assert await _move(seller, customer, "AFTER_SALES") == [("ILLEGAL_STAGE_MOVE", "to")]

    assert await _move(seller, customer, "LOST") == [("LOST_REASON_REQUIRED", "lostReason")]
    assert await _move(seller, customer, "LOST", lostReason="PRICE", reason="竞品低一成") == []
    assert (await _seen(seller, customer))["coarseStatus"] == "LOST"
    assert await _move(seller, customer, "WON", reason="客户回来了") == [("ILLEGAL_STAGE_MOVE", "to")]
    assert await _move(seller, customer, "PROPOSAL") == [("REASON_REQUIRED", "reason")]
    assert await _move(seller, customer, "PROPOSAL", reason="客户回来了") == []

    plan = {"at": (clock.now() + timedelta(days=2)).isoformat(), "mode": "VISIT", "goal": "签约"}
    await _talk(seller, customer, "约定签约", noPlanReason=None, nextPlan=plan)
    assert await _move(seller, customer, "WON") == []
    assert await _move(seller, customer, "AFTER_SALES") == []
    await _talk(service, customer, "首次回访", kind="RETURN_VISIT", returnVisitResult="满意")

    life = await _seen(service, customer)
    assert (life["stage"], life["coarseStatus"]) == ("AFTER_SALES", "DEAL")
    assert life["followUps"]["totalCount"] == 7
    assert life["stageMoves"]["totalCount"] == 8
    newest = life["stageMoves"]["nodes"]
    assert [move["toStage"] for move in newest[:4]] == ["AFTER_SALES", "WON", "PROPOSAL", "LOST"]
    assert (newest[3]["lostReason"], newest[3]["reason"]) == ("PRICE", "竞品低一成")
    assert all(move["durationSeconds"] is not None for move in newest)

    marketer = await sign_in(await people.make_user(Role.MARKETING))
    moves = (await _seen(marketer, customer))["stageMoves"]["nodes"]
    assert (moves[3]["lostReason"], moves[3]["reason"]) == ("PRICE", None)
