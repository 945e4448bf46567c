from __future__ import annotations

import asyncio
from datetime import timedelta

from service.core import clock
from service.core.enums import Role
from storage import db
from storage.models import Department, User
from tests.api import Client
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn


async def test_d30_d31_a_draft_is_saved_submitted_and_takes_effect(seller: Client, sales: User) -> None:
    draft = await drafts.saved(seller)
    assert draft["state"] == "DRAFT"
    assert draft["number"] is None

    customer = (await seller.change("submitCustomer", drafts.submission(draft), drafts.CUSTOMER))["customer"]
    assert customer["state"] == "ACTIVE"
    assert customer["number"].startswith("C")
    assert customer["owner"]["id"] == f"usr_{sales.id}"
    assert [c["isPrimary"] for c in customer["contacts"]["nodes"]] == [True]


async def test_d30_a_draft_does_not_exist_for_colleagues_and_does_for_the_manager(
    seller: Client, department: Department, sign_in: SignIn
) -> None:
    draft = await drafts.saved(seller)
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    boss = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    manager = await sign_in(boss)

    query = "query($id: ID!) { customer(id: $id) { name } }"
    assert (await colleague.data(query, id=draft["id"]))["customer"] is None
    assert (await manager.data(query, id=draft["id"]))["customer"] == {"name": "杭州新程贸易有限公司"}


async def test_d42_each_colleague_sees_exactly_the_fields_that_he_may(
    seller: Client, department: Department, sign_in: SignIn
) -> None:
    customer = await drafts.submitted(seller)
    shown = "name contacts(first: 5) { nodes { name mobile title } } needs { nodes { kinds } }"
    query = f"query($id: ID!) {{ customer(id: $id) {{ {shown} }} }}"

    async def seen_by(*roles: Role, **values: object) -> dict[str, object]:
        client = await sign_in(await people.make_user(*roles, **values))
        return (await client.data(query, id=customer["id"]))["customer"]

    owner = (await seller.data(query, id=customer["id"]))["customer"]
    assert owner["contacts"]["nodes"] == [{"name": "王伟", "mobile": "13812345678", "title": "采购经理"}]

    same_department = await seen_by(Role.SALES, department=department)
    assert same_department["contacts"]["nodes"] == [{"name": "王先生", "mobile": "138****5678", "title": "采购经理"}]

    marketing = await seen_by(Role.MARKETING)
    assert marketing == {
        "name": owner["name"],
        "contacts": {"nodes": []},
        "needs": {"nodes": [{"kinds": ["PURCHASE"]}]},
    }

    auditor = await seen_by(Role.AUDITOR)
    assert auditor == {"name": owner["name"], "contacts": {"nodes": []}, "needs": {"nodes": []}}


async def test_d20_d22_a_follow_up_is_recorded_and_its_plan_is_asked_for(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    follow_up = {
        "customerId": customer["id"],
        "occurredAt": (clock.now() - timedelta(minutes=30)).isoformat(),
        "mode": "VISIT",
        "content": "现场演示",
        "contactId": customer["contacts"]["nodes"][0]["id"],
        "nextPlan": {"at": (clock.now() + timedelta(days=3)).isoformat(), "mode": "PHONE", "goal": "确认报价"},
    }
    payload = await seller.change(
        "recordFollowUp", follow_up, "followUp { id content isLate contact { name } customer { lastFollowedUpAt } }"
    )
    assert payload["userErrors"] == []
    assert payload["followUp"]["isLate"] is False
    assert payload["followUp"]["contact"] == {"name": "王伟"}
    recorded = payload["followUp"]["customer"]["lastFollowedUpAt"]
    assert (
        recorded
        == (
            await seller.data(
                "query($id: ID!) { customer(id: $id) { followUps(first: 1) { nodes { occurredAt } } } }",
                id=customer["id"],
            )
        )["customer"]["followUps"]["nodes"][0]["occurredAt"]
    )
    key = payload["followUp"]["id"].removeprefix("fol_")
    waiting = await db.rows("select task from outbox_messages where arguments->>'follow_up_id' = $1", key)
    assert [row["task"] for row in waiting] == ["follow_up.plan"]


async def test_d24_the_stage_moves_and_every_move_is_kept(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    step = {"id": customer["id"], "version": customer["version"], "to": "QUALIFIED"}
    moved = (await seller.change("moveCustomerStage", step, "customer { stage coarseStatus version }"))["customer"]
    assert (moved["stage"], moved["coarseStatus"]) == ("QUALIFIED", "INTENT")

    back = {"id": customer["id"], "version": moved["version"], "to": "CONTACTED", "reason": "需求重新确认"}
    await seller.change("moveCustomerStage", back, "customer { stage }")
    query = "query($id: ID!) { customer(id: $id) { stageMoves { nodes { fromStage toStage reason } } } }"
    moves = (await seller.data(query, id=customer["id"]))["customer"]["stageMoves"]["nodes"]
    assert moves == [
        {"fromStage": "QUALIFIED", "toStage": "CONTACTED", "reason": "需求重新确认"},
        {"fromStage": "LEAD", "toStage": "QUALIFIED", "reason": None},
    ]


async def test_d6_two_hundred_submissions_at_once_get_unique_numbers_and_none_is_lost(seller: Client) -> None:
    created = await asyncio.gather(
        *(
            seller.change("createCustomerDraft", drafts.enterprise(name=f"并发测试{n}有限公司"), drafts.CUSTOMER)
            for n in range(200)
        )
    )
    waiting = [drafts.submission(c["customer"]) for c in created]
    done = await asyncio.gather(*(seller.change("submitCustomer", s, drafts.CUSTOMER) for s in waiting))
    assert [d["userErrors"] for d in done if d["userErrors"]] == []
    numbers = {d["customer"]["number"] for d in done}
    assert len(numbers) == 200
    assert (
        len(await db.rows("select 1 from customers where name like '并发测试%' and number = any($1)", list(numbers)))
        == 200
    )


async def test_s9_a_street_address_is_masked_by_its_city(
    seller: Client, department: Department, sign_in: SignIn
) -> None:
    customer = await drafts.submitted(seller, regionCode="330106", address="文三路 18 号")
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    stranger = await sign_in(await people.make_user(Role.SALES))
    query = "query($id: ID!) { customer(id: $id) { address } }"
    seen = [(await c.data(query, id=customer["id"]))["customer"]["address"] for c in (seller, colleague, stranger)]
    assert seen == ["文三路 18 号", "杭州市", None]
