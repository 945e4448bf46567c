"""The change log as it is read: by the gate of every read, each value as its field is shown now (D35, D43)."""

from __future__ import annotations

from typing import Any

import pytest

from service.core.enums import Role
from storage.models import Department, User
from tests.api import Client
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn

OF_CUSTOMER = """query($id: ID!, $where: ChangeWhere) { customer(id: $id) { changes(first: 50, where: $where) {
    nodes { id action outcome subjectType subjectId changedFields reason refusal channel requestId
        actor { name } customer { id } fields { field before after isMasked } } } } }"""
NEW_NAME = "杭州新程商贸有限公司"


@pytest.fixture
async def customer(seller: Client) -> dict[str, Any]:
    """A customer in effect whose name and contact were changed, and of which a change was refused."""
    made = await drafts.submitted(seller)
    rename = {"id": made["id"], "version": made["version"], "name": NEW_NAME, "bankName": "农业银行", "notes": "要发票"}
    await _do(seller, "updateCustomer", {**rename, "reason": "工商变更", **drafts.confirmed()}, "customer { id }")
    person = made["contacts"]["nodes"][0]
    mobile = {"id": person["id"], "version": person["version"], "mobile": "13987654321"}
    await _do(seller, "updateContact", mobile, "contact { id }")
    step = {"id": made["id"], "version": made["version"] + 1, "to": "AFTER_SALES"}
    assert (await seller.change("moveCustomerStage", step, "customer { id }"))["userErrors"]
    return made


async def _do(client: Client, mutation: str, given: dict[str, Any], selection: str) -> None:
    assert (await client.change(mutation, given, selection))["userErrors"] == []


async def _changes(client: Client, customer: dict[str, Any], **where: Any) -> list[dict[str, Any]]:
    data = await client.data(OF_CUSTOMER, id=customer["id"], where=where or None)
    return data["customer"]["changes"]["nodes"]


def _values(changes: list[dict[str, Any]], action: str) -> dict[str, tuple[str | None, str | None, bool]]:
    (found,) = [c for c in changes if c["action"] == action]
    assert found["changedFields"] == [f["field"] for f in found["fields"]]
    return {f["field"]: (f["before"], f["after"], f["isMasked"]) for f in found["fields"]}


async def test_d35_the_owner_reads_before_after_reason_and_actor_newest_first(
    seller: Client, sales: User, customer: dict[str, Any]
) -> None:
    changes = await _changes(seller, customer)
    assert [c["action"] for c in changes[:2]] == ["contact.update", "customer.update"]
    assert changes[-1]["action"] == "customer.draft"
    assert {c["outcome"] for c in changes} == {"DONE"}, "refused attempts are for auditors"
    renamed = changes[1]
    assert (renamed["reason"], renamed["refusal"], renamed["channel"]) == ("工商变更", None, "API")
    assert renamed["actor"] == {"name": sales.name}
    assert (renamed["subjectType"], renamed["subjectId"]) == ("Customer", customer["id"])
    assert renamed["customer"] == {"id": customer["id"]}
    values = _values(changes, "customer.update")
    assert values["name"] == ("杭州新程贸易有限公司", NEW_NAME, False)
    assert values["bankName"] == (None, "农业银行", False)
    assert values["confirmedBy"][2] is False
    assert _values(changes, "contact.update")["mobile"] == ("13812345678", "13987654321", False)


async def test_d43_a_colleague_is_shown_each_value_as_the_field_is_shown_to_him_now(
    customer: dict[str, Any], department: Department, sign_in: SignIn
) -> None:
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    changes = await _changes(colleague, customer)
    values = _values(changes, "customer.update")
    assert values["name"] == ("杭州新程贸易有限公司", NEW_NAME, False)
    assert "bankName" not in values, "COMMERCIAL does not exist for him, in the log neither"
    assert _values(changes, "contact.update")["mobile"] == ("138****5678", "139****4321", True)


