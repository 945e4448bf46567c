"""D42: why somebody is not shown a field, by the policy in force; nothing is told of the value."""

from __future__ import annotations

from typing import Any

import pytest

from service.boundary.access.relations import NOT_YET
from service.boundary.access.snapshot import read_policy
from service.core.enums import CustomerKind, DataClass, Granted, Level, Relation, Role
from storage import db
from storage.models import Department, User
from tests.api import Client
from tests.builders import contacts, customers, people
from tests.journeys.conftest import SignIn

ASK = """query($id: ID!, $field: String!) { whyHidden(id: $id, field: $field) {
    dataClass level missing { role relation label } ask { id name } message } }"""
ABSENT = "cus_01900000-0000-7000-8000-000000000000"
Json = dict[str, Any]


async def _why(client: Client, key: str, field: str) -> Json:
    return (await client.data(ASK, id=key, field=field))["whyHidden"]


def _names(found: Json) -> set[str]:
    return {one["role"] or one["relation"] for one in found["missing"]}


async def test_d42_the_missing_relations_are_those_of_the_policy(
    seller: Client, sales: User, sign_in: SignIn, department: Department
) -> None:
    boss = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    customer = await customers.make_customer(sales, address="文三路1号", city="杭州市")
    stranger = await sign_in(await people.make_user(Role.SALES))
    found = await _why(stranger, f"cus_{customer.id}", "address")
    assert (found["dataClass"], found["level"]) == ("CONTACT", "NONE")
    assert _names(found) == {"OWNER", "COLLABORATOR", "MANAGER", "ADMIN"}
    assert {one["label"] for one in found["missing"]} >= {"Owner", "Administrator"}
    assert [person["id"] for person in found["ask"]] == [f"usr_{sales.id}", f"usr_{boss.id}"]
    assert sales.name in found["message"]
    whole = await _why(seller, f"cus_{customer.id}", "address")
    assert (whole["level"], whole["missing"], whole["ask"]) == ("FULL", [], [])
    assert whole["message"] == "You are shown Street address in full."


async def test_d42_what_is_shown_masked_to_everybody_misses_nothing(
    seller: Client, sales: User, sign_in: SignIn
) -> None:
    customer = await customers.make_customer(sales, kind=CustomerKind.INDIVIDUAL, name="陈晓东")
    found = await _why(seller, f"cus_{customer.id}", "idNumberLastFour")
    assert (found["dataClass"], found["level"], found["missing"]) == ("IDENTITY", "MASKED", [])
    stranger = await sign_in(await people.make_user(Role.SALES))
    found = await _why(stranger, f"cus_{customer.id}", "idNumberLastFour")
    assert found["level"] == "NONE"
    assert _names(found) == {"OWNER", "COLLABORATOR", "MANAGER", "EXECUTIVE", "ADMIN"}
    found = await _why(stranger, f"cus_{customer.id}", "name")
    assert (found["dataClass"], found["level"]) == ("CONTACT", "MASKED")


async def test_d43_the_answer_is_the_same_with_a_value_and_without(sales: User, sign_in: SignIn) -> None:
    stranger = await sign_in(await people.make_user(Role.SALES))
    customer = await customers.make_customer(sales, address="文三路1号", city="杭州市")
    with_value = await stranger.run(ASK, id=f"cus_{customer.id}", field="address")
    await db.rows("update customers set address = null, city = null where id = $1 returning 1", customer.id)
    assert (await stranger.run(ASK, id=f"cus_{customer.id}", field="address")).raw == with_value.raw


async def test_d43_a_record_that_is_hidden_answers_like_one_that_is_absent(sales: User, sign_in: SignIn) -> None:
    customer = await customers.make_customer(sales)
    contact = await contacts.make_contact(customer)
    draft = await customers.make_customer(sales, state="DRAFT")
    marketing = await sign_in(await people.make_user(Role.MARKETING))
    answers = [
        await marketing.run(ASK, id=key, field=field)
        for key in (f"con_{contact.id}", f"cus_{draft.id}", ABSENT)
        for field in ("mobile", "nothing")
    ]
    assert {answer.code for answer in answers} == {"NOT_FOUND"}
    assert len({answer.raw for answer in answers}) == 1
    assert (await marketing.run(ASK, id=f"cus_{customer.id}", field="nothing")).code == "BAD_USER_INPUT"


async def test_d42_a_changed_policy_changes_the_answer(sales: User, sign_in: SignIn) -> None:
    customer = await customers.make_customer(sales)
    stranger = await sign_in(await people.make_user(Role.SALES))
    admin = await sign_in(await people.make_user(Role.ADMIN))
    assert "DATA_STEWARD" not in _names(await _why(stranger, f"cus_{customer.id}", "notes"))
    for level, missing in (("FULL", True), ("MASKED", False)):
        version = (await admin.data("{ accessPolicy { version } }"))["accessPolicy"]["version"]
        cell = {"role": "DATA_STEWARD", "dataClass": "BUSINESS", "level": level, "version": version}
        document = "mutation($input: ChangePolicyInput!) { changePolicy(input: $input) { policy { version } } }"
        await admin.data(document, input=cell)
        assert ("DATA_STEWARD" in _names(await _why(stranger, f"cus_{customer.id}", "notes"))) is missing


@pytest.mark.parametrize("data_class", DataClass)
async def test_d42_each_that_would_be_enough_is_enough_and_no_other_is(data_class: DataClass) -> None:
    policy = await read_policy()
    highest = policy.highest(data_class)
    named = policy.enough(data_class, highest)
    assert named
    for one in (one for one in (*Role, *Relation) if one not in NOT_YET):
        roles = frozenset({one}) if isinstance(one, Role) else frozenset[Role]()
        relation = Relation.STAFF if isinstance(one, Role) else one
        # IDENTITY in FULL is revealed one at a time: what records show of it is masked.
        reached = min(policy.level(roles, relation, data_class), highest, key=lambda level: level.rank)
        if one is Relation.GRANT_HOLDER:  # as granted
            reached = max(
                [reached, *(g.level for g in Granted if g.data_class is data_class)], key=lambda level: level.rank
            )
        assert (reached is highest) is (one in named), one
    assert highest is (Level.MASKED if data_class is DataClass.IDENTITY else Level.FULL)


async def test_d4_who_has_left_is_not_asked_and_the_next_manager_is(
    sales: User, sign_in: SignIn, department: Department
) -> None:
    boss = await people.make_user(Role.SALES_MANAGER)
    above = await people.make_department("销售中心", manager=boss)
    await Department.filter(id=department.id).update(parent_id=above.id, manager_id=sales.id)
    customer = await customers.make_customer(sales)
    await User.filter(id=sales.id).update(disabled_at=customer.created_at)
    stranger = await sign_in(await people.make_user(Role.SALES))
    assert [p["id"] for p in (await _why(stranger, f"cus_{customer.id}", "address"))["ask"]] == [f"usr_{boss.id}"]
