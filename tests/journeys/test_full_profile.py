"""The whole profile of a customer (D7, D9, D14, D15), and what goes together in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import Role
from service.core.settings import settings
from storage.models import User
from tests.api import Client
from tests.builders import people
from tests.builders.customers import make_customer
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults

PROFILE: dict[str, Any] = {
    "shortName": "新程", "enterpriseType": "PRIVATE", "sizeBand": "FROM_50", "revenueBand": "FROM_20M",
    "regionCode": "330106", "address": "文三路 18 号", "registeredRegionCode": "330100",
    "registeredAddress": "钱江路 1 号", "deliveryRegionCode": "310115", "deliveryAddress": "川沙路 5 号",
    "latitude": "30.274085", "longitude": "120.155070", "foundedOn": "2009-03-01",
    "registeredCapital": {"amount": "5000000.50", "currency": "USD"}, "legalRepresentative": "周建国",
    "taxNumber": "330106123456789", "parentUnit": "新程集团", "numberOfStores": 12, "businessForm": "CHAIN_SUPERMARKET",
    "mainBusiness": "日用品批发", "coreProducts": "洗护用品", "website": "www.xincheng.example",
    "shopUrl": "https://shop.xincheng.example/a", "businessCode": "K-001", "type": "EXISTING", "grade": "A",
    "intent": "B", "creditRating": "AA", "riskLevel": "LOW", "deduction": "IN_GOODS", "tradeGoods": "洗发水",
    "packaging": ["GIFT_BOX", "BAG"], "bankName": "中国银行杭州分行", "serviceLevel": "金牌",
    "cooperationScope": "华东区", "cooperationFrom": "2025-01-01", "cooperationUntil": "2026-12-31",
    "cooperationHistory": "2019 年起合作", "notes": "老客户",
}  # fmt: skip
SELECTED = " ".join(name for name in PROFILE if name != "registeredCapital")
WHOLE = f"customer {{ id version {SELECTED} registeredCapital {{ amount currency }} assessedOn assessedBy {{ id }} }}"


async def test_d7_d14_d15_the_whole_profile_is_kept_as_it_was_entered(seller: Client, sales: User) -> None:
    customer = await drafts.submitted(seller)
    change = {"id": customer["id"], "version": customer["version"], **PROFILE}
    answer = await seller.change("updateCustomer", change, WHOLE)
    assert faults(answer) == []
    shown = answer["customer"]
    assert {name: shown[name] for name in PROFILE} == PROFILE | {"website": "https://www.xincheng.example"}
    today = clock.business_day(clock.now(), settings().zone).isoformat()
    assert (shown["assessedOn"], shown["assessedBy"]) == (today, {"id": f"usr_{sales.id}"})


async def test_d42_the_commercial_part_is_for_few(seller: Client, sign_in: SignIn) -> None:
    customer = await drafts.submitted(seller)
    await seller.change(
        "updateCustomer", {"id": customer["id"], "version": customer["version"], **PROFILE}, "customer { id }"
    )
    query = """query($id: ID!) { customer(id: $id) { creditRating riskLevel bankName assessedOn assessedBy { id }
        packaging cooperationFrom registeredCapital { amount } registeredAddress deliveryAddress latitude intent } }"""
    marketer = await sign_in(await people.make_user(Role.MARKETING))
    shown = (await marketer.data(query, id=customer["id"]))["customer"]
    assert shown.pop("registeredCapital") == {"amount": "5000000.50"}
    assert shown.pop("intent") == "B"  # BUSINESS is masked for marketing, and choices are shown
    assert set(shown.values()) == {None}
    steward = await sign_in(await people.make_user(Role.DATA_STEWARD))
    shown = (await steward.data(query, id=customer["id"]))["customer"]
    assert (shown["registeredAddress"], shown["deliveryAddress"], shown["latitude"]) == ("杭州市", "上海市", None)


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "negative capital": ({"registeredCapital": {"amount": "-1"}}, "OUT_OF_RANGE", "registeredCapital"),
    "three places": ({"registeredCapital": {"amount": "1.005"}}, "TOO_MANY_PLACES", "registeredCapital"),
    "a currency that is none": (
        {"registeredCapital": {"amount": "1", "currency": "RMB"}}, "CURRENCY_UNKNOWN", "registeredCapital"),
    "half a place": ({"latitude": "30.1"}, "COORDINATES_INCOMPLETE", "longitude"),
    "beyond the pole": ({"latitude": "91", "longitude": "1"}, "OUT_OF_RANGE", "latitude"),
    "a period that ends before it begins": (
        {"cooperationFrom": "2026-01-01", "cooperationUntil": "2025-01-01"}, "PERIOD_REVERSED", "cooperationUntil"),
    "a value that no list has": ({"sizeBand": "HUGE"}, "VALUE_NOT_OFFERED", "sizeBand"),
    "a script as a website": ({"website": "javascript:alert(1)"}, "URL_FORMAT", "website"),
    "stores below zero": ({"numberOfStores": -1}, "OUT_OF_RANGE", "numberOfStores"),
    "a card number in the notes": ({"notes": "卡号 4111 1111 1111 1111"}, "IDENTITY_IN_TEXT", "notes"),
    "501 characters of the main business": ({"mainBusiness": "主" * 501}, "TOO_LONG", "mainBusiness"),
    "two primary contacts": (
        {"contacts": [drafts.contact(isPrimary=True), drafts.contact(name="李雷", isPrimary=True)]},
        "SEVERAL_PRIMARY_CONTACTS", "contacts.1.isPrimary"),
    "a referrer who does not exist": (
        {"source": "REFERRAL", "referrerUserId": "usr_00000000-0000-7000-8000-000000000000"},
        "NOT_FOUND", "referrerUserId"),
    "an urgent need with a day": (
        {"need": {"kinds": ["PURCHASE"], "priority": "HIGH", "expectedPurchase": "URGENT",
                  "expectedPurchaseOn": "2026-05-05"}},
        "PURCHASE_TIME_INCOMPLETE", "need.expectedPurchaseOn"),
    "a need of no kind there is": (
        {"need": {"kinds": ["PURCHASE", "BARTER"], "priority": "HIGH"}}, "VALUE_NOT_OFFERED", "need.kinds.1"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "code", "field"), BAD.values(), ids=BAD)
async def test_d7_d15_d18_a_wrong_value_is_named(seller: Client, values: dict[str, Any], code: str, field: str) -> None:
    answer = await seller.change("createCustomerDraft", drafts.enterprise(**values), "customer { id }")
    assert faults(answer) == [(code, field)]
    assert answer["customer"] is None


async def test_d60_a_mobile_in_the_notes_is_worth_a_warning(seller: Client) -> None:
    answer = await seller.change(
        "createCustomerDraft", drafts.enterprise(notes="打 138 1234 5678"), "customer { id } warnings { code }"
    )
    assert [w["code"] for w in answer["warnings"]] == ["MOBILE_IN_TEXT"]


async def test_d60_an_individuals_address_ends_at_the_street(seller: Client) -> None:
    person = {"kind": "INDIVIDUAL", "name": "欧阳雪", "address": "文三路18号"}
    answer = await seller.change("createCustomerDraft", person, "customer { id }")
    assert faults(answer) == [("ADDRESS_TOO_EXACT", "address")]


async def _submission(client: Client, **values: Any) -> list[tuple[str, str]]:
    draft = await drafts.saved(client, **values)
    answer = await client.change("submitCustomer", drafts.submission(draft), "customer { id }")
    return faults(answer)


async def test_d9_a_referral_names_the_referrer_and_nothing_else_does(seller: Client, sales: User) -> None:
    missing = [("REFERRER_REQUIRED", "referrerUserId")]
    assert await _submission(seller, source="REFERRAL") == missing
    superfluous = [("REFERRER_ONLY_FOR_REFERRALS", "referrerUserId")]
    assert await _submission(seller, source="VISIT", referrerUserId=f"usr_{sales.id}") == superfluous
    assert await _submission(seller, source="REFERRAL", referrerUserId=f"usr_{sales.id}") == []


async def test_d9_a_customer_refers_another_one_but_not_itself(seller: Client, sales: User) -> None:
    other = await drafts.submitted(seller)
    customer = await drafts.submitted(seller, source="REFERRAL", referrerCustomerId=other["id"])
    query = "query($id: ID!) { customer(id: $id) { referrerCustomer { id } } }"
    assert (await seller.data(query, id=customer["id"]))["customer"] == {"referrerCustomer": {"id": other["id"]}}
    step = {"id": customer["id"], "version": customer["version"], "referrerCustomerId": customer["id"]}
    answer = await seller.change("updateCustomer", step, "customer { id }")
    assert faults(answer) == [("SAME_CUSTOMER", "referrerCustomerId")]


async def test_d30_a_hidden_draft_is_no_referrer(seller: Client) -> None:
    stranger = await people.make_user(Role.SALES)
    hidden = await make_customer(stranger, state="DRAFT")
    values = {"source": "REFERRAL", "referrerCustomerId": f"cus_{hidden.id}"}
    answer = await seller.change("createCustomerDraft", drafts.enterprise(**values), "customer { id }")
    assert faults(answer) == [("NOT_FOUND", "referrerCustomerId")]


async def test_d33_key_information_changes_with_a_reason_and_a_confirmation(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    change = {"id": customer["id"], "version": customer["version"], "name": "杭州新程贸易股份有限公司"}
    answer = await seller.change("updateCustomer", change, "customer { id }")
    assert faults(answer) == [
        ("REASON_REQUIRED", "reason"),
        ("CONFIRMATION_REQUIRED", "confirmedBy"),
        ("CONFIRMATION_REQUIRED", "confirmedAt"),
    ]
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    change |= {"reason": "改制", "confirmedBy": "王伟", "confirmedAt": later}
    answer = await seller.change("updateCustomer", change, "customer { id }")
    assert faults(answer) == [("TIME_IN_FUTURE", "confirmedAt")]
    change["confirmedAt"] = datetime.now(UTC).isoformat()
    answer = await seller.change("updateCustomer", change, "customer { name }")
    assert (answer["customer"], faults(answer)) == ({"name": "杭州新程贸易股份有限公司"}, [])
