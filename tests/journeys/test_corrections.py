"""Follow-ups are corrected and removed, by whom and with what follows (D20–D23, D31)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import Role
from storage import db
from storage.models import Department, FollowUp, OutboxMessage, User
from tests.api import Answer, Client
from tests.builders import contacts, customers, follow_ups, people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

WHOLE = """followUp { id version content mode kind goods returnVisitResult isLate nextPlanAt nextPlanGoal noPlanReason
    author { id } contact { id } companions { nodes { id } }
    customer { firstContactAt lastFollowedUpAt } }"""
CORRECT = """mutation($input: CorrectFollowUpInput!) { correctFollowUp(input: $input) {
    followUp { id version } userErrors { code field } } }"""
REMOVE = """mutation($input: RemoveFollowUpInput!) { removeFollowUp(input: $input) {
    customer { id lastFollowedUpAt } userErrors { code field } } }"""
TIMES = "query($id: ID!) { customer(id: $id) { firstContactAt lastFollowedUpAt } }"


def _ago(**period: float) -> str:
    return (clock.now() - timedelta(**period)).isoformat()


def _plan(**period: float) -> dict[str, Any]:
    return {"at": (clock.now() + timedelta(**period)).isoformat(), "mode": "PHONE", "goal": "确认报价"}


async def _recorded(client: Client, customer: dict[str, Any], **values: Any) -> dict[str, Any]:
    given = {"occurredAt": _ago(minutes=30), "mode": "VISIT", "content": "现场演示", "noPlanReason": "等待客户"}
    payload = await client.change("recordFollowUp", {"customerId": customer["id"], **given, **values}, WHOLE)
    assert not payload["userErrors"], payload["userErrors"]
    return payload["followUp"]


async def _corrected(client: Client, follow_up: dict[str, Any], **values: Any) -> dict[str, Any]:
    given = {"id": follow_up["id"], "version": follow_up["version"], **values}
    return await client.change("correctFollowUp", given, WHOLE)


def _faults(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(e["code"], ".".join(e["field"])) for e in payload["userErrors"]]


async def _log(follow_up: dict[str, Any], action: str) -> dict[str, tuple[Any, Any]]:
    rows = await db.rows(
        "select v.field, v.before #>> '{}' as b, v.after #>> '{}' as a from change_log l"
        " join change_values v on v.change_id = l.id where l.subject_id = $1::uuid and l.action = $2",
        follow_up["id"].removeprefix("fol_"), action,
    )  # fmt: skip
    return {row["field"]: (row["b"], row["a"]) for row in rows}


async def _plans_asked(follow_up: dict[str, Any]) -> int:
    arguments = {"follow_up_id": follow_up["id"].removeprefix("fol_")}
    return await OutboxMessage.filter(task="follow_up.plan", arguments=arguments).count()


async def test_d20_companions_goods_and_the_result_of_a_return_visit_are_recorded(seller: Client) -> None:
    customer, friends = await drafts.submitted(seller), [await people.make_user(Role.SALES) for _ in range(2)]
    ids = [f"usr_{friend.id}" for friend in friends]
    follow_up = await _recorded(
        seller,
        customer,
        kind="RETURN_VISIT",
        goods=" Rice  20 kg ",
        returnVisitResult="满意",
        companionIds=[*ids, ids[0]],
    )
    assert (follow_up["goods"], follow_up["returnVisitResult"]) == ("Rice 20 kg", "满意")
    assert sorted(node["id"] for node in follow_up["companions"]["nodes"]) == sorted(ids)
    where = {"companions": {"some": {"id": {"eq": ids[1]}}}}
    found = await seller.data("query($w: FollowUpWhere) { followUps(where: $w) { nodes { id } } }", w=where)
    assert [node["id"] for node in found["followUps"]["nodes"]] == [follow_up["id"]]


async def test_d20_companions_who_are_not_there_and_a_result_of_no_return_visit_are_refused(seller: Client) -> None:
    customer, leaver = await drafts.submitted(seller), await people.make_user(Role.SALES, disabled_at=clock.now())
    nobody = "usr_00000000-0000-7000-8000-000000000000"
    given = {
        "customerId": customer["id"], "occurredAt": _ago(hours=1), "mode": "VISIT", "content": "拜访", "kind": "SALES",
        "noPlanReason": "等待", "returnVisitResult": "满意", "companionIds": [nobody, f"usr_{leaver.id}"],
        "goods": "长" * 501,
    }  # fmt: skip
    async with nothing_saved():
        payload = await seller.change("recordFollowUp", given, "followUp { id }")
    assert sorted(_faults(payload)) == [
        ("NOT_FOUND", "companionIds.0"),
        ("RESULT_ONLY_FOR_RETURN_VISIT", "returnVisitResult"),
        ("TOO_LONG", "goods"),
        ("USER_DISABLED", "companionIds.1"),
    ]
    assert [e["message"] for e in payload["userErrors"] if "…" in e["message"]] == []


async def test_d20_more_than_twenty_companions_are_refused(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    follow_up = await _recorded(seller, customer)
    async with nothing_saved():
        payload = await _corrected(seller, follow_up, companionIds=["usr_00000000-0000-7000-8000-000000000000"] * 21)
    assert _faults(payload) == [("OUT_OF_RANGE", "companionIds")]


async def test_d23_a_correction_changes_what_is_named_and_keeps_the_old_text_in_the_log(seller: Client) -> None:
    follow_up = await _recorded(seller, await drafts.submitted(seller), goods="大米", kind="SALES")
    payload = await _corrected(seller, follow_up, content="客户要样品", goods=None, reason="写错了")
    after = payload["followUp"]
    assert (after["content"], after["goods"], after["kind"], after["mode"]) == ("客户要样品", None, "SALES", "VISIT")
    assert after["version"] == follow_up["version"] + 1
    log = await _log(follow_up, "follow_up.correct")
    assert log == {"content": ("现场演示", "客户要样品"), "goods": ("大米", None), "version": ("1", "2")}


async def test_d23_companions_alone_are_corrected_and_logged(seller: Client) -> None:
    first, second = [await people.make_user(Role.SALES) for _ in range(2)]
    follow_up = await _recorded(seller, await drafts.submitted(seller), companionIds=[f"usr_{first.id}"])
    await User.filter(id=first.id).update(disabled_at=clock.now())  # who went along may leave
    payload = await _corrected(seller, follow_up, companionIds=[f"usr_{first.id}", f"usr_{second.id}"])
    assert payload["followUp"]["version"] == 2
    assert len(payload["followUp"]["companions"]["nodes"]) == 2
    assert set(await _log(follow_up, "follow_up.correct")) == {"companions", "version"}
    payload = await _corrected(seller, payload["followUp"], companionIds=None)
    assert payload["followUp"]["companions"]["nodes"] == []


async def test_d21_lateness_follows_a_corrected_time(seller: Client) -> None:
    follow_up = await _recorded(seller, await drafts.submitted(seller))
    late = (await _corrected(seller, follow_up, occurredAt=_ago(hours=30)))["followUp"]
    assert (follow_up["isLate"], late["isLate"]) == (False, True)
    again = (await _corrected(seller, late, durationMinutes=600))["followUp"]
    assert again["isLate"] is False


async def test_d20_times_of_the_customer_follow_a_correction_and_a_removal(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    before = (await seller.data(TIMES, id=customer["id"]))["customer"]
    newest = await _recorded(seller, customer, occurredAt=_ago(minutes=1))
    assert newest["customer"]["lastFollowedUpAt"] > before["lastFollowedUpAt"]
    moved = (await _corrected(seller, newest, occurredAt=_ago(days=40)))["followUp"]
    assert moved["customer"]["lastFollowedUpAt"] == before["lastFollowedUpAt"]
    assert moved["customer"]["firstContactAt"] < before["firstContactAt"]
    answer = await seller.run(REMOVE, input={"id": moved["id"], "version": moved["version"], "reason": "记错客户"})
    assert answer.data["removeFollowUp"]["userErrors"] == []
    assert (await seller.data(TIMES, id=customer["id"]))["customer"] == before


CORRECTIONS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "in_the_future": ({"occurredAt": _ago(minutes=-30)}, [("TIME_IN_FUTURE", "occurredAt")]),
    "nothing_required_can_be_cleared": (
        {"occurredAt": None, "mode": None, "content": " ", "noPlanReason": None, "authorId": None},
        [("NEXT_PLAN_REQUIRED", "nextPlan"), ("REQUIRED", "authorId"), ("REQUIRED", "content"), ("REQUIRED", "mode"),
         ("REQUIRED", "occurredAt")],
    ),
    "plan_and_reason": (
        {"nextPlan": _plan(days=2), "noPlanReason": "等待"}, [("NEXT_PLAN_CONTRADICTS", "nextPlan")]
    ),
    "half_a_plan": ({"nextPlan": {**_plan(days=2), "goal": None}}, [("NEXT_PLAN_REQUIRED", "nextPlan")]),
    "plan_before": ({"nextPlan": _plan(days=-2)}, [("TIME_IN_PAST", "nextPlan.at")]),
    "result_of_no_return_visit": ({"returnVisitResult": "好"}, [("RESULT_ONLY_FOR_RETURN_VISIT", "returnVisitResult")]),
    "long_reason": ({"reason": "因" * 201}, [("TOO_LONG", "reason")]),
}  # fmt: skip


@pytest.mark.parametrize(("values", "faults"), CORRECTIONS.values(), ids=CORRECTIONS)
async def test_d23_a_wrong_correction_is_refused_with_all_that_is_wrong(
    seller: Client, values: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    follow_up = await _recorded(seller, await drafts.submitted(seller))
    async with nothing_saved():
        payload = await _corrected(seller, follow_up, **values)
    assert sorted(_faults(payload)) == faults


async def test_d23_a_contact_of_another_customer_is_refused(seller: Client) -> None:
    customer, other = await drafts.submitted(seller), await drafts.submitted(seller)
    follow_up = await _recorded(seller, customer)
    async with nothing_saved():
        payload = await _corrected(seller, follow_up, contactId=other["contacts"]["nodes"][0]["id"])
    assert _faults(payload) == [("NOT_FOUND", "contactId")]
    own = customer["contacts"]["nodes"][0]["id"]
    payload = await _corrected(seller, follow_up, contactId=own)
    assert payload["followUp"]["contact"] == {"id": own}


async def test_d43_a_contact_that_was_removed_is_nowhere_in_the_answers(seller: Client, sales: User) -> None:
    """Whether a follow-up still leads to it changes neither version, nor fault, nor conflict."""
    customer = await customers.make_customer(sales)
    gone = await contacts.make_contact(customer, removed_at=clock.now())
    for contact_id in (gone.id, None):
        row = await follow_ups.make_follow_up(customer, sales, contact_id=contact_id)
        given = {"id": f"fol_{row.id}", "version": 1}
        assert (await seller.change("correctFollowUp", {**given, "contactId": None}, WHOLE))["followUp"]["version"] == 1
        payload = await seller.change("correctFollowUp", {**given, "contactId": f"con_{gone.id}"}, "followUp { id }")
        assert _faults(payload) == [("NOT_FOUND", "contactId")]
        stale = await seller.run(CORRECT, input={**given, "version": 7, "contactId": None})
        assert stale.error["extensions"] == {"code": "CONFLICT", "conflicts": [], "currentVersion": 1}


async def test_d23_a_plan_takes_the_place_of_the_reason_and_asks_for_its_task_anew(seller: Client) -> None:
    follow_up = await _recorded(seller, await drafts.submitted(seller))
    assert await _plans_asked(follow_up) == 0
    planned = (await _corrected(seller, follow_up, nextPlan=_plan(days=2)))["followUp"]
    assert (planned["nextPlanGoal"], planned["noPlanReason"]) == ("确认报价", None)
    assert await _plans_asked(follow_up) == 1
    same = (await _corrected(seller, planned, content="别的内容"))["followUp"]
    assert await _plans_asked(follow_up) == 1  # the plan is as it was
    without = (await _corrected(seller, same, noPlanReason="客户出差"))["followUp"]
    assert (without["nextPlanAt"], without["noPlanReason"]) == (None, "客户出差")
    assert await _plans_asked(follow_up) == 2


async def test_d23_the_open_task_goes_to_the_corrected_author(seller: Client, sales: User) -> None:
    colleague = await people.make_user(Role.SALES)
    customer = await customers.make_customer(sales)
    row = await follow_ups.make_follow_up(customer, sales)
    task = await follow_ups.make_task(customer, sales, follow_up=row)
    payload = await _corrected(seller, {"id": f"fol_{row.id}", "version": 1}, authorId=f"usr_{colleague.id}")
    assert payload["followUp"]["author"] == {"id": f"usr_{colleague.id}"}
    await task.refresh_from_db()
    assert (task.assignee_id, task.version) == (colleague.id, 2)


async def test_design_4_a_stale_correction_shows_base_current_and_wanted(seller: Client) -> None:
    follow_up = await _recorded(seller, await drafts.submitted(seller))
    await _corrected(seller, follow_up, content="二", nextPlan=_plan(days=2))
    wanted = {"id": follow_up["id"], "version": 1, "content": "三", "noPlanReason": "等"}
    async with nothing_saved():
        stale = await seller.run(CORRECT, input=wanted)
    assert stale.code == "CONFLICT"
    conflicts = {c["field"]: (c["base"], c["current"], c["wanted"]) for c in stale.error["extensions"]["conflicts"]}
    assert conflicts == {"content": ("现场演示", "二", "三"), "noPlanReason": ("等待客户", None, "等")}


async def _try(client: Client, row: FollowUp) -> tuple[Answer, Answer]:
    """A correction, then a removal."""
    given = {"id": f"fol_{row.id}", "version": row.version}
    corrected = await client.run(CORRECT, input={**given, "content": "更正"})
    await row.refresh_from_db()
    return corrected, await client.run(REMOVE, input={**given, "version": row.version, "reason": "更正"})


WHO = {
    "author": {"new": True, "old": False},
    "recorder": {"new": True, "old": False},
    "colleague": {"new": False, "old": False},
    "manager": {"new": True, "old": True},
    "manager above": {"new": True, "old": True},
    "admin": {"new": True, "old": True},
}


@pytest.mark.parametrize("age", ["new", "old"])
@pytest.mark.parametrize("who", WHO)
async def test_d23_the_author_corrects_for_a_day_and_a_manager_always(sign_in: SignIn, who: str, age: str) -> None:
    above = await people.make_department("销售中心")
    department = await people.make_department(parent=above)
    staff = {name: await people.make_user(Role.SALES, department=department) for name in ("author", "recorder")}
    staff["colleague"] = await people.make_user(Role.SALES, department=department)
    staff["manager"], staff["manager above"] = [await people.make_user(Role.SALES_MANAGER) for _ in range(2)]
    staff["admin"] = await people.make_user(Role.ADMIN)
    await Department.filter(id=department.id).update(manager_id=staff["manager"].id)
    await Department.filter(id=above.id).update(manager_id=staff["manager above"].id)
    customer = await customers.make_customer(staff["author"])
    for name in ("recorder", "colleague"):
        await customers.make_collaborator(customer, staff[name])
    recorded = clock.now() - (timedelta(hours=24, minutes=1) if age == "old" else timedelta(hours=23))
    given = {"recorded_by": staff["recorder"], "created_at": recorded, "occurred_at": recorded}
    rows = [await follow_ups.make_follow_up(customer, staff["author"], **given) for _ in range(2)]
    client = await sign_in(staff[who])
    if WHO[who][age]:
        corrected, removed = await _try(client, rows[0])
        assert corrected.data["correctFollowUp"]["userErrors"] == []
        assert removed.data["removeFollowUp"]["userErrors"] == []
        return
    async with nothing_saved(log_rows=2):
        answers = await _try(client, rows[0])
    assert [answer.code for answer in answers] == ["FORBIDDEN"] * 2


@pytest.mark.parametrize(
    ("role", "code"), [(Role.HR, "NOT_FOUND"), (Role.MARKETING, "FORBIDDEN"), (Role.EXECUTIVE, "FORBIDDEN")]
)
async def test_d43_what_does_not_exist_for_one_is_not_found_before_it_is_forbidden(
    sales: User, sign_in: SignIn, role: Role, code: str
) -> None:
    row = await follow_ups.make_follow_up(await customers.make_customer(sales), sales)
    client = await sign_in(await people.make_user(role))
    async with nothing_saved(log_rows=2):
        answers = await _try(client, row)
    assert [answer.code for answer in answers] == [code] * 2


async def test_d42_a_former_owner_corrects_no_more(seller: Client, sales: User) -> None:
    heir = await people.make_user(Role.SALES, department=await people.make_department("销售二部"))
    row = await follow_ups.make_follow_up(await customers.make_customer(heir), sales)
    async with nothing_saved(log_rows=2):
        answers = await _try(seller, row)
    assert [answer.code for answer in answers] == ["NOT_FOUND"] * 2


async def test_d31_the_last_follow_up_stays_and_a_removal_wants_a_reason(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    listed = "query($id: ID!) { customer(id: $id) { followUps { totalCount nodes { id version } } } }"
    (only,) = (await seller.data(listed, id=customer["id"]))["customer"]["followUps"]["nodes"]
    async with nothing_saved():
        answer = await seller.run(REMOVE, input={**only, "reason": " "})
    faults = answer.data["removeFollowUp"]["userErrors"]
    assert faults == [{"code": "REASON_REQUIRED", "field": ["reason"]}, {"code": "LAST_FOLLOW_UP", "field": ["id"]}]
    other = await _recorded(seller, customer, nextPlan=_plan(days=1), noPlanReason=None)
    answer = await seller.run(REMOVE, input={"id": other["id"], "version": other["version"], "reason": "重复"})
    assert answer.data["removeFollowUp"]["customer"]["id"] == customer["id"]
    assert await _plans_asked(other) == 2  # made, and to be cancelled
    counted = (await seller.data(listed, id=customer["id"]))["customer"]["followUps"]
    assert (counted["totalCount"], counted["nodes"]) == (1, [only])
    again = await seller.run(REMOVE, input={"id": other["id"], "version": 2, "reason": "重复"})
    assert again.code == "NOT_FOUND"
    assert (await FollowUp.get(id=other["id"].removeprefix("fol_"))).content == "现场演示"
