"""Administrators switch flows, for the company or a department, with a preview of whom it concerns (D31, D32)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from service.core.enums import ApprovalKind, CustomerKind, Role
from storage.models import ApprovalFlow, Department
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import drafts
from tests.journeys.approvals import House, change, house
from tests.journeys.conftest import SignIn

SET = """mutation($i: SetApprovalFlowInput!) { setApprovalFlow(input: $i) {
    flows { kind departmentId isOn rules version } userErrors { code field } } }"""
PREVIEW = """query($i: PreviewApprovalFlowInput!) { previewApprovalFlow(input: $i) {
    departmentIds people byRole { role people } withoutManagerIds } }"""
KIND = "CUSTOMER_CHANGE"


@pytest.fixture
async def admin(sign_in: SignIn) -> Client:
    return await sign_in(await people.make_user(Role.ADMIN))


@pytest.fixture
async def office(sign_in: SignIn) -> AsyncIterator[House]:
    yield await house(sign_in)
    await ApprovalFlow.filter(department_id__not_isnull=True).delete()


async def _set(client: Client, department: Department | None, is_on: bool | None, version: int) -> dict[str, Any]:
    where = department and f"dep_{department.id}"
    given = {"kind": KIND, "departmentId": where, "isOn": is_on, "version": version}
    return (await client.data(SET, i=given))["setApprovalFlow"]


async def _waits(office: House) -> bool:
    own = {"department_id": office.department.id, "uscc": drafts.new_uscc()}
    customer = await make_customer(owner=office.people["seller"], kind=CustomerKind.ENTERPRISE, **own)
    return (await change(office.seller, customer.id, creditRating="A"))["approval"] is not None


async def test_d32_the_nearest_switch_counts(office: House, admin: Client) -> None:
    above = await Department.get(id=office.department.parent_id)
    assert not await _waits(office)
    assert (await _set(admin, above, is_on=True, version=0))["userErrors"] == []
    assert await _waits(office)
    answer = await _set(admin, office.department, is_on=False, version=0)
    (own,) = (f for f in answer["flows"] if f["departmentId"] == f"dep_{office.department.id}")
    assert (own["isOn"], own["rules"], own["version"]) == (False, ["SUPERVISOR"], 1)
    assert not await _waits(office)
    await _set(admin, office.department, is_on=None, version=1)
    assert await _waits(office)


async def test_d42_only_administrators_switch_flows_and_none_crosses_another(office: House, admin: Client) -> None:
    given = {"kind": KIND, "departmentId": f"dep_{office.department.id}", "isOn": True, "version": 0}
    assert (await office.boss.run(SET, i=given)).code == "FORBIDDEN"
    assert (await office.boss.run(PREVIEW, i={"kind": KIND, "isOn": True})).code == "FORBIDDEN"
    await _set(admin, office.department, is_on=True, version=0)
    assert (await admin.run(SET, i=given)).code == "CONFLICT"
    wrong = (await admin.data(SET, i={**given, "departmentId": None, "isOn": None}))["setApprovalFlow"]
    assert wrong["userErrors"] == [{"code": "REQUIRED", "field": ["isOn"]}]
    listed = (await office.seller.data("{ approvalFlows { kind departmentId isOn } }"))["approvalFlows"]
    assert {f["kind"] for f in listed} == {kind.value for kind in ApprovalKind}


async def test_a_preview_counts_whom_a_switch_concerns_and_changes_nothing(office: House, admin: Client) -> None:
    above = await Department.get(id=office.department.parent_id)
    asked = {"kind": KIND, "departmentId": f"dep_{above.id}", "isOn": True}
    found = (await admin.data(PREVIEW, i=asked))["previewApprovalFlow"]
    assert set(found["departmentIds"]) == {f"dep_{above.id}", f"dep_{office.department.id}"}
    assert found["people"] == 3
    assert {r["role"]: r["people"] for r in found["byRole"]} == {"SALES": 1, "SALES_MANAGER": 1, "EXECUTIVE": 1}
    assert found["withoutManagerIds"] == []
    assert not await _waits(office)
    await _set(admin, office.department, is_on=True, version=0)
    found = (await admin.data(PREVIEW, i=asked))["previewApprovalFlow"]
    assert found["departmentIds"] == [f"dep_{above.id}"]  # the other one has a switch of its own
    lonely = await people.make_department("无人管理部")
    asked = {"kind": KIND, "departmentId": f"dep_{lonely.id}", "isOn": True}
    found = (await admin.data(PREVIEW, i=asked))["previewApprovalFlow"]
    assert found["withoutManagerIds"] == [f"dep_{lonely.id}"]
