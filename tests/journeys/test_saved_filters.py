"""D49: filters that people keep for themselves or for their department; applied under the rights of whoever applies."""

from __future__ import annotations

from typing import Any

import pytest

from service.core import clock
from service.core.enums import Role
from storage import db
from storage.models import Customer, Department, User
from tests.api import Client
from tests.builders import contacts, customers, people
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

SHOWN = """savedFilter { id name entity where orderBy columns version isEditable isDeletable owner { id }
    sharedWith { id } } userErrors { code field message }"""
LIST = "{ savedFilters(entity: CUSTOMER) { id name isEditable isDeletable } }"
RUN = """query($id: ID!, $where: CustomerWhere, $orderBy: [CustomerOrderBy!]) {
    customers(savedFilter: $id, where: $where, orderBy: $orderBy) { totalCount nodes { name } } }"""
WON = {"stage": {"eq": "WON"}}
Json = dict[str, Any]


async def _saved(client: Client, **values: Any) -> Json:
    given = {"name": "已成交", "entity": "CUSTOMER", "where": WON, **values}
    payload = await client.change("createSavedFilter", given, SHOWN.partition("userErrors")[0])
    assert payload["userErrors"] == [], payload
    return payload["savedFilter"]


async def _faults(client: Client, mutation: str = "createSavedFilter", **values: Any) -> list[tuple[str, list[str]]]:
    given = {"name": "已成交", "entity": "CUSTOMER", "where": WON, **values} if mutation[0] == "c" else values
    payload = await client.change(mutation, given, "savedFilter { id }")
    return [(e["code"], e["field"]) for e in payload["userErrors"]]


async def _delete(client: Client, key: str) -> Any:
    document = "mutation($input: DeleteSavedFilterInput!) { deleteSavedFilter(input: $input) { deletedId } }"
    return await client.run(document, input={"id": key})


async def _names(client: Client, key: str, **variables: Any) -> list[str]:
    return [node["name"] for node in (await client.data(RUN, id=key, **variables))["customers"]["nodes"]]


@pytest.fixture
async def mine(sales: User) -> list[Customer]:
    """Customers that are told apart by their website."""
    return [
        await customers.make_customer(sales, name=f"{letter}公司", stage=stage, website=f"https://{sales.id}.example")
        for letter, stage in (("甲", "WON"), ("乙", "LEAD"), ("丙", "WON"))
    ]


def _my(sales: User) -> Json:
    return {"website": {"eq": f"https://{sales.id}.example"}}


async def test_d49_a_filter_is_kept_as_it_was_written_and_finds_what_it_says(
    seller: Client, sales: User, mine: list[Customer]
) -> None:
    where = {"and": [WON, _my(sales)]}
    order = [{"field": "NAME", "direction": "DESC"}]
    columns = ["name", "owner.name", "stage"]
    saved = await _saved(seller, where=where, orderBy=order, columns=columns)
    assert (saved["where"], saved["orderBy"], saved["columns"]) == (where, order, columns)
    assert (saved["version"], saved["isEditable"], saved["isDeletable"], saved["sharedWith"]) == (1, True, True, None)
    assert saved["owner"] == {"id": f"usr_{sales.id}"}
    assert await _names(seller, saved["id"]) == ["甲公司", "丙公司"]
    assert await _names(seller, saved["id"], where={"name": {"startsWith": "甲"}}) == ["甲公司"]
    upwards = [{"field": "NAME", "direction": "ASC"}]
    assert await _names(seller, saved["id"], orderBy=upwards) == ["丙公司", "甲公司"]


async def test_d49_a_changed_filter_finds_what_it_says_now(seller: Client, sales: User, mine: list[Customer]) -> None:
    saved = await _saved(seller, where={"and": [WON, _my(sales)]})
    assert len(await _names(seller, saved["id"])) == 2
    change = {"id": saved["id"], "version": 1, "where": {**_my(sales), "stage": {"eq": "LEAD"}}}
    payload = await seller.change("updateSavedFilter", change, "savedFilter { version name where }")
    assert payload["savedFilter"] == {"version": 2, "name": "已成交", "where": change["where"]}
    assert await _names(seller, saved["id"]) == ["乙公司"]
    document = "mutation($input: UpdateSavedFilterInput!) { updateSavedFilter(input: $input) { userErrors { code } } }"
    stale = await seller.run(document, input={**change, "name": "新名"})
    assert stale.code == "CONFLICT"
    assert stale.error["extensions"]["currentVersion"] == 2
    again = await seller.change("updateSavedFilter", {**change, "version": 2}, "savedFilter { version }")
    assert again["savedFilter"]["version"] == 2, "what changes nothing makes no version"


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"stag": {"eq": "WON"}}, ["where"]),
        ({"stage": {"eq": "NOWHERE"}}, ["where", "stage", "eq"]),
        ({"or": [{"createdAt": {"gt": "yesterday"}}]}, ["where", "or", "0", "createdAt", "gt"]),
        ({"owner": {"id": {"eq": "cus_x"}}}, ["where"]),
        ({"stage": {"eq": None}}, ["where"]),
        (["stage"], ["where"]),
        ("stage", ["where"]),
    ],
)
async def test_d49_a_filter_that_the_list_would_refuse_is_not_kept(seller: Client, where: Any, path: list[str]) -> None:
    async with nothing_saved():
        assert await _faults(seller, where=where) == [("FILTER_INVALID", path)]


