"""Changes of high-risk information wait for their guarded fields only, and are stale where these moved on (D32–D34)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import ApprovalKind, CreditRating, CustomerKind, Role
from storage import db
from storage.models import Approval, ApprovalChange, ApprovalFlow, Customer, User
from tests.api import Client, signed_in
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import approvals, drafts
from tests.journeys.approvals import House, change, decide, house, listed, one
from tests.journeys.conftest import SignIn

APPROVE = "mutation($i: ApproveInput!) { approve(input: $i) { approval { state version } userErrors { code field } } }"
WITHDRAW = "mutation($i: WithdrawInput!) { withdraw(input: $i) { userErrors { code } } }"
ACCOUNT = "6222021234567890123"


@pytest.fixture
async def office(sign_in: SignIn) -> House:
    return await house(sign_in, ApprovalKind.CUSTOMER_CHANGE)


@pytest.fixture
async def customer(office: House) -> Customer:
    own = {"department_id": office.department.id, "name": "杭州旧名有限公司", "uscc": drafts.new_uscc()}
    return await make_customer(owner=office.people["seller"], kind=CustomerKind.ENTERPRISE, **own)


async def _approve(client: Client, request: dict[str, Any]) -> Any:
    return await client.run(APPROVE, i={"id": request["id"], "version": request["version"]})


async def test_d32_only_the_guarded_fields_wait_and_the_answer_says_which(office: House, customer: Customer) -> None:
    answer = await change(office.seller, customer.id, name="杭州新名有限公司", notes="改了备注")
    assert answer["userErrors"] == []
    assert answer["waitingFields"] == ["name"]
    assert (answer["customer"]["name"], answer["customer"]["notes"]) == ("杭州旧名有限公司", "改了备注")
    (field,) = answer["approval"]["fields"]
    assert (field["before"], field["after"]) == ("杭州旧名有限公司", "杭州新名有限公司")
    assert answer["approval"]["reason"] == "客户来函"
    (request,) = await listed(office.boss, "INBOX")
    done = await decide(office.boss, "approve", request)
    assert done["approval"]["customer"]["name"] == "杭州新名有限公司"
    saved = await Customer.get(id=customer.id)
    assert (saved.name_key, saved.updated_by_id) == ("杭州新名有限公司", office.people["boss"].id)
    log = (
        "query($id: ID!) { customer(id: $id) { changes(first: 9) { nodes { action reason fields { field after } } } } }"
    )
    newest = (await office.boss.data(log, id=f"cus_{customer.id}"))["customer"]["changes"]["nodes"]
    told = next(row for row in newest if row["action"] == "customer.update" and row["reason"] == "客户来函")
    assert {"field": "name", "after": "杭州新名有限公司"} in told["fields"]
    assert {"field": "confirmedBy", "after": "王伟"} in told["fields"]


async def test_d32_a_change_without_guarded_fields_needs_nobody(office: House, customer: Customer) -> None:
    answer = await change(office.seller, customer.id, notes="只改备注", shortName="简称")
    assert (answer["approval"], answer["waitingFields"]) == (None, None)


async def test_d34_a_request_is_stale_where_its_field_changed_meanwhile(office: House, customer: Customer) -> None:
    first = await change(office.seller, customer.id, name="杭州甲有限公司")
    second = await change(office.boss, customer.id, name="杭州乙有限公司")
    assert (await decide(office.chief, "approve", second["approval"]))["userErrors"] == []
    stale = await _approve(office.boss, first["approval"])
    assert stale.code == "CONFLICT"
    assert stale.error["extensions"]["conflicts"] == [
        {"field": "name", "base": "杭州旧名有限公司", "current": "杭州乙有限公司", "wanted": "杭州甲有限公司"}
    ]
    assert (await one(office.boss, first["approval"]["id"]))["state"] == "PENDING"  # type: ignore[index]


async def test_d34_disjoint_changes_go_through(office: House, customer: Customer) -> None:
    name = await change(office.seller, customer.id, name="杭州丙有限公司")
    rating = await change(office.seller, customer.id, creditRating="A")
    assert (await decide(office.boss, "approve", rating["approval"]))["userErrors"] == []
    assert (await decide(office.boss, "approve", name["approval"]))["userErrors"] == []
    saved = await Customer.get(id=customer.id)
    assert (saved.name, saved.credit_rating) == ("杭州丙有限公司", CreditRating.A)
    assert saved.assessed_by_id == office.people["seller"].id  # whoever has asked for it


async def test_d34_who_asks_anew_for_the_same_field_supersedes_himself(office: House, customer: Customer) -> None:
    first = await change(office.seller, customer.id, name="杭州第一次有限公司")
    await change(office.seller, customer.id, name="杭州第二次有限公司")
    assert (await one(office.seller, first["approval"]["id"]))["state"] == "SUPERSEDED"  # type: ignore[index]
    assert len(await listed(office.boss, "INBOX")) == 1
    decided = (await _approve(office.boss, first["approval"])).data["approve"]
    assert [e["code"] for e in decided["userErrors"]] == ["APPROVAL_ENDED"]


async def test_d34_nothing_is_decided_twice_nor_after_its_end(office: House, customer: Customer) -> None:
    request = (await change(office.seller, customer.id, name="杭州丁有限公司"))["approval"]
    stale = await office.boss.run(APPROVE, i={"id": request["id"], "version": request["version"] + 1})
    assert (stale.code, stale.error["extensions"]["currentVersion"]) == ("CONFLICT", request["version"])
    assert (await _approve(office.boss, request)).data["approve"]["userErrors"] == []
    again = (await _approve(office.boss, request)).data["approve"]
    assert [(e["code"], e["field"]) for e in again["userErrors"]] == [("APPROVAL_ENDED", ["id"])]
    taken_back = await office.seller.data(WITHDRAW, i={"id": request["id"], "version": request["version"] + 1})
    assert [e["code"] for e in taken_back["withdraw"]["userErrors"]] == ["APPROVAL_ENDED"]
    old = (await change(office.seller, customer.id, name="杭州戊有限公司"))["approval"]
    await Approval.filter(id=old["id"].removeprefix("apv_")).update(expires_at=clock.now() - timedelta(seconds=1))
    assert (await one(office.boss, old["id"]))["awaitsYou"] is False  # type: ignore[index]
    late = (await _approve(office.boss, old)).data["approve"]
    assert [e["code"] for e in late["userErrors"]] == ["APPROVAL_ENDED"]


async def test_d34_nobody_decides_who_is_not_found_by_the_rule(
    office: House, customer: Customer, sign_in: SignIn
) -> None:
    request = (await change(office.seller, customer.id, name="杭州己有限公司"))["approval"]
    assert (await _approve(office.seller, request)).code == "FORBIDDEN"
    colleague = await sign_in(await people.make_user(Role.SALES, department=office.department))
    assert (await _approve(colleague, request)).code == "NOT_FOUND"  # it does not exist for him
    auditor = await sign_in(await people.make_user(Role.AUDITOR))
    assert (await _approve(auditor, request)).code == "FORBIDDEN"
    seen = await one(auditor, request["id"])
    assert seen is not None
    assert not seen["awaitsYou"]
    refused = await office.boss.run(WITHDRAW, i={"id": request["id"], "version": request["version"]})
    assert refused.code == "FORBIDDEN"
    admin = await sign_in(await people.make_user(Role.ADMIN))
    assert (await _approve(admin, request)).data["approve"]["userErrors"] == []


async def test_d34_who_has_left_decides_nothing(office: House, customer: Customer, api: Any) -> None:
    request = (await change(office.seller, customer.id, name="杭州庚有限公司"))["approval"]
    leaver = await signed_in(api.url, office.people["boss"])
    await User.filter(id=office.people["boss"].id).update(disabled_at=clock.now())
    await asyncio.sleep(2.2)  # a snapshot of people is at most two seconds old
    assert (await _approve(leaver, request)).code == "UNAUTHENTICATED"
    await leaver.close()
    assert (await _approve(office.chief, request)).data["approve"]["userErrors"] == []


async def test_sec_i3_of_a_hundred_decisions_at_once_one_takes_effect(office: House, customer: Customer) -> None:
    request = (await change(office.seller, customer.id, name="杭州并发有限公司"))["approval"]
    before = (await Customer.get(id=customer.id)).version
    clients = [office.boss, office.chief] * 50
    answers = await asyncio.gather(*(_approve(client, request) for client in clients))
    decided = [a.data["approve"]["userErrors"] for a in answers if "errors" not in a.body]
    assert sum(errors == [] for errors in decided) == 1
    assert {errors[0]["code"] for errors in decided if errors} <= {"APPROVAL_ENDED"}
    assert {a.code for a in answers if "errors" in a.body} <= {"CONFLICT"}
    assert (await Customer.get(id=customer.id)).version == before + 1
    rows = await db.rows(
        "select count(*) as n from change_log where subject_id = $1"
        " and action = 'approval.approve' and outcome = 'DONE'",
        request["id"].removeprefix("apv_"),
    )
    assert rows[0]["n"] == 1


async def test_d60_a_protected_value_that_waits_is_sealed_and_forgotten_when_the_request_ends(
    office: House, customer: Customer
) -> None:
    request = (await change(office.boss, customer.id, bankAccount=ACCOUNT))["approval"]
    (field,) = (await one(office.chief, request["id"]))["fields"]  # type: ignore[index]
    assert field == {"field": "bankAccount", "before": None, "after": "****0123", "isMasked": True}
    key = request["id"].removeprefix("apv_")
    (kept,) = await ApprovalChange.filter(approval_id=key)
    assert kept.sealed is not None
    assert ACCOUNT.encode() not in kept.sealed
    text = await db.rows("select a::text || (select string_agg(c::text, ' ') from approval_changes c"
                         " where c.approval_id = a.id) as t from approvals a where a.id = $1", key)  # fmt: skip
    assert ACCOUNT not in text[0]["t"]
    assert (await decide(office.chief, "approve", request))["approval"]["customer"]["state"] == "ACTIVE"
    reveal = "mutation($i: RevealFieldInput!) { revealField(input: $i) { value } }"
    asked = {"id": f"cus_{customer.id}", "field": "BANK_ACCOUNT", "reason": "核对"}
    assert (await office.boss.data(reveal, i=asked))["revealField"]["value"] == ACCOUNT
    assert (await ApprovalChange.get(approval_id=key)).sealed is None
    other = (await change(office.boss, customer.id, bankAccount="6222029999990123"))["approval"]
    assert other["fields"] == [{"field": "bankAccount", "before": "****0123", "after": "****0123", "isMasked": True}]
    await decide(office.chief, "reject", other, comment="账号有误")
    assert (await ApprovalChange.get(approval_id=other["id"].removeprefix("apv_"))).sealed is None
    assert (await office.boss.data(reveal, i=asked))["revealField"]["value"] == ACCOUNT


async def test_d61_what_was_erased_does_not_come_back_by_a_request(
    office: House, customer: Customer, sign_in: SignIn
) -> None:
    request = (await change(office.boss, customer.id, bankAccount=ACCOUNT))["approval"]
    admin = await sign_in(await people.make_user(Role.ADMIN))
    version = (await Customer.get(id=customer.id)).version
    erasing = {"id": f"cus_{customer.id}", "version": version, "reason": "本人要求"}
    assert (await admin.change("eraseProtectedValues", erasing, "customer { id }"))["userErrors"] == []
    assert (await _approve(office.chief, request)).code == "VALUES_ERASED"
    saved = await Customer.get(id=customer.id)
    assert (saved.bank_account, saved.bank_account_digest) == (None, None)


async def test_d32_kinds_and_text_of_a_need_wait_and_its_priority_does_not(office: House) -> None:
    made = await drafts.submitted(office.seller)
    (need,) = made["needs"]["nodes"]
    given = {
        "id": need["id"],
        "version": need["version"],
        "kinds": ["CONSULTING"],
        "priority": "LOW",
        "reason": "需求变化",
    }
    wanted = f"need {{ kinds priority version }} waitingFields {approvals.SHOWN}"
    answer = await office.seller.change("updateNeed", given, wanted)
    assert (answer["need"]["kinds"], answer["need"]["priority"]) == (["PURCHASE"], "LOW")
    assert answer["waitingFields"] == ["kinds"]
    assert (answer["approval"]["subjectType"], answer["approval"]["subjectId"]) == ("Need", need["id"])
    assert (await decide(office.boss, "approve", answer["approval"]))["userErrors"] == []
    seen = await office.seller.data("query($id: ID!) { node(id: $id) { ... on Need { kinds } } }", id=need["id"])
    assert seen["node"]["kinds"] == ["CONSULTING"]


async def test_d34_the_second_step_is_somebody_elses(office: House, customer: Customer, sign_in: SignIn) -> None:
    await ApprovalFlow.filter(department_id=office.department.id).update(rules=["SUPERVISOR", "DATA_STEWARD"])
    steward = await sign_in(await people.make_user(Role.DATA_STEWARD))
    admin = await sign_in(await people.make_user(Role.ADMIN))
    request = (await change(office.seller, customer.id, creditRating="A"))["approval"]
    assert await one(steward, request["id"]) is None
    first = await decide(admin, "approve", request, comment="第一步")
    assert (first["approval"]["state"], first["approval"]["rule"]) == ("PENDING", "DATA_STEWARD")
    assert (await Customer.get(id=customer.id)).credit_rating is None
    assert (await _approve(admin, first["approval"])).code == "FORBIDDEN"  # nobody approves both
    (waiting,) = [r for r in await listed(steward, "INBOX") if r["id"] == request["id"]]  # his inbox is the company's
    assert {f["field"]: f["after"] for f in waiting["fields"]} == {"creditRating": "A"}
    done = await decide(steward, "approve", waiting)
    assert done["approval"]["state"] == "APPROVED"
    assert (await Customer.get(id=customer.id)).credit_rating == CreditRating.A
    steps = await db.rows(
        "select v.before #>> '{}' as before, v.after #>> '{}' as after from change_log l"
        " join change_values v on v.change_id = l.id and v.field = 'rule' where l.subject_id = $1",
        request["id"].removeprefix("apv_"),
    )
    assert steps == [{"before": "SUPERVISOR", "after": "DATA_STEWARD"}]


async def test_d34_bulk_decisions_are_each_their_own(office: House, customer: Customer) -> None:
    name = (await change(office.seller, customer.id, name="杭州辛有限公司"))["approval"]
    rating = (await change(office.seller, customer.id, creditRating="B"))["approval"]
    own = (await change(office.boss, customer.id, uscc=drafts.new_uscc()))["approval"]
    bulk = """mutation($i: DecideApprovalsInput!) { decideApprovals(input: $i) {
        results { id done code message approval { state } } } }"""
    given = [{"id": r["id"], "version": r["version"]} for r in (name, own, rating)]
    answer = await office.boss.data(bulk, i={"approvals": given, "decision": "APPROVE"})
    results = answer["decideApprovals"]["results"]
    assert [(r["done"], r["code"], r["approval"]["state"]) for r in results] == [
        (True, None, "APPROVED"), (False, "FORBIDDEN", "PENDING"), (True, None, "APPROVED"),
    ]  # fmt: skip


async def test_d47_the_legal_actions_of_a_request_are_told(office: House, customer: Customer) -> None:
    request = (await change(office.seller, customer.id, name="杭州壬有限公司"))["approval"]
    asked = "query($ids: [ID!]!) { permissionsOf(ids: $ids) { actions { name isAllowed code } } }"

    async def actions(client: Client) -> dict[str, str | None]:
        (found,) = (await client.data(asked, ids=[request["id"]]))["permissionsOf"]
        return {a["name"]: None if a["isAllowed"] else a["code"] for a in found["actions"]}

    assert await actions(office.boss) == {"approve": None, "reject": None, "withdraw": "FORBIDDEN"}
    assert await actions(office.seller) == {"approve": "FORBIDDEN", "reject": "FORBIDDEN", "withdraw": None}
    await decide(office.boss, "approve", request)
    assert await actions(office.boss) == {
        "approve": "APPROVAL_ENDED", "reject": "APPROVAL_ENDED", "withdraw": "FORBIDDEN",
    }  # fmt: skip
