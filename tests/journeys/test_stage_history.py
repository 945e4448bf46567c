"""The history of the stage with durations (D24), and what the cadence of a status proposes (D22)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import CustomerState, Role, Stage
from storage import db
from storage.models import Customer, User
from tests.api import Client
from tests.builders import customers, people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

HISTORY = """query($id: ID!) { customer(id: $id) { version stage stageSince
    stageMoves(orderBy: [{field: CREATED_AT}]) { nodes { fromStage toStage durationSeconds createdAt } } } }"""
PROPOSED = "query($id: ID!) { customer(id: $id) { proposedNextFollowUpAt lastFollowedUpAt } }"
CADENCES = "{ cadences { status days version } }"


def _key(customer: Customer) -> str:
    return f"cus_{customer.id}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def _move(client: Client, key: str, to: Stage, **values: Any) -> dict[str, Any]:
    version = (await client.data(HISTORY, id=key))["customer"]["version"]
    step = {"id": key, "version": version, "to": to, **values}
    payload = await client.change("moveCustomerStage", step, "customer { stageSince }")
    assert not payload["userErrors"], payload["userErrors"]
    return (await client.data(HISTORY, id=key))["customer"]


async def test_d24_a_move_says_how_long_the_stage_before_lasted(seller: Client, sales: User) -> None:
    since = clock.now() - timedelta(days=3)
    customer = await customers.make_customer(sales, stage_since=since, effective_at=since)
    first = await _move(seller, _key(customer), Stage.QUALIFIED)
    (move,) = first["stageMoves"]["nodes"]
    assert (move["fromStage"], move["toStage"]) == ("LEAD", "QUALIFIED")
    assert move["durationSeconds"] == (_moment(move["createdAt"]) - since).total_seconds()
    assert first["stageSince"] == move["createdAt"]
    await Customer.filter(id=customer.id).update(stage_since=clock.now() - timedelta(seconds=100))
    second = await _move(seller, _key(customer), Stage.CONTACTED, reason="需求有变")
    assert 100 <= second["stageMoves"]["nodes"][-1]["durationSeconds"] < 160


async def test_d24_the_first_stage_began_when_the_customer_took_effect(seller: Client) -> None:
    draft = await drafts.saved(seller)
    query = "query($id: ID!) { customer(id: $id) { stageSince effectiveAt } }"
    assert (await seller.data(query, id=draft["id"]))["customer"] == {"stageSince": None, "effectiveAt": None}
    await seller.change("submitCustomer", drafts.submission(draft), "customer { id }")
    after = (await seller.data(query, id=draft["id"]))["customer"]
    assert after["stageSince"] == after["effectiveAt"] != None  # noqa: E711 - of three, none is null


async def test_d24_customers_are_found_and_sorted_by_how_long_they_stand(seller: Client, sales: User) -> None:
    days = {"甲公司": 40, "乙公司": 9, "丙公司": 90}
    for name, count in days.items():
        await customers.make_customer(sales, name=name, stage_since=clock.now() - timedelta(days=count))
    before = (clock.now() - timedelta(days=30)).isoformat()
    document = """query($before: DateTime!) { customers(where: {stageSince: {lt: $before}, owner: {id: {eq: "%s"}}},
        orderBy: [{field: STAGE_SINCE}]) { nodes { name } } }"""
    found = await seller.data(document % f"usr_{sales.id}", before=before)
    assert [node["name"] for node in found["customers"]["nodes"]] == ["丙公司", "甲公司"]


async def _proposed(client: Client, customer: Customer) -> str | None:
    return (await client.data(PROPOSED, id=_key(customer)))["customer"]["proposedNextFollowUpAt"]


@pytest.mark.parametrize(
    ("stage", "days"), [(Stage.CONTACTED, 7), (Stage.PROPOSAL, 3), (Stage.AFTER_SALES, 30), (Stage.LOST, None)]
)
async def test_d22_the_cadence_of_the_status_proposes_the_next_follow_up(
    seller: Client, sales: User, stage: Stage, days: int | None
) -> None:
    effective, followed = clock.now() - timedelta(days=20), clock.now() - timedelta(days=1)
    fresh = await customers.make_customer(sales, stage=stage, effective_at=effective)
    known = await customers.make_customer(sales, stage=stage, effective_at=effective, last_followed_up_at=followed)
    wanted = [days and (at + timedelta(days=days)).isoformat() for at in (effective, followed)]
    assert [await _proposed(seller, customer) for customer in (fresh, known)] == wanted


@pytest.mark.parametrize("state", [CustomerState.DRAFT, CustomerState.ARCHIVED])
async def test_d22_nothing_is_proposed_for_a_customer_that_is_not_in_effect(
    seller: Client, sales: User, state: CustomerState
) -> None:
    customer = await customers.make_customer(sales, state=state, effective_at=clock.now())
    assert await _proposed(seller, customer) is None


async def test_d22_a_follow_up_that_is_recorded_comes_back_with_the_next_proposal(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    at = clock.now() - timedelta(minutes=5)
    given = {"customerId": customer["id"], "occurredAt": at.isoformat(), "mode": "PHONE", "content": "电话",
             "noPlanReason": "等待"}  # fmt: skip
    payload = await seller.change("recordFollowUp", given, "followUp { customer { proposedNextFollowUpAt } }")
    wanted = (at + timedelta(days=7)).isoformat()
    assert payload["followUp"]["customer"] == {"proposedNextFollowUpAt": wanted}


async def test_d22_the_administrator_sets_a_cadence_and_it_is_logged(
    seller: Client, sales: User, sign_in: SignIn
) -> None:
    person = await people.make_user(Role.ADMIN)
    admin = await sign_in(person)
    known = {one["status"]: one for one in (await seller.data(CADENCES))["cadences"]}
    assert list(known) == ["POTENTIAL", "INTENT", "DEAL"]
    customer = await customers.make_customer(sales, effective_at=clock.now())
    version = known["POTENTIAL"]["version"]
    try:
        given = {"status": "POTENTIAL", "version": version, "days": 14}
        payload = await admin.change("setCadence", given, "cadence { status days version }")
        assert payload["cadence"] == {"status": "POTENTIAL", "days": 14, "version": version + 1}
        assert await _proposed(seller, customer) == (customer.effective_at + timedelta(days=14)).isoformat()  # type: ignore[operator]
        again = "mutation($input: SetCadenceInput!) { setCadence(input: $input) { cadence { days } } }"
        stale = await admin.run(again, input={**given, "days": 21})
        assert stale.code == "CONFLICT"
        assert stale.error["extensions"]["conflicts"] == [{"field": "days", "base": 7, "current": 14, "wanted": 21}]
        lines = await db.rows(
            "select v.before::text as b, v.after::text as a from change_log l"
            " join change_values v on v.change_id = l.id"
            " where l.action = 'cadence.set' and l.outcome = 'DONE' and v.field = 'days' and l.actor_id = $1",
            person.id,
        )
        assert [(line["b"], line["a"]) for line in lines] == [("7", "14")]
    finally:
        await db.rows("update cadences set days = 7, version = $1 where status = 'POTENTIAL' returning 1", version)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"status": "LOST"}, ("NOT_FOUND", ["status"])),
        ({"days": 0}, ("OUT_OF_RANGE", ["days"])),
        ({"days": 366}, ("OUT_OF_RANGE", ["days"])),
    ],
    ids=["lost", "too short", "too long"],
)
async def test_d22_a_wrong_cadence_is_refused(
    sign_in: SignIn, values: dict[str, Any], fault: tuple[str, list[str]]
) -> None:
    admin = await sign_in(await people.make_user(Role.ADMIN))
    async with nothing_saved():
        payload = await admin.change(
            "setCadence", {"status": "DEAL", "version": 1, "days": 5, **values}, "cadence { days }"
        )
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [fault]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_d22_nobody_but_the_administrator_sets_a_cadence(sign_in: SignIn, role: Role) -> None:
    client = await sign_in(await people.make_user(role))
    document = "mutation($input: SetCadenceInput!) { setCadence(input: $input) { cadence { days } } }"
    async with nothing_saved():
        answer = await client.run(document, input={"status": "DEAL", "version": 1, "days": 5})
    assert answer.code == "FORBIDDEN"
