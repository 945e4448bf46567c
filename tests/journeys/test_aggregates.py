"""Counting, grouping and summing up, as different people see it (D43), and late follow-ups per person (D21)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from service.core.enums import Role
from service.core.ids import to_global
from storage.models import Department, User
from tests.api import Client
from tests.builders import contacts, customers, follow_ups, people
from tests.journeys import own_fields
from tests.journeys.conftest import SignIn


async def _customers(client: Client, arguments: str, selection: str) -> dict[str, Any]:
    return (await client.data(f"{{ a: customersAggregate({arguments}) {{ {selection} }} }}"))["a"]


def _mine(owner: User) -> str:
    return f'where: {{owner: {{id: {{eq: "{to_global("usr", owner.id)}"}}}}}}'


async def test_d43_groups_come_by_size_then_by_key_in_the_order_of_the_business(seller: Client, sales: User) -> None:
    for stage in ("WON", "LEAD", "QUALIFIED", "LEAD", "WON", "LEAD"):
        await customers.make_customer(sales, stage=stage)
    found = await _customers(seller, f"groupBy: [STAGE], {_mine(sales)}", "count groups { count key { stage } }")
    assert found["count"] == 6
    assert [(g["key"]["stage"], g["count"]) for g in found["groups"]] == [("LEAD", 3), ("WON", 2), ("QUALIFIED", 1)]
    found = await _customers(seller, f"groupBy: [STAGE], orderBy: KEY, {_mine(sales)}", "groups { key { stage } }")
    assert [g["key"]["stage"] for g in found["groups"]] == ["LEAD", "QUALIFIED", "WON"]


async def test_d43_records_without_a_value_are_a_group_of_their_own_and_the_last_of_equals(
    seller: Client, sales: User
) -> None:
    for grade in (None, "B", "A"):
        await customers.make_customer(sales, grade=grade)
    found = await _customers(seller, f"groupBy: [GRADE], {_mine(sales)}", "groups { count key { grade } }")
    assert [g["key"]["grade"] for g in found["groups"]] == ["A", "B", None]


async def test_d43_groups_that_are_left_out_are_said(seller: Client, sales: User) -> None:
    for grade in ("A", "A", "A", "B", "B", "C"):
        await customers.make_customer(sales, grade=grade)
    shown = "count groupCount omittedGroups omittedCount groups { key { grade } }"
    found = await _customers(seller, f"groupBy: [GRADE], first: 1, {_mine(sales)}", shown)
    assert found == {"count": 6, "groupCount": 3, "omittedGroups": 2, "omittedCount": 3,
                     "groups": [{"key": {"grade": "A"}}]}  # fmt: skip
    refused = await seller.run("{ customersAggregate(groupBy: [GRADE], first: 201) { count } }")
    assert refused.code == "BAD_USER_INPUT"


async def test_d43_a_month_is_one_of_the_business(seller: Client, sales: User) -> None:
    for moment in (datetime(2025, 2, 28, 15, 59, tzinfo=UTC), datetime(2025, 2, 28, 16, 0, tzinfo=UTC)):
        await customers.make_customer(sales, effective_at=moment)
    found = await _customers(
        seller, f"groupBy: [EFFECTIVE_MONTH], orderBy: KEY, {_mine(sales)}", "groups { count key { effectiveMonth } }"
    )
    assert [g["key"]["effectiveMonth"] for g in found["groups"]] == ["2025-02", "2025-03"]


async def test_d43_industries_and_regions_are_grouped_at_each_level(seller: Client, sales: User) -> None:
    for industry, region in (("C14", "330106"), ("C15", "330203"), ("OTHER", "330100")):
        await customers.make_customer(sales, industry_code=industry, region_code=region)
    shown = "groups { count key { industrySection industry regionProvince regionCity } }"
    for key, expected in {
        "INDUSTRY_SECTION": {"C": 2, "OTHER": 1},
        "INDUSTRY": {"C14": 1, "C15": 1, "OTHER": 1},
        "REGION_PROVINCE": {"330000": 3},
        "REGION_CITY": {"330100": 2, "330200": 1},
    }.items():
        groups = (await _customers(seller, f"groupBy: [{key}], {_mine(sales)}", shown))["groups"]
        assert {next(v for v in g["key"].values() if v): g["count"] for g in groups} == expected


async def test_d43_two_currencies_are_never_added(seller: Client, sales: User) -> None:
    for amount, currency in (("100.50", "CNY"), ("200", "CNY"), ("7", "USD"), (None, None)):
        await customers.make_customer(sales, registered_capital=amount, registered_capital_currency=currency, grade="A")
    money = "registeredCapital { currency count sum min max avg }"
    found = await _customers(seller, f"groupBy: [GRADE], {_mine(sales)}", f"{money} groups {{ {money} }}")
    expected = [
        {"currency": "CNY", "count": 2, "sum": "300.50", "min": "100.50", "max": "200.00", "avg": "150.25"},
        {"currency": "USD", "count": 1, "sum": "7.00", "min": "7.00", "max": "7.00", "avg": "7"},
    ]
    assert found == {"registeredCapital": expected, "groups": [{"registeredCapital": expected}]}


async def test_d43_numbers_without_values_have_no_sum(seller: Client, sales: User) -> None:
    await customers.make_customer(sales)
    found = await _customers(seller, _mine(sales), "count numberOfStores { count sum min max avg } groups { count }")
    nothing = {"count": 0, "sum": None, "min": None, "max": None, "avg": None}
    assert found == {"count": 1, "numberOfStores": nothing, "groups": []}


async def test_d10_own_fields_are_keys_and_sums_too(sign_in: SignIn, seller: Client, sales: User) -> None:
    admin = await own_fields.administrator(sign_in)
    number, flag = [(await own_fields.defined(admin, kind))["key"] for kind in ("NUMBER", "BOOLEAN")]
    for value, is_set in (("2", True), ("3.5", True), ("4", False)):
        await customers.make_customer(sales, custom={number: value, flag: is_set})
    shown = (
        f'groups {{ key {{ customFields {{ key boolean }} }} customFields(keys: ["{number}"]) {{ number {{ sum }} }} }}'
    )
    found = await _customers(seller, f'groupByCustomFields: ["{flag}"], {_mine(sales)}', shown)
    assert [
        (g["key"]["customFields"][0]["boolean"], g["customFields"][0]["number"]["sum"]) for g in found["groups"]
    ] == [(True, "5.5"), (False, "4")]
    for arguments, code in (
        (f'(groupByCustomFields: ["{number}"]) {{ count }}', "BAD_USER_INPUT"),
        ('(groupByCustomFields: ["no_such_field"]) { count }', "BAD_USER_INPUT"),
        ("(groupBy: [STAGE, GRADE, OWNER, SOURCE]) { count }", "BAD_USER_INPUT"),
    ):
        assert (await seller.run(f"{{ customersAggregate{arguments} }}")).code == code


async def test_d42_what_does_not_exist_is_not_counted_and_what_is_hidden_has_no_key(
    sign_in: SignIn, sales: User, seller: Client
) -> None:
    ours = await customers.make_customer(sales, credit_rating="AAA")
    await customers.make_customer(sales, state="DRAFT", credit_rating="AAA")
    await contacts.make_contact(ours)
    stranger = await sign_in(await people.make_user(Role.SALES, department=await people.make_department("销售九部")))
    shown = "count groups { count key { creditRating } }"
    states = f"groupBy: [CREDIT_RATING], states: [DRAFT, ACTIVE], {_mine(sales)}"
    assert (await _customers(seller, states, shown))["groups"] == [{"count": 2, "key": {"creditRating": "AAA"}}]
    assert (await _customers(stranger, states, shown))["groups"] == [{"count": 1, "key": {"creditRating": None}}]
    where = f'(where: {{customer: {{id: {{eq: "{to_global("cus", ours.id)}"}}}}}})'
    assert (await seller.data(f"{{ contactsAggregate{where} {{ count }} }}")) == {"contactsAggregate": {"count": 1}}
    assert (await stranger.data(f"{{ contactsAggregate{where} {{ count }} }}")) == {"contactsAggregate": {"count": 0}}


async def test_d21_the_share_of_late_follow_ups_is_reported_per_person(
    sign_in: SignIn, seller: Client, sales: User, department: Department
) -> None:
    """The same question of the sales person, her manager, the administrator and a stranger."""
    colleague = await people.make_user(Role.SALES, department=department)
    manager = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=manager.id)
    mine, other = await customers.make_customer(sales), await customers.make_customer(colleague)
    for customer, author, flags in ((mine, sales, (True, False, False, False)), (other, colleague, (True, True))):
        for is_late in flags:
            await follow_ups.make_follow_up(customer, author, is_late=is_late)
    department_only = f'where: {{customer: {{department: {{id: {{eq: "{to_global("dep", department.id)}"}}}}}}}}'
    document = (
        f"{{ a: followUpsAggregate(groupBy: [AUTHOR], {department_only})"
        " { isLate { share } groups { count key { author { id } } isLate { count trueCount share } } } }"
    )
    expected = [
        {"count": 4, "key": {"author": {"id": to_global("usr", sales.id)}},
         "isLate": {"count": 4, "trueCount": 1, "share": 0.25}},
        {"count": 2, "key": {"author": {"id": to_global("usr", colleague.id)}},
         "isLate": {"count": 2, "trueCount": 2, "share": 1}},
    ]  # fmt: skip
    stranger = await people.make_user(Role.SALES, department=await people.make_department("销售八部"))
    for who in (seller, await sign_in(manager), await sign_in(await people.make_user(Role.ADMIN))):
        assert (await who.data(document))["a"] == {"isLate": {"share": 0.5}, "groups": expected}
    seen = (await (await sign_in(stranger)).data(document))["a"]
    assert seen == {"isLate": {"share": None}, "groups": []}


async def test_d49_an_aggregate_takes_a_saved_filter(seller: Client, sales: User) -> None:
    for stage in ("WON", "LEAD", "LEAD"):
        await customers.make_customer(sales, stage=stage)
    owner = {"owner": {"id": {"eq": to_global("usr", sales.id)}}}
    given = {"name": "潜在", "entity": "CUSTOMER", "where": {"stage": {"eq": "LEAD"}, **owner}}
    made = await seller.change("createSavedFilter", given, "savedFilter { id }")
    saved = f'savedFilter: "{made["savedFilter"]["id"]}"'
    found = await _customers(seller, f"{saved}, groupBy: [STAGE]", "count groups { key { stage } }")
    assert found == {"count": 2, "groups": [{"key": {"stage": "LEAD"}}]}
    refused = await seller.run(f"{{ contactsAggregate({saved}) {{ count }} }}")
    assert refused.code == "BAD_USER_INPUT"


async def test_d43_keys_may_stand_in_variables_and_an_empty_list_is_no_key(seller: Client, sales: User) -> None:
    await customers.make_customer(sales, stage="WON")
    document = (
        "query($by: [CustomerGroupBy!], $own: [CustomFieldKey!], $first: Int, $order: [CustomerOrderBy!]) {"
        " a: customersAggregate(groupBy: $by, groupByCustomFields: $own, first: $first) { groupCount }"
        " customers(first: 1, orderBy: $order) { nodes { customFields(keys: $own) { key } } } }"
    )
    data = await seller.data(document, by=[], own=[], first=5, order=[])
    assert data == {"a": {"groupCount": 0}, "customers": {"nodes": [{"customFields": []}]}}
    assert (await seller.data(document, by=["STAGE"], own=[], first=5))["a"]["groupCount"] > 0
