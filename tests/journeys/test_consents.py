"""What customers have agreed to, with the evidence, and that they took it back (D46)."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import pytest

from service.core.enums import Role
from storage.models import Consent, Customer, User
from tests.api import Client
from tests.builders import people
from tests.builders.attachments import make_attachment
from tests.builders.customers import make_customer
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults
from tests.journeys.untouched import nothing_saved

CONSENT = """consent { id version purpose state recipient givenOn withdrawnAt note evidence { id }
    recordedBy { name } customer { id consents { totalCount } } }"""
LISTED = """query($short: String!) { customers(first: 10, where: {shortName: {eq: $short},
    consents: {some: {purpose: {eq: MARKETING}, state: {eq: GIVEN}}}}) { totalCount nodes { id } } }"""


@pytest.fixture
async def customer(sales: User) -> Customer:
    return await make_customer(owner=sales, short_name=f"同意{secrets.token_hex(4)}")


async def _record(client: Client, customer: Customer, **values: Any) -> dict[str, Any]:
    given = {"customerId": f"cus_{customer.id}", "purpose": "MARKETING", "givenOn": "2026-03-05"}
    return await client.change("recordConsent", {**given, **values}, CONSENT)


async def test_d46_sharing_is_agreed_to_in_writing(seller: Client, customer: Customer, sales: User) -> None:
    letter = await make_attachment(customer, sales, display_name="授权书-盖章")
    values = {"purpose": "SHARING", "recipient": " 东方银行 ", "note": "原件在档案室"}
    answer = await _record(seller, customer, **values)
    assert faults(answer) == [("REQUIRED", "evidenceId")]
    answer = await _record(seller, customer, **values, evidenceId=f"att_{letter.id}")
    assert faults(answer) == []
    consent = answer["consent"]
    assert (consent["purpose"], consent["state"], consent["recipient"]) == ("SHARING", "GIVEN", "东方银行")
    assert (consent["evidence"], consent["recordedBy"]) == ({"id": f"att_{letter.id}"}, {"name": sales.name})
    log = await seller.data(
        "query($id: ID!) { customer(id: $id) { changes(first: 1) { nodes { action fields { field after } } } } }",
        id=f"cus_{customer.id}",
    )
    change = log["customer"]["changes"]["nodes"][0]
    shown = {field["field"]: field["after"] for field in change["fields"]}
    assert change["action"] == "consent.record"
    assert (shown["purpose"], shown["givenOn"], shown["state"]) == ("SHARING", "2026-03-05", "GIVEN")


async def test_d46_everything_wrong_with_a_consent_is_named_at_once(
    seller: Client, customer: Customer, sales: User
) -> None:
    strange = await make_attachment(await make_customer(owner=sales), sales)
    assert faults(await _record(seller, customer)) == []
    async with nothing_saved():
        answer = await _record(
            seller, customer, givenOn="2999-01-01", evidenceId=f"att_{strange.id}", note="长" * 201
        )  # fmt: skip
    assert faults(answer) == [
        ("TOO_LONG", "note"), ("TIME_IN_FUTURE", "givenOn"), ("NOT_FOUND", "evidenceId"),
        ("ALREADY_EXISTS", "purpose"),
    ]  # fmt: skip


async def test_d46_what_was_taken_back_counts_no_longer_and_may_be_given_again(
    seller: Client, customer: Customer
) -> None:
    consent = (await _record(seller, customer))["consent"]
    assert (await seller.data(LISTED, short=customer.short_name))["customers"]["totalCount"] == 1
    step = {"id": consent["id"], "version": 1, "note": "电话里撤回"}
    taken = (await seller.change("withdrawConsent", step, CONSENT))["consent"]
    assert (taken["state"], taken["note"], taken["version"]) == ("WITHDRAWN", "电话里撤回", 2)
    assert taken["withdrawnAt"] is not None
    assert (await seller.data(LISTED, short=customer.short_name))["customers"]["totalCount"] == 0
    async with nothing_saved():
        answer = await seller.change("withdrawConsent", {"id": consent["id"], "version": 2}, CONSENT)
    assert faults(answer) == [("CONSENT_WITHDRAWN", "id")]
    again = (await _record(seller, customer))["consent"]
    assert again["customer"]["consents"] == {"totalCount": 2}
    assert (await seller.data(LISTED, short=customer.short_name))["customers"]["nodes"] == [
        {"id": f"cus_{customer.id}"}
    ]


async def test_d46_marketing_finds_whom_it_may_write_to(
    seller: Client, customer: Customer, sales: User, sign_in: SignIn
) -> None:
    await make_customer(owner=sales, short_name=customer.short_name)
    await _record(seller, customer, note="展会上口头同意")
    marketer = await sign_in(await people.make_user(Role.MARKETING))
    found = (await marketer.data(LISTED, short=customer.short_name))["customers"]
    assert found == {"totalCount": 1, "nodes": [{"id": f"cus_{customer.id}"}]}
    shown = await marketer.data(
        "query($id: ID!) { customer(id: $id) { consents { nodes { purpose note evidence { id } } } } }",
        id=f"cus_{customer.id}",
    )
    assert shown["customer"]["consents"]["nodes"] == [{"purpose": "MARKETING", "note": None, "evidence": None}]


async def test_d46_two_at_once_are_one(seller: Client, customer: Customer) -> None:
    answers = await asyncio.gather(*(_record(seller, customer) for _ in range(5)))
    assert sorted(len(faults(answer)) for answer in answers) == [0, 1, 1, 1, 1]
    assert await Consent.filter(customer_id=customer.id).count() == 1
