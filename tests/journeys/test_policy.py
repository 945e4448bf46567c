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
from tests.api import Answer, Client
from tests.builders import people
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
