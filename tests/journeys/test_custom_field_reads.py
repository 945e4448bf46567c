"""Filters, orders, pages and masks of fields of one's own (D10, D43)."""

from __future__ import annotations

from typing import Any

import pytest

from service.core.enums import Role
from storage.models import Department, User
from tests.api import Client
from tests.builders import customers, people
from tests.journeys import own_fields
from tests.journeys.conftest import SignIn

STORED: dict[str, list[Any]] = {
    "TEXT": ["alpha", "Beta", "gamma"],
    "NUMBER": ["2", "10", "-1.5"],
    "DATE": ["2024-05-21", "2023-01-01", "2025-12-31"],
    "BOOLEAN": [True, False, True],
    "CHOICE": ["A_SECOND", "B_FIRST", "A_SECOND"],
    "MULTI_CHOICE": [["A_SECOND"], ["A_SECOND", "B_FIRST"], ["B_FIRST"]],
    "MONEY": [{"amount": a, "currency": "CNY"} for a in ("2.50", "10.00", "9999999999999999.99")],
}
NOBODY = {"text": None, "number": None, "date": None, "boolean": None, "code": None, "codes": None, "money": None}


@pytest.fixture
async def admin(sign_in: SignIn) -> Client:
    return await own_fields.administrator(sign_in)


async def _three(sales: User, key: str, stored: list[Any]) -> None:
    """Customers c0 to c2 with these values, and c3 without one."""
    for place, value in enumerate([*stored, None]):
        custom = {} if value is None else {key: value}
        await customers.make_customer(sales, name=f"c{place}", custom=custom)


FILTERS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("TEXT", {"text": {"eq": "Beta"}}, {"c1"}),
    ("TEXT", {"text": {"ne": "Beta"}}, {"c0", "c2", "c3"}),
    ("TEXT", {"text": {"contains": "A"}}, {"c0", "c1", "c2"}),
    ("TEXT", {"text": {"startsWith": "b"}}, {"c1"}),
    ("TEXT", {"isNull": True}, {"c3"}),
    ("NUMBER", {"number": {"gt": "1.99"}}, {"c0", "c1"}),
    ("NUMBER", {"number": {"gte": "-1.5", "lt": "10"}}, {"c0", "c2"}),
    ("NUMBER", {"number": {"in": ["10.0", "3"]}}, {"c1"}),
    ("DATE", {"date": {"lte": "2024-05-21"}}, {"c0", "c1"}),
    ("DATE", {"date": {"isNull": False}}, {"c0", "c1", "c2"}),
    ("BOOLEAN", {"boolean": {"eq": False}}, {"c1"}),
    ("BOOLEAN", {"boolean": {"ne": True}}, {"c1", "c3"}),
    ("CHOICE", {"code": {"in": ["A_SECOND"]}}, {"c0", "c2"}),
    ("CHOICE", {"code": {"ne": "A_SECOND"}}, {"c1", "c3"}),
    ("MULTI_CHOICE", {"code": {"contains": "B_FIRST"}}, {"c1", "c2"}),
    ("MULTI_CHOICE", {"isNull": False}, {"c0", "c1", "c2"}),
    ("MONEY", {"number": {"gte": "10"}}, {"c1", "c2"}),
    ("MONEY", {"number": {"eq": "9999999999999999.99"}}, {"c2"}),
]


@pytest.mark.parametrize(("kind", "condition", "names"), FILTERS)
async def test_d49_a_field_of_ones_own_is_filtered_like_a_built_in_one(
    admin: Client, seller: Client, sales: User, kind: str, condition: dict[str, Any], names: set[str]
) -> None:
    key = (await own_fields.defined(admin, kind))["key"]
    await _three(sales, key, STORED[kind])
    assert set(await own_fields.found(seller, {"key": key, **condition})) == names
    negated = {"not": {"customFields": [{"key": key, **condition}]}}
    assert set(await own_fields.found(seller, where=negated)) == {"c0", "c1", "c2", "c3"} - names
    twice = await own_fields.found(seller, {"key": key, **condition}, {"key": key, "isNull": False})
    assert set(twice) == names - {"c3"}


async def test_d49_a_condition_stands_in_the_document_as_well(admin: Client, seller: Client, sales: User) -> None:
    key = (await own_fields.defined(admin, "NUMBER"))["key"]
    await _three(sales, key, STORED["NUMBER"])
    where = f'where: {{customFields: {{key: "{key}", number: {{gt: "1"}}}}}}'
    order = f'orderBy: [{{customField: "{key}", direction: DESC}}]'
    document = f'{{ customers({where}, {order}) {{ nodes {{ name customFields(keys: "{key}") {{ number }} }} }} }}'
    nodes = (await seller.data(document))["customers"]["nodes"]
    assert nodes == [
        {"name": "c1", "customFields": [{"number": "10"}]}, {"name": "c0", "customFields": [{"number": "2"}]},
    ]  # fmt: skip