async def test_d43_rows_about_records_that_do_not_exist_for_the_viewer_do_not_either(
    customer: dict[str, Any], sign_in: SignIn
) -> None:
    stranger = await sign_in(await people.make_user(Role.SALES))
    changes = await _changes(stranger, customer)
    assert {c["subjectType"] for c in changes} == {"Customer"}
    assert {c["reason"] for c in changes} == {None}
    assert "notes" not in _values(changes, "customer.update")


async def test_d42_the_auditor_reads_all_of_it_masked_with_refused_attempts(
    customer: dict[str, Any], sign_in: SignIn
) -> None:
    auditor = await sign_in(await people.make_user(Role.AUDITOR))
    changes = await _changes(auditor, customer)
    assert changes[0]["refusal"] == "ILLEGAL_STAGE_MOVE"
    assert _values(changes, "contact.update")["mobile"] == ("138****5678", "139****4321", True)
    values = _values(changes, "customer.update")
    assert values["bankName"] == (None, None, True)
    assert values["notes"] == (None, None, True)
    contact = await auditor.data("query($id: ID!) { customer(id: $id) { contacts { totalCount } } }", id=customer["id"])
    assert contact["customer"]["contacts"]["totalCount"] == 0, "outside of the log he sees no more than before"


async def test_d35_the_log_is_read_per_field_per_actor_and_per_record(
    seller: Client, sales: User, customer: dict[str, Any]
) -> None:
    by_field = await _changes(seller, customer, changedFields={"contains": "mobile"})
    assert [c["action"] for c in by_field] == ["contact.update", "contact.create"]
    contact = customer["contacts"]["nodes"][0]["id"]
    document = """query($where: ChangeWhere!, $id: ID!) {
        changeLog(first: 10, where: $where) { totalCount nodes { subjectId } pageInfo { endCursor hasNextPage } }
        node(id: $id) { ... on Contact { changes { nodes { subjectId action } } } } }"""
    of_contact = await seller.data(document, where={"subjectId": {"eq": contact}}, id=contact)
    assert {c["subjectId"] for c in of_contact["changeLog"]["nodes"]} == {contact}
    assert [c["action"] for c in of_contact["node"]["changes"]["nodes"]] == ["contact.update", "contact.create"]
    mine = {"and": [{"actor": {"id": {"eq": f"usr_{sales.id}"}}}, {"customer": {"id": {"eq": customer["id"]}}}]}
    by_actor = await seller.data(document, where=mine, id=contact)
    assert by_actor["changeLog"]["totalCount"] == len(await _changes(seller, customer))


async def test_d50_pages_of_the_log_go_on_behind_a_cursor(seller: Client, customer: dict[str, Any]) -> None:
    document = """query($id: ID!, $after: String) { customer(id: $id) { changes(first: 2, after: $after) {
        nodes { id } pageInfo { endCursor hasNextPage } } } }"""
    whole, after, pages = [c["id"] for c in await _changes(seller, customer)], None, 0
    seen: list[str] = []
    while pages < 20:
        page = (await seller.data(document, id=customer["id"], after=after))["customer"]["changes"]
        seen += [c["id"] for c in page["nodes"]]
        after, pages = page["pageInfo"]["endCursor"], pages + 1
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == whole


async def test_sec_g2_what_is_about_no_customer_is_for_auditors_and_administrators(
    seller: Client, sign_in: SignIn
) -> None:
    leaver = await sign_in(await people.make_user(Role.SALES))
    await leaver.data("mutation { signOut { userErrors { code } } }")
    document = '{ changeLog(where: {subjectType: {eq: "User"}}, first: 5) { nodes { action customer { id } } } }'
    assert (await seller.data(document))["changeLog"]["nodes"] == []
    for role in (Role.AUDITOR, Role.SECURITY, Role.ADMIN):
        client = await sign_in(await people.make_user(role))
        rows = (await client.data(document))["changeLog"]["nodes"]
        assert rows, role
        assert [row["customer"] for row in rows] == [None] * len(rows)
