"""New customers that wait for approval: locked, approved, given back, corrected and submitted again (D31, D32, D34)."""

from __future__ import annotations

from typing import Any

from service.core.enums import ApprovalKind, Role
from storage.models import Customer
from tests.builders import people
from tests.journeys import approvals, drafts
from tests.journeys.approvals import House, decide, house, listed, one
from tests.journeys.conftest import SignIn

ENTRY, CHANGE = ApprovalKind.CUSTOMER_ENTRY, ApprovalKind.CUSTOMER_CHANGE


async def _submit(office: House, **values: Any) -> dict[str, Any]:
    draft = await drafts.saved(office.seller, **values)
    return await office.seller.change("submitCustomer", drafts.submission(draft), approvals.CUSTOMER)


async def test_d31_a_submission_waits_where_the_flow_is_on_and_takes_effect_when_it_is_approved(
    sign_in: SignIn,
) -> None:
    office = await house(sign_in, ENTRY)
    answer = await _submit(office)
    assert answer["userErrors"] == []
    customer, request = answer["customer"], answer["approval"]
    assert (customer["state"], customer["number"], answer["waitingFields"]) == ("PENDING", None, None)
    assert (request["kind"], request["state"], request["awaitsYou"]) == ("CUSTOMER_ENTRY", "PENDING", False)
    assert [r["id"] for r in await listed(office.boss, "INBOX")] == [request["id"]]
    assert [r["id"] for r in await listed(office.seller, "OUTBOX")] == [request["id"]]
    seen = await one(office.boss, request["id"])
    assert seen is not None
    assert seen["awaitsYou"]
    assert {"field": "name", "before": None, "after": customer["name"], "isMasked": False} in seen["fields"]
    approved = await decide(office.boss, "approve", seen, comment="资料齐全")
    assert approved["userErrors"] == []
    assert approved["approval"]["state"] == "APPROVED"
    assert approved["approval"]["comment"] == "资料齐全"
    assert approved["approval"]["decidedBy"]["id"] == f"usr_{office.people['boss'].id}"
    assert approved["approval"]["customer"]["state"] == "ACTIVE"
    assert approved["approval"]["customer"]["number"] is not None
    assert await listed(office.boss, "INBOX") == []


async def test_d31_without_the_flow_a_submission_takes_effect_at_once(sign_in: SignIn) -> None:
    answer = await _submit(await house(sign_in))
    assert (answer["customer"]["state"], answer["approval"]) == ("ACTIVE", None)


async def test_d30_what_waits_exists_for_its_author_his_managers_and_the_approver_only(sign_in: SignIn) -> None:
    office = await house(sign_in, ENTRY)
    answer = await _submit(office)
    colleague = await sign_in(await people.make_user(Role.SALES, department=office.department))
    supervisor = await sign_in(await people.make_user(Role.SALES_MANAGER, department=office.department))
    find = "query($id: ID!) { customer(id: $id) { id state } }"
    assert (await colleague.data(find, id=answer["customer"]["id"]))["customer"] is None
    assert await one(colleague, answer["approval"]["id"]) is None
    assert (await colleague.data(find, id=answer["customer"]["id"]))["customer"] is None
    # Who is a supervisor without managing the department decides by the rule SUPERVISOR, not by DEPARTMENT_HEAD.
    assert (await supervisor.data(find, id=answer["customer"]["id"]))["customer"] is None
    assert (await office.chief.data(find, id=answer["customer"]["id"]))["customer"]["state"] == "PENDING"


async def test_d32_an_entry_of_high_risk_is_reviewed_even_where_entries_are_not_approved(sign_in: SignIn) -> None:
    office = await house(sign_in, CHANGE)
    plain = await _submit(office)
    assert (plain["customer"]["state"], plain["approval"]) == ("ACTIVE", None)
    need = {"kinds": ["PURCHASE"], "priority": "HIGH", "budgetBand": await _top_band(office)}
    risky = await _submit(office, name="杭州大额采购有限公司", need=need)
    assert (risky["customer"]["state"], risky["approval"]["rule"]) == ("PENDING", "SUPERVISOR")
    rated = await _submit(office, name="杭州信用良好有限公司", creditRating="A")
    assert rated["customer"]["state"] == "PENDING"
    assert {f["field"] for f in rated["approval"]["fields"]} >= {"name", "uscc", "creditRating"}


async def _top_band(office: House) -> str:
    asked = '{ listValues(where: { list: { eq: "BudgetBand" } }, first: 50) { nodes { code position retiredAt } } }'
    found = (await office.seller.data(asked))["listValues"]["nodes"]
    return max((v for v in found if v["retiredAt"] is None), key=lambda v: v["position"])["code"]