ORDERS = {
    "TEXT": None, "NUMBER": ["c2", "c0", "c1"], "DATE": ["c1", "c0", "c2"], "BOOLEAN": ["c1", "c0", "c2"],
    "CHOICE": ["c1", "c0", "c2"], "MONEY": ["c0", "c1", "c2"],
}  # fmt: skip
"""Choices in the order of their list."""


@pytest.mark.parametrize("kind", ORDERS)
async def test_d50_pages_in_the_order_of_a_field_of_ones_own_hold_each_customer_once(
    admin: Client, seller: Client, sales: User, kind: str
) -> None:
    key = (await own_fields.defined(admin, kind))["key"]
    await _three(sales, key, STORED[kind])
    where = {"owner": {"id": {"eq": f"usr_{sales.id}"}}}
    for direction in ("ASC", "DESC"):
        order, after, names = [{"customField": key, "direction": direction}], None, []
        for _ in range(4):
            data = await seller.data(own_fields.FIND, where=where, orderBy=order, after=after, first=1)
            names += [node["name"] for node in data["customers"]["nodes"]]
            after = data["customers"]["pageInfo"]["endCursor"]
        assert sorted(names) == ["c0", "c1", "c2", "c3"]
        assert names[-1] == "c3"  # what has no value comes last either way
        expected = ORDERS[kind]
        if expected and direction == "ASC":
            assert names[:3] == expected


async def test_d43_a_cursor_serves_the_order_of_its_own_field_only(admin: Client, seller: Client, sales: User) -> None:
    keys = [(await own_fields.defined(admin, "NUMBER"))["key"] for _ in range(2)]
    await _three(sales, keys[0], STORED["NUMBER"])
    data = await seller.data(own_fields.FIND, orderBy=[{"customField": keys[0]}], first=1)
    cursor = data["customers"]["pageInfo"]["endCursor"]
    answer = await seller.run(own_fields.FIND, orderBy=[{"customField": keys[1]}], after=cursor)
    assert answer.code == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"where": {"customFields": [{"key": "nobody", "isNull": True}]}}, "no custom field with the key nobody"),
        ({"orderBy": [{"customField": "nobody"}]}, "no custom field with the key nobody"),
        ({"where": {"customFields": [{"key": "KEY", "number": {"eq": "1"}}]}}, "compared under text"),
        ({"where": {"customFields": [{"key": "KEY"}]}}, "just one comparison"),
        ({"where": {"customFields": [{"key": "KEY", "text": {"eq": "1"}, "isNull": True}]}}, "just one comparison"),
        ({"where": {"customFields": [{"key": "KEY", "text": {"eq": None}}]}}, "cannot be null"),
        ({"orderBy": [{"direction": "ASC"}]}, "either field or customField"),
        ({"orderBy": [{"field": "NAME", "customField": "KEY"}]}, "either field or customField"),
    ],
)
async def test_d10_what_cannot_be_asked_of_a_field_is_said_in_a_sentence(
    admin: Client, seller: Client, variables: dict[str, Any], message: str
) -> None:
    key = (await own_fields.defined(admin))["key"]
    for name in ("where", "orderBy"):
        steps = variables.get(name, {}) if name == "orderBy" else variables.get(name, {}).get("customFields", [])
        for step in steps:
            step |= {part: key for part in ("key", "customField") if step.get(part) == "KEY"}
    answer = await seller.run(own_fields.FIND, **variables)
    assert answer.code == "BAD_USER_INPUT"
    assert message in answer.error["message"]


async def test_d10_several_values_are_no_order(admin: Client, seller: Client) -> None:
    key = (await own_fields.defined(admin, "MULTI_CHOICE"))["key"]
    answer = await seller.run(own_fields.FIND, orderBy=[{"customField": key}])
    assert (answer.code, "several values" in answer.error["message"]) == ("BAD_USER_INPUT", True)


async def _one_of_each(admin: Client, owner: User, data_class: str) -> tuple[Any, dict[str, str]]:
    keys = {kind: (await own_fields.defined(admin, kind, dataClass=data_class))["key"] for kind in STORED}
    custom = {keys[kind]: stored[1] for kind, stored in STORED.items()}
    return await customers.make_customer(owner, custom=custom), keys


