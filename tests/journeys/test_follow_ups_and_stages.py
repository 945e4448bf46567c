"""Follow-ups in the future, late, without plan (D20, D21); illegal moves of the stage (D24)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import LostReason, Stage
from tests.api import Client
from tests.journeys import drafts
from tests.journeys.untouched import nothing_saved


def _ago(**period: float) -> str:
    return (clock.now() - timedelta(**period)).isoformat()


def _follow_up(customer: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "customerId": customer["id"], "occurredAt": _ago(minutes=30), "mode": "VISIT", "content": "现场演示",
        "noPlanReason": "等待客户回复", **values,
    }  # fmt: skip


PLAN = {"at": (clock.now() + timedelta(days=3)).isoformat(), "mode": "PHONE", "goal": "确认报价"}
FOLLOW_UPS: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "in_the_future": ({"occurredAt": _ago(minutes=-30)}, {("TIME_IN_FUTURE", "occurredAt")}),
    "without_content": ({"content": " "}, {("REQUIRED", "content")}),
    "content_too_long": ({"content": "长" * 5001}, {("TOO_LONG", "content")}),
    "without_plan": ({"noPlanReason": None}, {("NEXT_PLAN_REQUIRED", "nextPlan")}),
    "half_a_plan": (
        {"noPlanReason": None, "nextPlan": {**PLAN, "goal": " "}},
        {("NEXT_PLAN_REQUIRED", "nextPlan")},
    ),
    "both": ({"nextPlan": PLAN}, {("NEXT_PLAN_CONTRADICTS", "nextPlan")}),
    "plan_before": (
        {"noPlanReason": None, "nextPlan": {**PLAN, "at": _ago(days=1)}},
        {("TIME_IN_PAST", "nextPlan.at")},
    ),
    "goal_too_long": (
        {"noPlanReason": None, "nextPlan": {**PLAN, "goal": "长" * 201}},
        {("TOO_LONG", "nextPlan.goal")},
    ),
    "negative_duration": ({"durationMinutes": -1}, {("OUT_OF_RANGE", "durationMinutes")}),
    "endless_duration": ({"durationMinutes": 2**31 - 1}, {("OUT_OF_RANGE", "durationMinutes")}),
    "everything": (
        {"occurredAt": None, "mode": None, "content": None, "noPlanReason": None, "durationMinutes": -5},
        {
            ("REQUIRED", "occurredAt"),
            ("REQUIRED", "mode"),
            ("REQUIRED", "content"),
            ("NEXT_PLAN_REQUIRED", "nextPlan"),
            ("OUT_OF_RANGE", "durationMinutes"),
        },
    ),
}


@pytest.mark.parametrize(("values", "faults"), FOLLOW_UPS.values(), ids=FOLLOW_UPS)
async def test_d20_a_follow_up_is_refused_with_all_that_is_wrong(
    seller: Client, values: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    customer = await drafts.submitted(seller)
    async with nothing_saved():
        payload = await seller.change("recordFollowUp", _follow_up(customer, **values), "followUp { id }")
    assert {(e["code"], ".".join(e["field"])) for e in payload["userErrors"]} == faults
    assert [e["message"] for e in payload["userErrors"] if "…" in e["message"]] == []


@pytest.mark.parametrize(
    ("occurred", "minutes", "late"),
    [
        ({"hours": 1}, None, False),
        ({"hours": 25}, None, True),
        ({"hours": 25}, 120, False),
        ({"minutes": -4}, None, False),
    ],
    ids=["soon", "a day later", "a day after a long one", "clock skew"],
)  # fmt: skip
async def test_d21_a_follow_up_recorded_after_a_day_is_accepted_and_flagged(
    seller: Client, occurred: dict[str, float], minutes: int | None, late: bool
) -> None:
    customer = await drafts.submitted(seller)
    values = _follow_up(customer, occurredAt=_ago(**occurred), durationMinutes=minutes)
    payload = await seller.change("recordFollowUp", values, "followUp { isLate }")
    assert payload == {"followUp": {"isLate": late}, "userErrors": []}


async def test_d20_a_follow_up_of_an_earlier_day_moves_the_first_contact_and_not_the_last(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    query = "query($id: ID!) { customer(id: $id) { firstContactAt lastFollowedUpAt version } }"
    before = (await seller.data(query, id=customer["id"]))["customer"]
    values = _follow_up(customer, occurredAt=_ago(days=9))
    payload = await seller.change("recordFollowUp", values, "followUp { occurredAt }")
    after = (await seller.data(query, id=customer["id"]))["customer"]
    assert after == {**before, "firstContactAt": payload["followUp"]["occurredAt"]}


async def test_d20_the_contact_spoken_to_is_one_of_the_customer(seller: Client) -> None:
    customer, other = await drafts.submitted(seller), await drafts.submitted(seller)
    values = _follow_up(customer, contactId=other["contacts"]["nodes"][0]["id"])
    async with nothing_saved():
        payload = await seller.change("recordFollowUp", values, "followUp { id }")
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("NOT_FOUND", ["contactId"])]


async def test_d31_a_draft_has_no_follow_ups_and_no_stage(seller: Client) -> None:
    draft = await drafts.saved(seller)
    async with nothing_saved():
        payload = await seller.change("recordFollowUp", _follow_up(draft), "followUp { id }")
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("NOT_IN_EFFECT", ["customerId"])]
    async with nothing_saved():
        step = {"id": draft["id"], "version": draft["version"], "to": "CONTACTED"}
        payload = await seller.change("moveCustomerStage", step, "customer { id }")
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("NOT_IN_EFFECT", ["id"])]


LEGAL_FROM_LEAD = "CONTACTED, QUALIFIED, PROPOSAL, NEGOTIATION, WON, LOST"
MOVES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "after_sales_from_lead": ({"to": "AFTER_SALES"}, "ILLEGAL_STAGE_MOVE", "to", LEGAL_FROM_LEAD),
    "same": ({"to": "LEAD"}, "SAME_STAGE", "to", ""),
    "lost_without_reason": ({"to": "LOST"}, "LOST_REASON_REQUIRED", "lostReason", ""),
    "lost_for_other": ({"to": "LOST", "lostReason": "OTHER"}, "LOST_OTHER_NEEDS_TEXT", "reason", ""),
    "loss_that_is_none": ({"to": "WON", "lostReason": "PRICE"}, "LOST_REASON_ONLY_FOR_LOST", "lostReason", ""),
    "long_reason": ({"to": "WON", "reason": "因" * 201}, "TOO_LONG", "reason", "200"),
}


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
async def test_d24_an_illegal_move_is_refused_and_told_what_is_legal(
    seller: Client, move: tuple[dict[str, Any], str, str, str], locale: str
) -> None:
    step, code, field, hint = move
    customer = await drafts.submitted(seller)
    seller.locale = locale
    step = {"id": customer["id"], "version": customer["version"], **step}
    async with nothing_saved():
        payload = await seller.change("moveCustomerStage", step, "customer { stage }")
    ((found, path, message),) = [(e["code"], e["field"], e["message"]) for e in payload["userErrors"]]
    assert (found, path) == (code, [field])
    assert hint in message
    assert "…" not in message


async def test_d24_lost_comes_back_with_a_reason_and_never_to_won(seller: Client) -> None:
    customer = await drafts.submitted(seller)

    async def move(to: Stage, **values: Any) -> dict[str, Any]:
        query = "query($id: ID!) { customer(id: $id) { version } }"
        version = (await seller.data(query, id=customer["id"]))["customer"]["version"]
        step = {"id": customer["id"], "version": version, "to": to, **values}
        return await seller.change("moveCustomerStage", step, "customer { stage coarseStatus }")

    lost = await move(Stage.LOST, lostReason=LostReason.PRICE)
    assert lost["customer"] == {"stage": "LOST", "coarseStatus": "LOST"}
    assert [e["code"] for e in (await move(Stage.WON, reason="回来了"))["userErrors"]] == ["ILLEGAL_STAGE_MOVE"]
    assert [e["code"] for e in (await move(Stage.PROPOSAL))["userErrors"]] == ["REASON_REQUIRED"]
    back = await move(Stage.PROPOSAL, reason="预算恢复")
    assert back["customer"] == {"stage": "PROPOSAL", "coarseStatus": "INTENT"}