async def test_d32_a_supervisor_of_the_department_decides_though_he_does_not_manage_it(sign_in: SignIn) -> None:
    office = await house(sign_in, CHANGE)
    supervisor = await sign_in(await people.make_user(Role.SERVICE_MANAGER, department=office.department))
    answer = await _submit(office, creditRating="B")
    (request,) = await listed(supervisor, "INBOX")
    assert request["customer"] == {
        "id": answer["customer"]["id"], "state": "PENDING", "number": None, "name": answer["customer"]["name"],
    }  # fmt: skip
    shown = {f["field"]: (f["after"], f["isMasked"]) for f in request["fields"]}
    assert shown["creditRating"] == ("B", False)  # commercial data: of the request's fields, while he decides
    done = await decide(supervisor, "approve", request)
    assert done["userErrors"] == []
    after = await one(supervisor, request["id"])
    assert after is not None
    assert "creditRating" not in {f["field"] for f in after["fields"]}


async def test_d34_a_draft_that_waits_is_locked_except_for_withdrawal(sign_in: SignIn) -> None:
    office = await house(sign_in, ENTRY)
    answer = await _submit(office)
    customer, request = answer["customer"], answer["approval"]
    update = "mutation($i: UpdateCustomerInput!) { updateCustomer(input: $i) { customer { id } } }"
    given = {"id": customer["id"], "version": customer["version"], "notes": "改"}
    assert (await office.seller.run(update, i=given)).code == "FORBIDDEN"
    delete = "mutation($i: DeleteCustomerDraftInput!) { deleteCustomerDraft(input: $i) { userErrors { code } } }"
    refused = (await office.seller.data(delete, i={"id": customer["id"]}))["deleteCustomerDraft"]
    assert [e["code"] for e in refused["userErrors"]] == ["NOT_A_DRAFT"]
    withdrawn = await decide(office.seller, "withdraw", request)
    assert (withdrawn["approval"]["state"], withdrawn["approval"]["customer"]["state"]) == ("WITHDRAWN", "DRAFT")
    assert await listed(office.boss, "INBOX") == []


async def test_d34_a_rejected_draft_comes_back_with_the_comment_and_the_rounds_stay(sign_in: SignIn) -> None:
    office = await house(sign_in, ENTRY)
    first = await _submit(office)
    wordless = await decide(office.boss, "reject", first["approval"], comment=" ")
    assert drafts.faults(wordless) == [("REASON_REQUIRED", "comment")]
    rejected = await decide(office.boss, "reject", first["approval"], comment="营业执照不清晰")
    assert (rejected["approval"]["state"], rejected["approval"]["customer"]["state"]) == ("REJECTED", "DRAFT")
    seen = await one(office.seller, first["approval"]["id"])
    assert seen is not None
    assert seen["comment"] == "营业执照不清晰"
    key = first["customer"]["id"].removeprefix("cus_")
    corrected = await approvals.change(office.seller, key, notes="已补拍执照")
    assert corrected["userErrors"] == []
    again = drafts.submission(corrected["customer"], communication=None)
    second = await office.seller.change("submitCustomer", again, approvals.CUSTOMER)
    assert second["approval"]["state"] == "PENDING"
    states = [r["state"] for r in await listed(office.seller, customer={"id": {"eq": first["customer"]["id"]}})]
    assert states == ["PENDING", "REJECTED"]
    done = await decide(office.boss, "approve", second["approval"])
    assert done["approval"]["customer"]["state"] == "ACTIVE"


async def test_d34_what_is_taken_by_the_time_of_the_decision_is_told_to_who_decides(sign_in: SignIn) -> None:
    office = await house(sign_in, ENTRY)
    code = drafts.new_uscc()
    first, second = await _submit(office, uscc=code), await _submit(office, name="杭州另一家有限公司", uscc=code)
    assert (await decide(office.boss, "approve", first["approval"]))["userErrors"] == []
    refused = await decide(office.boss, "approve", second["approval"])
    assert drafts.faults(refused) == [("USCC_TAKEN", "uscc")]
    assert (await Customer.get(id=second["customer"]["id"].removeprefix("cus_"))).state == "PENDING"
    assert (await one(office.boss, second["approval"]["id"]))["state"] == "PENDING"  # type: ignore[index]


async def test_d34_a_managers_own_entry_is_decided_further_up(sign_in: SignIn) -> None:
    office = await house(sign_in, ENTRY)
    draft = await drafts.saved(office.boss)
    answer = await office.boss.change("submitCustomer", drafts.submission(draft), approvals.CUSTOMER)
    assert answer["approval"]["awaitsYou"] is False
    own = "mutation($i: ApproveInput!) { approve(input: $i) { userErrors { code } } }"
    given = {"id": answer["approval"]["id"], "version": answer["approval"]["version"]}
    refused = await office.boss.run(own, i=given)
    assert refused.code == "FORBIDDEN"
    assert "own request" in refused.error["message"]
    done = await decide(office.chief, "approve", answer["approval"])
    assert done["approval"]["customer"]["state"] == "ACTIVE"