async def test_d49_all_faults_come_together(seller: Client, department: Department) -> None:
    other = await people.make_department("销售二部")
    deep: Json = {}
    for _ in range(30):
        deep = {"not": deep}
    await _saved(seller)
    async with nothing_saved():
        assert await _faults(seller, where=deep) == [("ALREADY_EXISTS", ["name"]), ("FILTER_INVALID", ["where"])]
    async with nothing_saved():
        found = await _faults(
            seller, name=" ", columns=["name", "nothing", "owner.nothing"], sharedWithId=f"dep_{other.id}",
            orderBy=[{"field": "NOTHING"}],
        )  # fmt: skip
    assert found == [
        ("REQUIRED", ["name"]), ("NOT_FOUND", ["columns", "1"]), ("NOT_FOUND", ["columns", "2"]),
        ("NOT_YOUR_DEPARTMENT", ["sharedWithId"]), ("FILTER_INVALID", ["orderBy", "0", "field"]),
    ]  # fmt: skip
    assert await _faults(seller, name="长", where={"name": {"contains": "长" * 10_001}}) == [("TOO_LONG", ["where"])]


async def test_d49_a_message_guesses_at_nothing(seller: Client) -> None:
    given = {"name": "x", "entity": "CUSTOMER", "where": {"nmae": {"eq": "x"}}}
    payload = await seller.change("createSavedFilter", given, "savedFilter { id }")
    (error,) = payload["userErrors"]
    assert "Did you mean" not in error["message"]
    assert error["message"].endswith("please correct it.")


async def test_d43_who_can_never_see_a_field_keeps_and_applies_no_filter_by_it(
    seller: Client, sales: User, sign_in: SignIn, department: Department
) -> None:
    """The saver's rights count when it is kept, and those of whoever applies it when it is applied."""
    by_mobile = {"contacts": {"some": {"mobile": {"eq": "13812345678"}}}}
    marketing = await people.make_user(Role.MARKETING, department=department)
    await Department.filter(id=department.id).update(manager_id=None)
    client = await sign_in(marketing)
    document = "mutation($input: CreateSavedFilterInput!) { createSavedFilter(input: $input) { userErrors { code } } }"
    customer = await customers.make_customer(sales)
    await contacts.make_contact(customer)
    shared = await _saved(seller, where=by_mobile, sharedWithId=f"dep_{department.id}")
    found = (await seller.data(RUN, id=shared["id"]))["customers"]
    assert found["totalCount"] >= 1
    # Marketing in the owner's department is shown the contact masked: it never matches, and it is not refused.
    assert (await client.data(RUN, id=shared["id"]))["customers"] == {"totalCount": 0, "nodes": []}
    await db.rows(
        "update policy_cells set level = 'NONE' where data_class = 'COMMERCIAL' and principal <> 'ADMIN' returning 1"
    )
    await db.rows("update policy_versions set version = version + 1 returning 1")
    await db.rows("select pg_notify('access_changed', '')")
    try:
        admin = await sign_in(await people.make_user(Role.ADMIN, department=department))
        by_budget = {"needs": {"some": {"budgetBand": {"eq": "FROM_10K"}}}}
        secret = await _saved(admin, where=by_budget, sharedWithId=f"dep_{department.id}")
        for answer in (
            await seller.run(RUN, id=secret["id"]),
            await seller.run(document, input={"name": "预算", "entity": "CUSTOMER", "where": by_budget}),
        ):
            assert answer.code == "FIELD_NOT_VISIBLE"
            assert "Need.budgetBand" in answer.error["message"]
    finally:
        await _default_policy()


async def _default_policy() -> None:
    full = ("OWNER", "COLLABORATOR", "MANAGER", "EXECUTIVE")
    await db.rows(
        "update policy_cells set level = 'FULL' where data_class = 'COMMERCIAL' and principal = any($1) returning 1",
        list(full),
    )
    await db.rows("update policy_versions set version = version + 1 returning 1")
    await db.rows("select pg_notify('access_changed', '')")


