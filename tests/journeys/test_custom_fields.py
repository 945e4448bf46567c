"""Fields of one's own (D10): defined, filled, retired, restored, counted; and every refusal."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from service.core.enums import Role
from storage import db
from storage.models import CustomField, User
from tests.api import Client
from tests.builders import customers, people
from tests.journeys import drafts, own_fields
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults

VALUES: dict[str, tuple[dict[str, Any], Any]] = {
    "TEXT": ({"text": "  冷链，次日达  "}, "  冷链，次日达"),
    "NUMBER": ({"number": "12345678901234.50"}, "12345678901234.5"),
    "DATE": ({"date": "2024-05-21"}, "2024-05-21"),
    "BOOLEAN": ({"boolean": False}, False),
    "CHOICE": ({"code": "A_SECOND"}, "A_SECOND"),
    "MULTI_CHOICE": ({"codes": ["A_SECOND", "B_FIRST", "A_SECOND"]}, ["A_SECOND", "B_FIRST"]),
    "MONEY": ({"money": {"amount": "9999999999999999.90", "currency": "USD"}},
              {"amount": "9999999999999999.90", "currency": "USD"}),
}  # fmt: skip


@pytest.fixture
async def admin(sign_in: SignIn) -> Client:
    return await own_fields.administrator(sign_in)


@pytest.fixture
async def customer(seller: Client) -> dict[str, Any]:
    return await drafts.submitted(seller)


@pytest.mark.parametrize("kind", VALUES)
async def test_d10_a_value_of_every_type_is_given_changed_and_cleared(
    admin: Client, seller: Client, customer: dict[str, Any], kind: str
) -> None:
    typed, shown = VALUES[kind]
    field = await own_fields.defined(admin, kind)
    assert field["dataClass"] == "BUSINESS"  # unless said otherwise
    payload = await own_fields.fill(seller, customer, {"key": field["key"], **typed})
    assert payload["userErrors"] == []
    assert await own_fields.value(seller, customer["id"], field["key"]) == shown
    cleared = {"key": field["key"], next(iter(typed)): None}
    assert (await own_fields.fill(seller, payload["customer"], cleared))["userErrors"] == []
    assert await own_fields.value(seller, customer["id"], field["key"]) is None


async def test_d10_a_draft_is_entered_with_values_and_the_log_has_an_entry_for_each(
    admin: Client, seller: Client
) -> None:
    text, number = await own_fields.defined(admin), await own_fields.defined(admin, "NUMBER")
    given = [{"key": text["key"], "text": "甲"}, {"key": number["key"], "number": "7"}]
    customer = await drafts.saved(seller, customFields=given)
    await own_fields.fill(seller, customer, {"key": text["key"], "text": "乙"})
    rows = await db.rows(
        "select v.field, v.before #>> '{}' as before, v.after #>> '{}' as after from change_log l"
        " join change_values v on v.change_id = l.id where l.subject_id = $1 and v.field like 'custom%'"
        " order by l.at, l.id, v.field",
        customer["id"].removeprefix("cus_"),
    )
    assert [tuple(row.values()) for row in rows] == [
        *sorted([(f"custom.{text['key']}", None, "甲"), (f"custom.{number['key']}", None, "7")]),
        (f"custom.{text['key']}", "甲", "乙"),
    ]


async def test_d10_all_faults_of_values_come_together_each_with_its_path(
    admin: Client, seller: Client, customer: dict[str, Any]
) -> None:
    keys = {kind: (await own_fields.defined(admin, kind))["key"] for kind in VALUES}
    individuals = await own_fields.defined(admin)
    await own_fields.changed(admin, individuals, kind="INDIVIDUAL")
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"key": "nobody", "text": "x"}, "NOT_FOUND", "0.key"),
        ({"key": keys["TEXT"], "text": "字" * 501}, "TOO_LONG", "1.text"),
        ({"key": keys["NUMBER"], "text": "7"}, "WRONG_TYPE", "2.text"),
        ({"key": keys["NUMBER"], "number": "1"}, "GIVEN_TWICE", "3.key"),
        ({"key": keys["DATE"], "date": "1024-01-01"}, "OUT_OF_RANGE", "4.date"),
        ({"key": keys["CHOICE"], "code": "C_THIRD"}, "VALUE_NOT_OFFERED", "5.code"),
        ({"key": keys["MULTI_CHOICE"], "codes": ["A_SECOND", "X"]}, "VALUE_NOT_OFFERED", "6.codes.1"),
        ({"key": keys["MONEY"], "money": {"amount": "1.005", "currency": "CNY"}}, "TOO_MANY_PLACES", "7.money"),
        ({"key": keys["BOOLEAN"], "boolean": True, "text": "x"}, "ONE_VALUE_ONLY", "8"),
        ({"key": individuals["key"], "text": "x"}, "NOT_FOR_THIS_KIND", "9"),
    ]
    payload = await own_fields.fill(seller, customer, *(given for given, _, _ in wrong), website="::")
    assert ("URL_FORMAT", "website") in faults(payload)
    assert set(faults(payload)) >= {(code, f"customFields.{path}") for _, code, path in wrong}
    assert len(faults(payload)) == len(wrong) + 1
    assert await own_fields.value(seller, customer["id"], keys["BOOLEAN"]) is None


async def test_d60_an_id_number_in_a_text_is_refused(admin: Client, seller: Client, customer: dict[str, Any]) -> None:
    field = await own_fields.defined(admin)
    payload = await own_fields.fill(seller, customer, {"key": field["key"], "text": "身份证11010519491231002X"})
    assert faults(payload) == [("IDENTITY_IN_TEXT", "customFields.0.text")]


async def test_d13_a_required_field_is_asked_for_at_submission_and_ever_after(admin: Client, seller: Client) -> None:
    before = await drafts.submitted(seller)
    field = await own_fields.defined(admin, requiredOfEnterprises=True)
    try:
        draft = await drafts.saved(seller)
        payload = await seller.change("submitCustomer", drafts.submission(draft), drafts.CUSTOMER)
        assert faults(payload) == [("REQUIRED", f"customFields.{field['key']}")]
        filled = (await own_fields.fill(seller, draft, {"key": field["key"], "text": "有"}))["customer"]
        payload = await seller.change("submitCustomer", drafts.submission(filled), drafts.CUSTOMER)
        assert payload["userErrors"] == []
        cleared = await own_fields.fill(seller, payload["customer"], {"key": field["key"], "text": " "})
        assert faults(cleared) == [("REQUIRED", f"customFields.{field['key']}")]
        # What is in effect already may be changed elsewhere: only what a change takes away is refused.
        assert (await own_fields.fill(seller, before, notes="改"))["userErrors"] == []
    finally:
        await own_fields.changed(admin, field, requiredOfEnterprises=False)


async def test_d10_a_stale_change_shows_base_current_and_wanted_value(
    admin: Client, seller: Client, customer: dict[str, Any]
) -> None:
    field = await own_fields.defined(admin)
    first = (await own_fields.fill(seller, customer, {"key": field["key"], "text": "甲"}))["customer"]
    await own_fields.fill(seller, first, {"key": field["key"], "text": "乙"})
    change = {"id": first["id"], "version": first["version"], "customFields": [{"key": field["key"], "text": "丙"}]}
    document = "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { id } } }"
    answer = await seller.run(document, input=change)
    assert answer.code == "CONFLICT"
    assert answer.error["extensions"]["conflicts"] == [
        {"field": f"customFields.{field['key']}", "base": "甲", "current": "乙", "wanted": "丙"}
    ]


async def test_d10_a_retired_field_keeps_its_values_and_is_restored(
    admin: Client, seller: Client, customer: dict[str, Any]
) -> None:
    field = await own_fields.defined(admin)
    key, everything = field["key"], "query($id: ID!) { customer(id: $id) { customFields { key } } }"

    async def in_use() -> bool:
        shown = (await seller.data(everything, id=customer["id"]))["customer"]["customFields"]
        return key in {value["key"] for value in shown}

    customer = (await own_fields.fill(seller, customer, {"key": key, "text": "留"}))["customer"]
    assert await in_use()
    payload = await own_fields.retired(admin, field)
    assert payload["customField"]["retiredAt"] is not None
    assert not await in_use()
    refused = await own_fields.fill(seller, customer, {"key": key, "text": "新"})
    assert faults(refused) == [("FIELD_RETIRED", "customFields.0")]
    assert await own_fields.value(seller, customer["id"], key) == "留"
    await own_fields.retired(admin, payload["customField"], retired=False)
    assert await in_use()
    assert (await own_fields.fill(seller, customer, {"key": key, "text": "新"}))["userErrors"] == []


async def test_d10_a_required_field_is_not_retired(admin: Client) -> None:
    field = await own_fields.defined(admin, requiredOfIndividuals=True)
    assert faults(await own_fields.retired(admin, field)) == [("FIELD_IS_REQUIRED", "id")]
    free = (await own_fields.changed(admin, field, requiredOfIndividuals=False))["customField"]
    gone = (await own_fields.retired(admin, free))["customField"]
    again = await own_fields.changed(admin, gone, requiredOfIndividuals=True)
    assert faults(again) == [("FIELD_RETIRED", "requiredOfIndividuals")]


async def test_d10_a_choice_in_use_that_is_retired_is_kept_and_no_longer_offered(
    admin: Client, seller: Client, customer: dict[str, Any]
) -> None:
    field = await own_fields.defined(admin, "CHOICE")
    key = field["key"]
    assert field["list"] == f"custom.{key}"
    customer = (await own_fields.fill(seller, customer, {"key": key, "code": "A_SECOND"}))["customer"]
    where = {"list": {"eq": field["list"]}, "code": {"eq": "A_SECOND"}}
    document = "query($where: ListValueWhere) { listValues(where: $where) { nodes { id version } } }"
    (choice,) = (await admin.data(document, where=where))["listValues"]["nodes"]
    await admin.change("retireListValue", choice, "listValue { id }")
    assert await own_fields.value(seller, customer["id"], key) == "A_SECOND"
    same = await own_fields.fill(seller, customer, {"key": key, "code": "A_SECOND"}, notes="仍可保存")
    assert same["userErrors"] == []
    other = await drafts.submitted(seller)
    refused = await own_fields.fill(seller, other, {"key": key, "code": "A_SECOND"})
    assert faults(refused) == [("VALUE_NOT_OFFERED", "customFields.0.code")]
    added = {"list": field["list"], "code": "C_THIRD", "zh": "丙", "en": "Third"}
    assert (await admin.change("addListValue", added, "listValue { id }"))["userErrors"] == []
    assert (await own_fields.fill(seller, other, {"key": key, "code": "C_THIRD"}))["userErrors"] == []


async def test_d10_the_type_changes_only_while_nobody_has_a_value(
    admin: Client, seller: Client, customer: dict[str, Any]
) -> None:
    field = await own_fields.defined(admin)
    field = (await own_fields.changed(admin, field, type="NUMBER"))["customField"]
    assert field["type"] == "NUMBER"
    filled = (await own_fields.fill(seller, customer, {"key": field["key"], "number": "5"}))["customer"]
    assert faults(await own_fields.changed(admin, field, type="DATE")) == [("CUSTOM_FIELD_IN_USE", "type")]
    await own_fields.fill(seller, filled, {"key": field["key"], "number": None})
    assert faults(await own_fields.changed(admin, field, type="CHOICE")) == [("REQUIRED", "choices")]
    assert (await own_fields.changed(admin, field, type="DATE"))["userErrors"] == []


async def test_d10_of_a_new_type_and_a_value_of_the_old_one_at_once_one_is_refused(
    admin: Client, seller: Client, customer: dict[str, Any]
) -> None:
    for _ in range(4):
        field = await own_fields.defined(admin)
        changing, filling = await asyncio.gather(
            own_fields.changed(admin, field, type="NUMBER"),
            own_fields.fill(seller, customer, {"key": field["key"], "text": "冷链"}),
        )
        assert sorted(len(payload["userErrors"]) for payload in (changing, filling)) == [0, 1]
        customer = filling["customer"] or customer
        stored = "冷链" if filling["userErrors"] == [] else None
        assert await own_fields.value(seller, customer["id"], field["key"]) == stored


async def test_d10_faults_of_a_definition_come_together(admin: Client) -> None:
    taken = await own_fields.defined(admin)
    payload = await own_fields.create(admin, key="Bad-Key", zh=" ", dataClass="IDENTITY", choices=own_fields.CHOICES)
    assert set(faults(payload)) == {
        ("KEY_FORMAT", "key"), ("REQUIRED", "zh"), ("DATA_CLASS_PROTECTED", "dataClass"),
        ("CHOICES_NOT_WANTED", "choices"),
    }  # fmt: skip
    payload = await own_fields.create(
        admin, "CHOICE", key=taken["key"], kind="ENTERPRISE", requiredOfIndividuals=True, choices=[]
    )
    assert set(faults(payload)) == {
        ("ALREADY_EXISTS", "key"), ("REQUIRED", "choices"), ("NOT_FOR_THIS_KIND", "requiredOfIndividuals"),
    }  # fmt: skip
    twice = await own_fields.create(admin, "CHOICE", choices=[own_fields.CHOICES[0]] * 2)
    assert faults(twice) == [("GIVEN_TWICE", "choices.1.code")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_d10_administrators_alone_define_and_everybody_may_read(
    admin: Client, sign_in: SignIn, role: Role
) -> None:
    field = await own_fields.defined(admin)
    other = await sign_in(await people.make_user(role))
    whole = {"id": field["id"], "version": field["version"]}
    mutations = {
        "createCustomField": {"key": "mine", "type": "TEXT", "zh": "我", "en": "Mine"},
        "updateCustomField": {**whole, "zh": "我"},
        "retireCustomField": whole,
        "buildCustomFieldIndex": {"id": field["id"]},
    }
    for name, given in mutations.items():
        kind = name[0].upper() + name[1:]
        document = f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
        assert (await other.run(document, input=given)).code == "FORBIDDEN"
    assert (await other.run("{ fieldUsage { name } }")).code == "FORBIDDEN"
    document = "query($where: CustomFieldWhere) { customFields(where: $where) { nodes { key zh type version } } }"
    nodes = (await other.data(document, where={"key": {"eq": field["key"]}}))["customFields"]["nodes"]
    assert nodes == [{"key": field["key"], "zh": "字段", "type": "TEXT", "version": 1}]


async def test_d10_the_usage_report_counts_who_has_a_value(admin: Client, seller: Client, sales: User) -> None:
    field = await own_fields.defined(admin)
    empty = await own_fields.defined(admin, "DATE")
    customer = await drafts.submitted(seller)
    await own_fields.fill(seller, customer, {"key": field["key"], "text": "一"})
    await drafts.saved(seller, customFields=[{"key": field["key"], "text": "草稿不计"}])
    await customers.make_customer(sales, short_name="简称")
    document = "{ fieldUsage { name isCustom filled customers isRetired } }"
    usage = {one["name"]: one for one in (await admin.data(document))["fieldUsage"]}
    (total,) = await db.rows(
        "select count(*) as all, count(short_name) as named, count(*) filter (where kind = 'INDIVIDUAL') as persons"
        " from customers where state = 'ACTIVE'"
    )
    assert usage[field["key"]] == {
        "name": field["key"], "isCustom": True, "filled": 1, "customers": total["all"], "isRetired": False,
    }  # fmt: skip
    assert usage[empty["key"]]["filled"] == 0
    assert (usage["shortName"]["filled"], usage["shortName"]["customers"]) == (total["named"], total["all"])
    assert usage["mobile"]["customers"] == total["persons"]


async def test_d10_there_are_at_most_a_hundred_fields(admin: Client) -> None:
    values = {"type": "TEXT", "data_class": "BUSINESS", "zh": "字段", "en": "Field"}
    await CustomField.bulk_create(CustomField(key=f"many_{n}", position=n, **values) for n in range(100))
    assert faults(await own_fields.create(admin)) == [("TOO_MANY", "key")]
