"""Bad input to a draft: a coded error that names the field and says what would be right; nothing is half-saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from service.rules import uscc
from tests.api import Client
from tests.journeys import drafts
from tests.journeys.untouched import nothing_saved

GAP = "…"
"""What stands in a sentence for a parameter that the rule did not give."""


@dataclass(frozen=True)
class Case:
    """What somebody types, and what he is told."""

    values: dict[str, Any]
    code: str
    field: list[str]
    zh: str
    en: str


def wrong_check_character() -> str:
    good = drafts.new_uscc()
    return good[:-1] + next(c for c in uscc.ALPHABET if c != good[-1])


def _contact(**values: Any) -> dict[str, Any]:
    return {"contacts": [drafts.contact(**values)]}


GOOD = "9133010078825MYK4T"[:17] + uscc.check_character("9133010078825MYK4")
CASES = {
    "uscc_check": Case(
        {"uscc": GOOD[:-1] + ("X" if GOOD[-1] != "X" else "Y")}, "USCC_CHECK", ["uscc"], GOOD[-1], GOOD[-1]
    ),
    "uscc_short": Case({"uscc": GOOD[:-1]}, "USCC_LENGTH", ["uscc"], "17", "17"),
    **{
        f"uscc_with_{letter}": Case(
            {"uscc": f"91330100{letter}{GOOD[9:]}"}, "USCC_CHARACTER", ["uscc"], f"第 9 位 {letter}", f"{letter} at 9"
        )
        for letter in "IOZSV"
    },
    "mobile_of_12": Case(_contact(mobile="138123456789"), "MOBILE_LENGTH", ["contacts", "0", "mobile"], "12", "12"),
    "mobile_with_letters": Case(
        _contact(mobile="1381234567a"), "INVALID_CHARACTERS", ["contacts", "0", "mobile"], "a", "a"
    ),
    "landline_as_mobile": Case(
        _contact(mobile="0571-88886666"), "MOBILE_IS_LANDLINE", ["contacts", "0", "mobile"], "座机", "landline"
    ),
    "personal_mailbox": Case(
        _contact(email="wangwei@qq.com"), "EMAIL_PERSONAL_NEEDS_NOTE", ["contacts", "0", "emailNote"], "说明", "note"
    ),
    "no_email": Case(_contact(email="wangwei"), "EMAIL_FORMAT", ["contacts", "0", "email"], "@", "@"),
    "honorific": Case(
        _contact(name="王先生"), "NAME_IS_HONORIFIC", ["contacts", "0", "name"], "真实姓名", "real name"
    ),
    "notes_of_501": Case({"notes": "备" * 501}, "TOO_LONG", ["notes"], "500", "500"),
    "custom_tag_of_11": Case({"customTags": ["一二三四五六七八九十一"]}, "TOO_LONG", ["customTags", "0"], "10", "10"),
    "unknown_system_tag": Case(
        {"systemTags": ["潜力客户", "没有的"]}, "TAG_UNKNOWN", ["systemTags", "1"], "列表", "list"
    ),
    "unknown_region": Case({"regionCode": "999999"}, "REGION_UNKNOWN", ["regionCode"], "地区", "region"),
    "unknown_industry": Case(
        {"industryCode": "Z99"}, "INDUSTRY_UNKNOWN", ["industryCode"], "GB/T 4754", "GB/T 4754"
    ),
    "industry_without_words": Case(
        {"industryCode": "OTHER"}, "INDUSTRY_OTHER_NEEDS_TEXT", ["industryCode"], "写明", "words"
    ),
    "birthday": Case(_contact(birthday="02-30"), "BIRTHDAY_FORMAT", ["contacts", "0", "birthday"], "05-21", "05-21"),
    "individuals_field": Case({"mobile": "13812345678"}, "NOT_FOR_THIS_KIND", ["mobile"], "清空", "leave it empty"),
}  # fmt: skip


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_sec_b4_a_wrong_value_is_refused_with_its_field_and_what_would_be_right(
    seller: Client, case: Case, locale: str
) -> None:
    seller.locale = locale
    async with nothing_saved() as refusals:
        payload = await seller.change("createCustomerDraft", drafts.enterprise(**case.values), drafts.CUSTOMER)
    assert payload["customer"] is None
    ((code, field, message),) = [(e["code"], e["field"], e["message"]) for e in payload["userErrors"]]
    assert (code, field) == (case.code, case.field)
    assert (case.zh if locale == "zh-CN" else case.en) in message
    assert GAP not in message
    assert refusals[0]["action"] == "customer.draft"
    assert refusals[0]["reason"] == case.code


@pytest.mark.parametrize(
    "typed",
    ["+86 138 1234 5678", "0086-13812345678", "138 1234 5678", "１３８１２３４５６７８", "+８６１３８１２３４５６７８"],
)  # fmt: skip
async def test_d16_a_mobile_is_normalised_however_it_is_typed(seller: Client, typed: str) -> None:
    draft = drafts.enterprise(**_contact(mobile=typed))
    payload = await seller.change("createCustomerDraft", draft, "customer { contacts { nodes { mobile } } }")
    assert payload["userErrors"] == []
    assert payload["customer"]["contacts"]["nodes"] == [{"mobile": "13812345678"}]


async def test_d16_a_personal_mailbox_is_accepted_with_a_note(seller: Client) -> None:
    draft = drafts.enterprise(**_contact(email="wangwei@qq.com", emailNote="客户没有企业邮箱"))
    payload = await seller.change("createCustomerDraft", draft, "customer { contacts { nodes { email } } }")
    assert payload["customer"]["contacts"]["nodes"] == [{"email": "wangwei@qq.com"}]


async def test_d8_a_title_after_a_surname_is_accepted_with_a_warning(seller: Client) -> None:
    draft = drafts.enterprise(**_contact(name="李经理"))
    payload = await seller.change("createCustomerDraft", draft, "customer { id } warnings { code field }")
    assert payload["userErrors"] == []
    assert payload["warnings"] == [{"code": "NAME_HAS_TITLE", "field": ["contacts", "0", "name"]}]


async def test_d13_all_faults_of_one_input_come_at_once(seller: Client) -> None:
    draft = drafts.enterprise(
        uscc=wrong_check_character(),
        notes="备" * 501,
        regionCode="000000",
        systemTags=["没有的"],
        customTags=["好", "一二三四五六七八九十一"],
        need={"kinds": ["PURCHASE"], "currentNeed": "需" * 2001},
        contacts=[drafts.contact(), drafts.contact(name="经理", mobile="138123456789", landline="1", birthday="13-01")],
    )
    async with nothing_saved():
        payload = await seller.change("createCustomerDraft", draft, drafts.CUSTOMER)
    assert {(e["code"], ".".join(e["field"])) for e in payload["userErrors"]} == {
        ("USCC_CHECK", "uscc"),
        ("TOO_LONG", "notes"),
        ("REGION_UNKNOWN", "regionCode"),
        ("TAG_UNKNOWN", "systemTags.0"),
        ("TOO_LONG", "customTags.1"),
        ("TOO_LONG", "need.currentNeed"),
        ("NAME_IS_HONORIFIC", "contacts.1.name"),
        ("MOBILE_LENGTH", "contacts.1.mobile"),
        ("LANDLINE_FORMAT", "contacts.1.landline"),
        ("BIRTHDAY_FORMAT", "contacts.1.birthday"),
    }


@pytest.mark.parametrize(
    "name", ["ownerId", "state", "number", "stage", "departmentId", "createdAt", "approver", "nameKey"]
)
async def test_sec_b5_a_field_that_is_not_declared_cannot_be_set(seller: Client, name: str) -> None:
    document = "mutation($input: CreateCustomerDraftInput!) { createCustomerDraft(input: $input) { customer { id } } }"
    async with nothing_saved(log_rows=0):
        answer = await seller.run(document, input=drafts.enterprise(**{name: "x"}))
    assert "data" not in answer.body
    assert answer.code == "GRAPHQL_VALIDATION_FAILED"
    assert name in answer.error["message"]


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "COMPANY"},
        {"type": "VIP"},
        {"need": {"priority": "URGENT"}},
        {"contacts": [drafts.contact(decisionRole="BOSS")]},
    ],
)  # fmt: skip
async def test_design_5_an_unknown_code_is_a_request_error_without_data(seller: Client, values: dict[str, Any]) -> None:
    document = "mutation($input: CreateCustomerDraftInput!) { createCustomerDraft(input: $input) { customer { id } } }"
    async with nothing_saved(log_rows=0):
        answer = await seller.run(document, input=drafts.enterprise(**values))
    assert "data" not in answer.body
    assert answer.code == "GRAPHQL_VALIDATION_FAILED"


async def test_design_5_an_id_of_another_type_is_refused_with_the_type_that_is_wanted(seller: Client) -> None:
    draft = await drafts.saved(seller)
    contact = draft["contacts"]["nodes"][0]["id"]
    document = "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { id } } }"
    async with nothing_saved(log_rows=0):
        answer = await seller.run(document, input={"id": contact, "version": 1, "notes": "x"})
    assert answer.code == "BAD_USER_INPUT"
    assert answer.error["path"] == ["updateCustomer"]
    assert answer.error["message"] == "This is the id of a Contact; a Customer is wanted here."


@pytest.mark.parametrize("name", ["notes", "name", "shortName", "address"])
async def test_d30_nothing_but_blanks_is_no_value(seller: Client, name: str) -> None:
    payload = await seller.change("createCustomerDraft", drafts.enterprise(**{name: "  "}), f"customer {{ {name} }}")
    assert payload["customer"] == {name: None}


async def test_d16_null_leaves_the_flag_of_the_primary_contact_as_it_is(seller: Client) -> None:
    draft = drafts.enterprise(contacts=[drafts.contact(isPrimary=None), drafts.contact(name="李雷", isPrimary=None)])
    payload = await seller.change("createCustomerDraft", draft, drafts.CUSTOMER)
    first = payload["customer"]["contacts"]["nodes"][0]
    assert first["isPrimary"]
    change = {"id": first["id"], "version": first["version"], "isPrimary": None, "wechat": "wx"}
    changed = await seller.change("updateContact", change, "contact { isPrimary wechat }")
    assert changed["contact"] == {"isPrimary": True, "wechat": "wx"}
