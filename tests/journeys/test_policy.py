"""The policy is data: versioned, audited, in force at once (D42)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from service.boundary.access.snapshot import SNAPSHOT
from service.core.enums import DataClass, Level, Role
from storage import db
from storage.models import User
from tests.api import Answer, Client
from tests.builders import customers, people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

POLICY = "{ accessPolicy { version cells { role relation dataClass level } } }"
CHANGE = """mutation($input: ChangePolicyInput!) { changePolicy(input: $input) { policy { version cells {
    role relation dataClass level } } } }"""


@pytest.fixture
async def admin(sign_in: SignIn) -> AsyncIterator[Client]:
    """An administrator; what the test changes is put back."""
    yield await sign_in(await people.make_user(Role.ADMIN))
    cell = "update policy_cells set level = 'NONE' where principal = 'MARKETING' and data_class = 'CONTACT' returning 1"
    await db.rows(cell)
    await db.rows("update policy_versions set version = version + 1 returning 1")
    await db.rows("select pg_notify('access_changed', '')")
    SNAPSHOT.forget()


async def _change(client: Client, level: Level, **values: Any) -> Answer:
    version = (await client.data(POLICY))["accessPolicy"]["version"]
    wanted = {"version": version, "role": Role.MARKETING, "dataClass": DataClass.CONTACT, "level": level, **values}
    return await client.run(CHANGE, input=wanted)


async def test_d42_a_change_is_in_force_within_2_s(admin: Client, seller: Client, sign_in: SignIn) -> None:
    customer = await drafts.submitted(seller)
    marketing = await sign_in(await people.make_user(Role.MARKETING))
    query = "query($id: ID!) { customer(id: $id) { contacts { nodes { mobile } } } }"

    async def shown() -> list[dict[str, str]]:
        return (await marketing.data(query, id=customer["id"]))["customer"]["contacts"]["nodes"]

    assert await shown() == []
    for level, nodes in ((Level.MASKED, [{"mobile": "138****5678"}]), (Level.NONE, [])):
        before = (await admin.data(POLICY))["accessPolicy"]["version"]
        policy = (await _change(admin, level)).data["changePolicy"]["policy"]
        changed = time.monotonic()
        assert policy["version"] == before + 1
        cell = {"role": "MARKETING", "relation": None, "dataClass": "CONTACT", "level": level.value}
        assert cell in policy["cells"]
        while await shown() != nodes:
            assert time.monotonic() - changed < 2
            await asyncio.sleep(0.05)


async def test_d42_of_two_administrators_at_once_one_is_told_of_a_conflict(admin: Client, sign_in: SignIn) -> None:
    other = await sign_in(await people.make_user(Role.ADMIN))
    version = (await admin.data(POLICY))["accessPolicy"]["version"]
    answers = await asyncio.gather(
        _change(admin, Level.MASKED, version=version), _change(other, Level.FULL, version=version)
    )
    assert sorted(a.code if "errors" in a.body else "DONE" for a in answers) == ["CONFLICT", "DONE"]
    (stale,) = [a for a in answers if "errors" in a.body]
    assert stale.error["extensions"]["currentVersion"] == version + 1
    (conflict,) = stale.error["extensions"]["conflicts"]
    won, lost = ("MASKED", "FULL") if stale is answers[1] else ("FULL", "MASKED")
    assert conflict == {"field": "ROLE.MARKETING.CONTACT", "base": "NONE", "current": won, "wanted": lost}


async def test_d42_a_stale_change_of_a_cell_that_nobody_touched_says_so(admin: Client) -> None:
    version = (await admin.data(POLICY))["accessPolicy"]["version"]
    await _change(admin, Level.MASKED)
    stale = await _change(admin, Level.FULL, version=version, role="AUDITOR", dataClass="BUSINESS")
    assert stale.error["extensions"]["conflicts"] == [
        {"field": "ROLE.AUDITOR.BUSINESS", "base": "NONE", "current": "NONE", "wanted": "FULL"}
    ]


async def test_d42_a_change_is_logged_with_before_and_after(admin: Client) -> None:
    await _change(admin, Level.MASKED)
    query = """select v.field, v.before::text, v.after::text from change_values v
               where v.change_id = (select id from change_log where action = 'policy.change' and outcome = 'DONE'
                                    order by id desc limit 1) and v.field <> 'version'"""
    assert await db.rows(query) == [{"field": "ROLE.MARKETING.CONTACT", "before": '"NONE"', "after": '"MASKED"'}]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_d42_nobody_but_an_administrator_changes_the_policy(sign_in: SignIn, role: Role) -> None:
    client = await sign_in(await people.make_user(role))
    async with nothing_saved():
        answer = await _change(client, Level.FULL)
    assert answer.code == "FORBIDDEN"
    assert answer.error["message"] == "Only an administrator may do this: please ask one."


async def test_d42_a_change_names_a_role_or_a_relation_and_not_both(admin: Client) -> None:
    for values in ({"role": None}, {"relation": "OWNER"}):
        async with nothing_saved(log_rows=0):
            assert (await _change(admin, Level.FULL, **values)).code == "BAD_USER_INPUT"


PREVIEW = """query($input: PreviewPolicyChangeInput!) { previewPolicyChange(input: $input) {
    version people byRole { role people } effects { before after people } sample } }"""


async def _preview(client: Client, **cell: str) -> dict[str, Any]:
    return (await client.data(PREVIEW, input=cell))["previewPolicyChange"]


async def test_d42_a_preview_counts_whom_a_change_concerns(admin: Client, sales: User) -> None:
    await db.rows("update users set disabled_at = now() where not 'ADMIN' = any(roles) and id <> $1", sales.id)
    single = await people.make_user(Role.MARKETING)
    double = await people.make_user(Role.MARKETING, Role.EXECUTIVE)
    await people.make_user(Role.MARKETING, disabled_at=single.created_at)
    found = await _preview(admin, role="MARKETING", dataClass="CONTACT", level="MASKED")
    # Who is an executive as well is shown masked already.
    assert (found["people"], found["sample"]) == (1, [single.name])
    assert found["byRole"] == [{"role": "MARKETING", "people": 1}]
    assert found["effects"] == [{"before": "NONE", "after": "MASKED", "people": 1}]
    found = await _preview(admin, role="MARKETING", dataClass="CONTACT", level="FULL")
    assert (found["people"], found["sample"]) == (2, [single.name, double.name])
    assert found["byRole"] == [{"role": "MARKETING", "people": 2}, {"role": "EXECUTIVE", "people": 1}]
    assert found["effects"] == [
        {"before": "MASKED", "after": "FULL", "people": 1}, {"before": "NONE", "after": "FULL", "people": 1}
    ]  # fmt: skip
    assert (await _preview(admin, role="MARKETING", dataClass="CONTACT", level="NONE"))["people"] == 0


async def test_d42_a_preview_of_a_relation_counts_who_can_be_that(admin: Client, sales: User, seller: Client) -> None:
    before = await _preview(admin, relation="OWNER", dataClass="COMMERCIAL", level="NONE")
    customer = await drafts.submitted(seller)
    after = await _preview(admin, relation="OWNER", dataClass="COMMERCIAL", level="NONE")
    assert customer["owner"]["id"] == f"usr_{sales.id}"
    assert after["people"] == before["people"] + 1
    assert {(e["before"], e["after"]) for e in after["effects"]} == {("FULL", "NONE")}
    # Tickets come later: nobody is their handler.
    assert (await _preview(admin, relation="TICKET_HANDLER", dataClass="CONTACT", level="NONE"))["people"] == 0


async def test_d42_a_preview_says_what_the_change_then_does(admin: Client, sign_in: SignIn) -> None:
    person = await people.make_user(Role.MARKETING)
    marketing = await sign_in(person)
    customer = await customers.make_customer(await people.make_user(Role.SALES))
    query = "query($id: ID!) { customer(id: $id) { address } }"
    await db.rows("update customers set address = '文三路1号', city = '杭州市' where id = $1 returning 1", customer.id)
    assert (await marketing.data(query, id=f"cus_{customer.id}"))["customer"] == {"address": None}
    found = await _preview(admin, role="MARKETING", dataClass="CONTACT", level="MASKED")
    assert {"before": "NONE", "after": "MASKED"}.items() <= found["effects"][0].items()
    assert (await marketing.data(query, id=f"cus_{customer.id}"))["customer"] == {"address": None}
    await _change(admin, Level.MASKED)
    assert (await marketing.data(query, id=f"cus_{customer.id}"))["customer"] == {"address": "杭州市"}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_d42_nobody_but_an_administrator_previews_a_change(sign_in: SignIn, role: Role) -> None:
    client = await sign_in(await people.make_user(role))
    answer = await client.run(PREVIEW, input={"role": "HR", "dataClass": "BASIC", "level": "NONE"})
    assert answer.code == "FORBIDDEN"