SHOWN = {"DATE": {"date": "2023-01-01"}, "BOOLEAN": {"boolean": False}, "CHOICE": {"code": "B_FIRST"},
         "MULTI_CHOICE": {"codes": ["A_SECOND", "B_FIRST"]}}  # fmt: skip
"""Below FULL choices, days and flags are shown; texts, numbers and amounts are not (§9)."""


@pytest.mark.parametrize(
    ("role", "data_class", "level"),
    [
        (Role.MARKETING, "BASIC", "FULL"),
        (Role.MARKETING, "BUSINESS", "MASKED"),
        (Role.MARKETING, "COMMERCIAL", "NONE"),
        (Role.AUDITOR, "BUSINESS", "NONE"),
        (Role.EXECUTIVE, "COMMERCIAL", "FULL"),
        (Role.SERVICE, "CONTACT", "MASKED"),
    ],
)
async def test_d42_a_value_stands_under_the_class_of_its_own_field(
    admin: Client, sales: User, sign_in: SignIn, role: Role, data_class: str, level: str
) -> None:
    customer, keys = await _one_of_each(admin, sales, data_class)
    viewer = await sign_in(await people.make_user(role))
    seen = await own_fields.values(viewer, f"cus_{customer.id}", *keys.values())
    whole = {
        **SHOWN, "TEXT": {"text": "Beta"}, "NUMBER": {"number": "10"},
        "MONEY": {"money": {"amount": "10.00", "currency": "CNY"}},
    }  # fmt: skip
    wanted = {"FULL": whole, "MASKED": SHOWN, "NONE": {}}[level]
    assert seen == {
        key: {"type": kind, **NOBODY, **wanted.get(kind, {}), "isMasked": level != "FULL"} for kind, key in keys.items()
    }


async def test_d43_hidden_values_decide_about_no_row_and_no_order(
    admin: Client, seller: Client, sales: User, sign_in: SignIn, department: Department
) -> None:
    key = (await own_fields.defined(admin, "NUMBER", dataClass="COMMERCIAL"))["key"]
    colleague = await people.make_user(Role.SALES, department=department)
    mine = await customers.make_customer(colleague, name="m0", custom={key: "5"})
    await _three(sales, key, ["1", "9", "5"])
    client = await sign_in(colleague)
    assert await own_fields.found(client, {"key": key, "number": {"gt": "0"}}) == [mine.name]
    assert await own_fields.found(client, where={"not": {"customFields": [{"key": key, "number": {"gt": "6"}}]}}) == [
        mine.name
    ]
    assert await own_fields.found(client, {"key": key, "isNull": True}) == []
    only = {"department": {"id": {"eq": f"dep_{department.id}"}}}
    names = await own_fields.found(client, where=only, orderBy=[{"customField": key, "direction": "DESC"}])
    assert names[0] == "m0"  # what is hidden comes last, by id
    own = [name for name in names if name.startswith("c")]
    assert own == sorted(own, reverse=True)


async def test_d43_a_field_without_full_is_not_set(admin: Client, seller: Client, sign_in: SignIn, sales: User) -> None:
    key = (await own_fields.defined(admin, dataClass="COMMERCIAL"))["key"]
    customer = await customers.make_customer(sales)
    helper = await sign_in(await people.make_user(Role.SALES, department_id=sales.department_id))
    permission = {"customerId": f"cus_{customer.id}", "userId": None}
    user = (await helper.data("{ me { id } }"))["me"]["id"]
    document = "mutation($input: EditPermissionInput!) { grantEditPermission(input: $input) { userErrors { code } } }"
    await seller.data(document, input={**permission, "userId": user})
    change = {"id": f"cus_{customer.id}", "version": customer.version}
    document = "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { version } } }"
    for given in ({"text": "x"}, {"text": None}):
        answer = await helper.run(document, input={**change, "customFields": [{"key": key, **given}]})
        assert answer.code == "FIELD_FORBIDDEN"
        assert answer.error["extensions"]["field"] == f"Customer.customFields.{key}"


async def test_d42_a_change_of_the_data_class_counts_at_once(admin: Client, sales: User, sign_in: SignIn) -> None:
    field = await own_fields.defined(admin, dataClass="BASIC")
    customer = await customers.make_customer(sales, custom={field["key"]: "秘"})
    auditor = await sign_in(await people.make_user(Role.AUDITOR))
    assert await own_fields.value(auditor, f"cus_{customer.id}", field["key"]) == "秘"
    assert (await own_fields.changed(admin, field, dataClass="COMMERCIAL"))["userErrors"] == []
    assert await own_fields.value(auditor, f"cus_{customer.id}", field["key"]) is None
