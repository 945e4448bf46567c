"""Lists of values, required and retired fields, enumerations (D10, D13; S1: every field and stage has a definition)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from service.core.enums import Role
from storage import db
from tests.api import Client
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults

VALUE = "listValue { id version list code zh en position retiredAt }"


@pytest.fixture
async def admin(sign_in: SignIn) -> AsyncIterator[Client]:
    """An administrator; what he has set about fields is undone at the end."""
    yield await sign_in(await people.make_user(Role.ADMIN))
    await db.rows("delete from field_settings returning 1")
    await db.rows("select pg_notify('access_changed', '')")


def _fair(code: str) -> dict[str, Any]:
    return {"list": "SourceChannel", "code": code, "zh": "交易会", "en": "Trade fair", "definitionZh": "广交会等"}


async def test_d10_a_value_that_was_added_can_be_chosen_and_one_that_was_retired_stays_where_it_is(
    admin: Client, seller: Client
) -> None:
    value = (await admin.change("addListValue", _fair("TRADE_FAIR"), VALUE))["listValue"]
    assert (value["code"], value["retiredAt"]) == ("TRADE_FAIR", None)
    customer = await drafts.submitted(seller, source="TRADE_FAIR")
    step = {"id": value["id"], "version": value["version"]}
    retired = (await admin.change("retireListValue", step, VALUE))["listValue"]
    assert retired["retiredAt"] is not None
    answer = await seller.change("createCustomerDraft", drafts.enterprise(source="TRADE_FAIR"), "customer { id }")
    assert faults(answer) == [("VALUE_NOT_OFFERED", "source")]
    assert "EXHIBITION" in answer["userErrors"][0]["message"]
    same = {"id": customer["id"], "version": customer["version"], "source": "TRADE_FAIR", "notes": "展位 A3"}
    kept = await seller.change("updateCustomer", same, "customer { source notes }")
    assert kept["customer"] == {"source": "TRADE_FAIR", "notes": "展位 A3"}
    back = {"id": value["id"], "version": retired["version"], "retired": False}
    assert (await admin.change("retireListValue", back, VALUE))["listValue"]["retiredAt"] is None
    assert (await drafts.saved(seller, source="TRADE_FAIR"))["state"] == "DRAFT"


async def test_d10_labels_change_and_a_stale_change_is_refused(admin: Client) -> None:
    value = (await admin.change("addListValue", _fair("SALON"), VALUE))["listValue"]
    step = {"id": value["id"], "version": value["version"], "zh": "沙龙", "position": 99}
    changed = (await admin.change("updateListValue", step, VALUE))["listValue"]
    assert (changed["zh"], changed["en"], changed["position"]) == ("沙龙", "Trade fair", 99)
    document = "mutation($input: UpdateListValueInput!) { updateListValue(input: $input) { listValue { id } } }"
    refused = await admin.run(document, input=step)
    assert refused.code == "CONFLICT"
    conflicts = {c["field"]: (c["base"], c["current"], c["wanted"]) for c in refused.error["extensions"]["conflicts"]}
    assert conflicts["zh"] == ("交易会", "沙龙", "沙龙")


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"code": "EXHIBITION"}, "ALREADY_EXISTS", "code"),
        ({"code": "展会"}, "CODE_FORMAT", "code"),
        ({"code": "NEW_ONE", "list": "Stage"}, "NOT_FOUND", "list"),
        ({"code": "NEW_TWO", "zh": " "}, "REQUIRED", "zh"),
        ({"code": "NEW_THREE", "en": "x" * 51}, "TOO_LONG", "en"),
    ],
)
async def test_d10_a_value_that_cannot_be(admin: Client, values: dict[str, Any], code: str, field: str) -> None:
    assert faults(await admin.change("addListValue", _fair("ANY") | values, VALUE)) == [(code, field)]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_d10_only_administrators_decide_about_lists_and_fields(sign_in: SignIn, role: Role) -> None:
    client = await sign_in(await people.make_user(role))
    for mutation, kind, given in (
        ("addListValue", "AddListValueInput", _fair("ANY")),
        ("requireField", "RequireFieldInput", {"field": "website", "kind": "ENTERPRISE", "required": True}),
        ("retireField", "RetireFieldInput", {"field": "website"}),
    ):
        document = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
        assert (await client.run(document, input=given)).code == "FORBIDDEN", mutation


FIELD = "field { field label requiredOf isRetired isSettable }"


async def test_d10_d13_a_field_that_became_required_is_asked_for_and_stops_nobody_else(
    admin: Client, seller: Client
) -> None:
    before = await drafts.submitted(seller)
    wanted = {"field": "website", "kind": "ENTERPRISE", "required": True}
    assert (await admin.change("requireField", wanted, FIELD))["field"] == {
        "field": "website", "label": "Website", "requiredOf": ["ENTERPRISE"], "isRetired": False, "isSettable": True,
    }  # fmt: skip
    draft = await drafts.saved(seller)
    answer = await seller.change("submitCustomer", drafts.submission(draft), "customer { id }")
    assert faults(answer) == [("REQUIRED", "website")]
    step = {"id": before["id"], "version": before["version"], "notes": "仍可修改"}
    changed = (await seller.change("updateCustomer", step, "customer { version }"))["customer"]
    step |= {"version": changed["version"], "website": "https://a.example"}
    changed = (await seller.change("updateCustomer", step, "customer { version }"))["customer"]
    step |= {"version": changed["version"], "website": None}
    assert faults(await seller.change("updateCustomer", step, "customer { id }")) == [("REQUIRED", "website")]


async def test_d10_a_built_in_field_can_be_made_optional(admin: Client, seller: Client) -> None:
    await admin.change("requireField", {"field": "uscc", "kind": "ENTERPRISE", "required": False}, FIELD)
    assert (await drafts.submitted(seller, uscc=None))["uscc"] is None


async def test_d10_an_optional_field_is_retired_and_restored_with_its_values(admin: Client, seller: Client) -> None:
    customer = await drafts.submitted(seller, shortName="新程")
    retired = (await admin.change("retireField", {"field": "shortName"}, FIELD))["field"]
    assert (retired["isRetired"], retired["isSettable"]) == (True, False)
    answer = await seller.change("createCustomerDraft", drafts.enterprise(shortName="程"), "customer { id }")
    assert faults(answer) == [("FIELD_RETIRED", "shortName")]
    query = "query($id: ID!) { customer(id: $id) { shortName } }"
    assert (await seller.data(query, id=customer["id"]))["customer"] == {"shortName": "新程"}
    await admin.change("retireField", {"field": "shortName", "retired": False}, FIELD)
    assert (await drafts.saved(seller, shortName="程"))["state"] == "DRAFT"


@pytest.mark.parametrize(
    ("mutation", "given", "code", "field"),
    [
        ("retireField", {"field": "uscc"}, "FIELD_IS_REQUIRED", "field"),
        ("retireField", {"field": "name"}, "NOT_FOUND", "field"),
        ("retireField", {"field": "nothing"}, "NOT_FOUND", "field"),
        ("requireField", {"field": "number", "kind": "ENTERPRISE", "required": True}, "NOT_FOUND", "field"),
        ("requireField", {"field": "uscc", "kind": "INDIVIDUAL", "required": True}, "NOT_FOR_THIS_KIND", "kind"),
    ],
)
async def test_d10_what_cannot_be_set_about_a_field(
    admin: Client, mutation: str, given: dict[str, Any], code: str, field: str
) -> None:
    assert faults(await admin.change(mutation, given, FIELD)) == [(code, field)]


async def test_d10_a_retired_field_cannot_be_required(admin: Client) -> None:
    await admin.change("retireField", {"field": "parentUnit"}, FIELD)
    wanted = {"field": "parentUnit", "kind": "ENTERPRISE", "required": True}
    assert faults(await admin.change("requireField", wanted, FIELD)) == [("FIELD_RETIRED", "field")]


async def test_s1_every_enumeration_has_labels_and_every_stage_a_definition_in_both_languages(seller: Client) -> None:
    query = """query($names: [String!]) { enumerations(names: $names) { name values {
        code zh: label(locale: "zh-CN") en: label(locale: "en") definition(locale: "zh-CN") } } }"""
    found = (await seller.data(query, names=["Stage", "Grade"]))["enumerations"]
    values = {one["name"]: one["values"] for one in found}
    assert values["Stage"][0] == {
        "code": "LEAD", "zh": "潜在客户", "en": "Lead", "definition": "已有线索，尚未有过沟通。",
    }  # fmt: skip
    assert all(value["definition"] for value in values["Stage"])
    assert len((await seller.data(query))["enumerations"]) > 20


async def test_d47_every_field_says_what_it_is(seller: Client) -> None:
    query = """query { fieldDefinitions(entity: "Customer") {
        field zh: label(locale: "zh-CN") en: label(locale: "en") definition dataClass list requiredOf } }"""
    found = {one["field"]: one for one in (await seller.data(query))["fieldDefinitions"]}
    assert found["source"] | {"definition": ""} == {
        "field": "source", "zh": "来源渠道", "en": "Source", "definition": "", "dataClass": "BASIC",
        "list": "SourceChannel", "requiredOf": [],
    }  # fmt: skip
    assert found["mobile"]["requiredOf"] == ["INDIVIDUAL"]
    assert all(one["zh"] and one["en"] and one["definition"] for one in found.values())
