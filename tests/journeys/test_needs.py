"""Needs (D18): several of a customer, each open until it was met or dropped."""

from __future__ import annotations

from typing import Any

from tests.api import Client
from tests.journeys import drafts
from tests.journeys.drafts import faults

NEED = """need { id version state kinds priority potentialNeed businessGoal productPreference expectedPurchase
    expectedPurchaseOn closedReason }"""


async def _need(client: Client, customer: dict[str, Any], **values: Any) -> dict[str, Any]:
    given = {"customerId": customer["id"], "kinds": ["COOPERATION", "PURCHASE"], "priority": "LOW", **values}
    answer = await client.change("createNeed", given, NEED)
    assert faults(answer) == []
    return answer["need"]


async def test_d18_a_customer_has_several_needs(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    need = await _need(
        seller, customer, potentialNeed="二期扩容", businessGoal="降本", productPreference="国产",
        expectedPurchase="QUARTER", expectedPurchaseOn="2026-05-05",
    )  # fmt: skip
    assert (need["state"], need["expectedPurchaseOn"]) == ("OPEN", "2026-06-30")
    assert (need["potentialNeed"], need["businessGoal"], need["productPreference"]) == ("二期扩容", "降本", "国产")
    query = "query($id: ID!) { customer(id: $id) { needs { totalCount } } }"
    assert (await seller.data(query, id=customer["id"]))["customer"] == {"needs": {"totalCount": 2}}


async def test_d18_a_day_alone_is_a_day_and_an_urgent_need_has_none(seller: Client) -> None:
    need = await _need(seller, await drafts.submitted(seller), expectedPurchaseOn="2026-05-05")
    assert (need["expectedPurchase"], need["expectedPurchaseOn"]) == ("DATE", "2026-05-05")
    step = {"id": need["id"], "version": need["version"], "expectedPurchase": "URGENT", "expectedPurchaseOn": None}
    changed = (await seller.change("updateNeed", step, NEED))["need"]
    assert (changed["expectedPurchase"], changed["expectedPurchaseOn"]) == ("URGENT", None)


async def test_d18_a_need_is_met_or_dropped_with_a_reason_and_then_stays_as_it_is(seller: Client) -> None:
    need = await _need(seller, await drafts.submitted(seller))
    step = {"id": need["id"], "version": need["version"], "to": "DROPPED"}
    answer = await seller.change("closeNeed", step, NEED)
    assert faults(answer) == [("REASON_REQUIRED", "reason")]
    dropped = (await seller.change("closeNeed", {**step, "reason": "预算取消"}, NEED))["need"]
    assert (dropped["state"], dropped["closedReason"]) == ("DROPPED", "预算取消")
    change = {"id": need["id"], "version": dropped["version"], "priority": "HIGH"}
    assert faults(await seller.change("updateNeed", change, NEED)) == [("NEED_CLOSED", "id")]
    again = await seller.change("closeNeed", {"id": need["id"], "version": dropped["version"], "to": "OPEN"}, NEED)
    assert (again["need"]["state"], again["need"]["closedReason"]) == ("OPEN", None)


async def test_d18_d31_a_need_of_a_customer_in_effect_has_kinds_and_priority(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    answer = await seller.change("createNeed", {"customerId": customer["id"], "painPoints": "慢"}, NEED)
    assert faults(answer) == [
        ("REQUIRED", "kinds"),
        ("REQUIRED", "priority"),
    ]
