"""Submission: what is asked for, all at once (D13, D31), and what is unique (D7)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from service.core import clock
from storage import db
from storage.models import User
from tests.api import Client
from tests.journeys import drafts
from tests.journeys.untouched import nothing_saved

BARE = {"kind": "ENTERPRISE", "name": None}


def individual(**values: Any) -> dict[str, Any]:
    return {
        "kind": "INDIVIDUAL", "name": "陈晓东", "mobile": "13987654321", "systemTags": ["潜力客户"],
        "need": {"kinds": ["CONSULTING"], "priority": "LOW"}, **values,
    }  # fmt: skip


async def _draft(client: Client, values: dict[str, Any]) -> dict[str, Any]:
    payload = await client.change("createCustomerDraft", values, drafts.CUSTOMER)
    assert payload["userErrors"] == []
    return payload["customer"]


async def _missing(client: Client, values: dict[str, Any], **submission: Any) -> set[tuple[str, str]]:
    draft = await _draft(client, values)
    async with nothing_saved() as refusals:
        payload = await client.change("submitCustomer", drafts.submission(draft, **submission), drafts.CUSTOMER)
    assert f"cus_{refusals[0]['subject_id']}" == draft["id"]
    assert payload["customer"] is None
    return {(e["code"], ".".join(e["field"])) for e in payload["userErrors"]}


async def test_d13_an_empty_enterprise_is_told_everything_that_is_missing_at_once(seller: Client) -> None:
    assert await _missing(seller, BARE, communication=None) == {
        ("REQUIRED", "name"),
        ("REQUIRED", "uscc"),
        ("REQUIRED", "industryCode"),
        ("SYSTEM_TAG_REQUIRED", "systemTags"),
        ("REQUIRED", "need.kinds"),
        ("REQUIRED", "need.priority"),
        ("PRIMARY_CONTACT_REQUIRED", "contacts"),
        ("COMMUNICATION_REQUIRED", "communication"),
    }


async def test_d13_an_empty_individual_is_told_everything_that_is_missing_at_once(seller: Client) -> None:
    assert await _missing(seller, {"kind": "INDIVIDUAL"}, communication=None) == {
        ("REQUIRED", "name"),
        ("REQUIRED", "mobile"),
        ("SYSTEM_TAG_REQUIRED", "systemTags"),
        ("REQUIRED", "need.kinds"),
        ("REQUIRED", "need.priority"),
        ("COMMUNICATION_REQUIRED", "communication"),
    }


MISSING: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "name": ({"name": None}, ("REQUIRED", "name")),
    "uscc": ({"uscc": None}, ("REQUIRED", "uscc")),
    "industry": ({"industryCode": None}, ("REQUIRED", "industryCode")),
    "system_tag": ({"systemTags": [], "customTags": ["老乡"]}, ("SYSTEM_TAG_REQUIRED", "systemTags")),
    "need_kinds": ({"need": {"kinds": [], "priority": "LOW"}}, ("REQUIRED", "need.kinds")),
    "need_priority": ({"need": {"kinds": ["PURCHASE"]}}, ("REQUIRED", "need.priority")),
    "contact": ({"contacts": []}, ("PRIMARY_CONTACT_REQUIRED", "contacts")),
    "contact_name": ({"contacts": [drafts.contact(name=None)]}, ("REQUIRED", "contacts.0.name")),
    "contact_title": (
        {"contacts": [drafts.contact(), drafts.contact(title=None, isPrimary=True)]},
        ("REQUIRED", "contacts.1.title"),
    ),
    "contact_mobile": ({"contacts": [drafts.contact(mobile=None)]}, ("REQUIRED", "contacts.0.mobile")),
}


@pytest.mark.parametrize(("values", "fault"), MISSING.values(), ids=MISSING)
async def test_d13_each_thing_that_is_missing_is_named_alone(
    seller: Client, values: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert await _missing(seller, drafts.enterprise(**values)) == {fault}


FUTURE = {"occurredAt": (clock.now() + timedelta(days=1)).isoformat(), "mode": "PHONE"}
COMMUNICATIONS: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "without_mode": (drafts.communication(mode=None), {("REQUIRED", "communication.mode")}),
    "without_time": ({"mode": "PHONE"}, {("REQUIRED", "communication.occurredAt")}),
    "empty": ({}, {("REQUIRED", "communication.occurredAt"), ("REQUIRED", "communication.mode")}),
    "in_the_future": (FUTURE, {("TIME_IN_FUTURE", "communication.occurredAt")}),
}


@pytest.mark.parametrize(("communication", "faults"), COMMUNICATIONS.values(), ids=COMMUNICATIONS)
async def test_d13_a_communication_has_a_time_and_a_mode(
    seller: Client, communication: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    assert await _missing(seller, drafts.enterprise(), communication=communication) == faults


async def test_d13_an_individual_takes_effect_without_contact_and_the_communication_is_its_first_follow_up(
    seller: Client,
) -> None:
    draft = await _draft(seller, individual())
    selection = "customer { number firstContactAt lastFollowedUpAt followUps { nodes { occurredAt mode } } }"
    payload = await seller.change("submitCustomer", drafts.submission(draft), selection)
    assert payload["userErrors"] == []
    (first,) = payload["customer"]["followUps"]["nodes"]
    assert first["mode"] == "PHONE"
    assert payload["customer"]["firstContactAt"] == payload["customer"]["lastFollowedUpAt"] == first["occurredAt"]


async def test_d7_an_organisation_without_code_says_why(seller: Client) -> None:
    draft = await _draft(seller, drafts.enterprise(uscc=None, noUsccReason="境外企业"))
    payload = await seller.change("submitCustomer", drafts.submission(draft), "customer { state }")
    assert payload["customer"] == {"state": "ACTIVE"}


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_d7_a_code_that_is_taken_is_refused_with_the_number_and_owner_of_the_other_customer(
    seller: Client, sales: User, locale: str
) -> None:
    taken = await drafts.submitted(seller)
    second = await drafts.saved(seller, uscc=taken["uscc"])  # drafts take no part
    third = await drafts.saved(seller, uscc=taken["uscc"])
    seller.locale = locale
    for draft in (second, third):
        async with nothing_saved():
            payload = await seller.change("submitCustomer", drafts.submission(draft), drafts.CUSTOMER)
        (error,) = payload["userErrors"]
        assert (error["code"], error["field"]) == ("USCC_TAKEN", ["uscc"])
        assert taken["number"] in error["message"]
        assert sales.name in error["message"]


async def test_d7_a_customer_in_effect_cannot_take_the_code_of_another_one(seller: Client) -> None:
    taken, other = await drafts.submitted(seller), await drafts.submitted(seller)
    change = {"id": other["id"], "version": other["version"], "uscc": taken["uscc"], "reason": "营业执照更正"}
    change |= drafts.confirmed()
    async with nothing_saved():
        payload = await seller.change("updateCustomer", change, drafts.CUSTOMER)
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("USCC_TAKEN", ["uscc"])]


async def test_d7_of_two_submissions_of_one_code_at_once_one_wins(seller: Client) -> None:
    code = drafts.new_uscc()
    waiting = [await drafts.saved(seller, uscc=code) for _ in range(8)]
    done = await asyncio.gather(
        *(seller.change("submitCustomer", drafts.submission(d), drafts.CUSTOMER) for d in waiting)
    )
    won = [d["customer"] for d in done if d["customer"]]
    assert len(won) == 1
    assert {e["code"] for d in done for e in d["userErrors"]} == {"USCC_TAKEN"}
    assert [e["message"] for d in done for e in d["userErrors"] if won[0]["number"] not in e["message"]] == []
    in_effect = await db.rows("select 1 from customers where uscc = $1 and state = 'ACTIVE'", code)
    assert len(in_effect) == 1


async def test_d31_a_customer_is_submitted_once(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    async with nothing_saved():
        payload = await seller.change("submitCustomer", drafts.submission(customer), drafts.CUSTOMER)
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("NOT_A_DRAFT", ["id"])]


async def test_d33_the_evidence_of_a_submission_is_logged(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    query = """select v.after::text from change_log l join change_values v on v.change_id = l.id
               where l.action = 'customer.submit' and l.customer_id = $1 and v.field = 'submission_evidence'"""
    assert await db.rows(query, customer["id"].removeprefix("cus_")) == [{"after": '"LICENCE"'}]