async def test_d49_a_shared_filter_is_seen_by_the_department_and_those_below_it_and_nobody_else(
    seller: Client, sales: User, sign_in: SignIn, department: Department
) -> None:
    below = await people.make_department("销售一组", parent=department)
    above = await people.make_department("销售中心")
    await Department.filter(id=department.id).update(parent_id=above.id)
    saved = await _saved(seller, sharedWithId=f"dep_{department.id}")
    private = await _saved(seller, name="私有")
    boss = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=above.id).update(manager_id=boss.id)
    for person, sees in (
        (await people.make_user(Role.SALES, department=department), True),
        (await people.make_user(Role.SALES, department=below), True),
        (boss, True),
        (await people.make_user(Role.SALES, department=above), False),
        (await people.make_user(Role.ADMIN), False),
    ):
        client = await sign_in(person)
        shown = (await client.data(LIST))["savedFilters"]
        assert shown == (
            [{"id": saved["id"], "name": "已成交", "isEditable": False, "isDeletable": False}] if sees else []
        )
        assert (await client.run(RUN, id=private["id"])).code == "NOT_FOUND"
        if not sees:
            hidden, absent = await client.run(RUN, id=saved["id"]), await client.run(RUN, id=saved["id"][:-4] + "0000")
            assert hidden.raw == absent.raw
    assert [f["name"] for f in (await seller.data(LIST))["savedFilters"]] == ["已成交", "私有"]


async def test_d49_only_its_owner_changes_a_filter(
    seller: Client, sales: User, sign_in: SignIn, department: Department
) -> None:
    saved = await _saved(seller, sharedWithId=f"dep_{department.id}")
    document = "mutation($input: UpdateSavedFilterInput!) { updateSavedFilter(input: $input) { userErrors { code } } }"
    boss = await people.make_user(Role.SALES_MANAGER, department=department)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    stranger = await sign_in(await people.make_user(Role.ADMIN))
    for client, code in ((await sign_in(boss), "FORBIDDEN"), (stranger, "NOT_FOUND")):
        async with nothing_saved():
            assert (await client.run(document, input={"id": saved["id"], "version": 1, "name": "我的"})).code == code
        async with nothing_saved():
            assert (await _delete(client, saved["id"])).code == code
    assert (await _delete(seller, saved["id"])).data["deleteSavedFilter"] == {"deletedId": saved["id"]}
    assert (await _delete(seller, saved["id"])).code == "NOT_FOUND"


async def test_d4_the_filter_of_a_leaver_is_deleted_by_the_departments_manager(
    seller: Client, sales: User, sign_in: SignIn, department: Department
) -> None:
    saved = await _saved(seller, sharedWithId=f"dep_{department.id}")
    boss = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    manager = await sign_in(boss)
    assert (await _delete(manager, saved["id"])).code == "FORBIDDEN"
    await User.filter(id=sales.id).update(disabled_at=clock.now())
    assert (await _delete(colleague, saved["id"])).code == "FORBIDDEN"
    assert (await manager.data(LIST))["savedFilters"][0]["isDeletable"]
    assert (await _delete(manager, saved["id"])).data["deleteSavedFilter"]


async def test_d49_a_filter_is_for_its_list_and_shares_its_rows_with_no_other_one(
    seller: Client, sales: User, mine: list[Customer]
) -> None:
    """Two filters with the same document have plans of their own."""
    won = await _saved(seller, where={"and": [WON, _my(sales)]})
    lead = await _saved(seller, name="线索", where={"and": [{"stage": {"eq": "LEAD"}}, _my(sales)]})
    for _ in range(2):
        assert len(await _names(seller, won["id"])) == 2
        assert await _names(seller, lead["id"]) == ["乙公司"]
    answer = await seller.run("query($id: ID!) { contacts(savedFilter: $id) { totalCount } }", id=won["id"])
    assert answer.code == "BAD_USER_INPUT"
    people_of = await _saved(seller, name="联系人", entity="CONTACT", where={"title": {"contains": "采购"}})
    answer = await seller.run("query($id: ID!) { contacts(savedFilter: $id) { totalCount } }", id=people_of["id"])
    assert "contacts" in answer.data
    assert (await seller.run(RUN, id="fil_x")).code == "BAD_USER_INPUT"


async def test_d35_what_happens_to_a_filter_is_in_the_change_log(seller: Client, sales: User) -> None:
    saved = await _saved(seller)
    await seller.change("updateSavedFilter", {"id": saved["id"], "version": 1, "name": "成交"}, "savedFilter { id }")
    await _delete(seller, saved["id"])
    rows = await db.rows(
        "select action, outcome from change_log where subject_id = $1 order by at, id", saved["id"].removeprefix("fil_")
    )
    assert [(row["action"], row["outcome"]) for row in rows] == [
        ("saved_filter.create", "DONE"), ("saved_filter.update", "DONE"), ("saved_filter.delete", "DONE"),
    ]  # fmt: skip


async def test_d49_a_filter_that_the_list_takes_no_more_says_what_is_wrong(seller: Client) -> None:
    saved = await _saved(seller)
    key = saved["id"].removeprefix("fil_")
    await db.rows("""update saved_filters set "where" = '{"gone": {"eq": 1}}' where id = $1 returning 1""", key)
    answer = await seller.run(RUN, id=saved["id"])
    assert answer.code == "BAD_USER_INPUT"
    assert "'gone'" in answer.error["message"]
