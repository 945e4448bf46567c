"""The change log: before and after of everything, keyed digests, and that nothing happens without it (D35, SEC-G)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
import pytest

from service.core.enums import Role
from service.core.settings import settings
from storage import crypto, db
from storage.models import Customer, Department, User
from tests.api import Client
from tests.builders import people
from tests.engines import WorkerEngines
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

Pair = tuple[Any, Any]


async def _entries(customer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of one customer, oldest first, each with its values."""
    rows = await db.rows("select * from change_log where customer_id = $1 order by id", customer["id"][4:])
    for row in rows:
        kept = await db.rows(
            "select field, before::text, after::text from change_values where change_id = $1", row["id"]
        )
        row["values"] = {v["field"]: (orjson.loads(v["before"]), orjson.loads(v["after"])) for v in kept}
        row["digests"] = row["digests"] if isinstance(row["digests"], dict) else orjson.loads(row["digests"])
    return rows


def _digest(field: str, value: Any) -> str | None:
    """As D35 wants it: keyed, of the field and the value."""
    secret = settings().digest_secret.get_secret_value()
    return None if value is None else crypto.digest(secret, field, orjson.dumps(value).decode())


async def _version(client: Client, customer: dict[str, Any]) -> int:
    query = "query($id: ID!) { customer(id: $id) { version } }"
    return (await client.data(query, id=customer["id"]))["customer"]["version"]


async def _whole_life(seller: Client, manager: Client, friend: User) -> dict[str, Any]:
    """A customer to which every operation has been done once."""
    customer = await drafts.submitted(seller)
    key, contact = customer["id"], customer["contacts"]["nodes"][0]

    async def do(mutation: str, selection: str = "customer { id }", client: Client = seller, **values: Any) -> Any:
        payload = await client.change(mutation, values, selection)
        assert payload["userErrors"] == [], mutation
        return payload

    rename = {"name": "杭州新程商贸有限公司", "reason": "工商变更", **drafts.confirmed()}
    await do("updateCustomer", id=key, version=customer["version"], **rename)
    await do("updateContact", "contact { id }", id=contact["id"], version=contact["version"], title="总监")
    heir = await do("createContact", "contact { id }", customerId=key, **drafts.contact(name="李雷"))
    await do("removeContact", id=contact["id"], version=contact["version"] + 1, newPrimaryId=heir["contact"]["id"])
    need = customer["needs"]["nodes"][0]["id"]
    await do("updateNeed", "need { id }", id=need, version=1, priority="LOW")
    tagged = await do("addTags", "customer { tags { nodes { id name } } }", customerId=key, customTags=["老乡"])
    (tag,) = [t["id"] for t in tagged["customer"]["tags"]["nodes"] if t["name"] == "老乡"]
    await do("removeTags", customerId=key, tagIds=[tag])
    talk = drafts.communication(content="回访", noPlanReason="等待")
    await do("recordFollowUp", "followUp { id }", customerId=key, **talk)
    step = {"id": key, "version": await _version(seller, customer)}
    await do("moveCustomerStage", **step, to="LOST", lostReason="OTHER", reason="搬迁")
    await do("addCollaborator", customerId=key, userId=f"usr_{friend.id}")
    await do("removeCollaborator", customerId=key, userId=f"usr_{friend.id}")
    step["version"] += 1
    await do("changeCustomerOwner", client=manager, **step, ownerId=f"usr_{friend.id}", reason="调岗")
    return customer


async def test_d35_every_operation_is_logged_with_before_and_after_reason_request_channel_and_actor(
    seller: Client, sales: User, department: Department, sign_in: SignIn
) -> None:
    boss = await people.make_user(Role.SALES_MANAGER, department=department)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    friend = await people.make_user(Role.SALES)
    customer = await _whole_life(seller, await sign_in(boss), friend)
    entries = await _entries(customer)
    assert [e["action"] for e in entries] == [
        "customer.draft", "contact.create", "need.create", "customer.tag", "customer.submit", "follow_up.record",
        "customer.update", "contact.update", "contact.create", "contact.remove", "contact.update", "need.update",
        "customer.tag", "customer.untag", "follow_up.record", "customer.move_stage", "customer.add_collaborator",
        "customer.remove_collaborator", "customer.change_owner",
    ]  # fmt: skip
    assert [e["outcome"] for e in entries] == ["DONE"] * len(entries)
    assert [e["actor_id"] for e in entries] == [sales.id] * (len(entries) - 1) + [boss.id]
    assert {e["channel"] for e in entries} == {"API"}
    assert all(e["request_id"] and e["subject_type"] and e["subject_id"] for e in entries)
    named = {e["action"]: e for e in entries}
    assert named["customer.update"]["reason"] == "工商变更"
    assert named["customer.update"]["values"]["name"] == ("杭州新程贸易有限公司", "杭州新程商贸有限公司")
    assert named["customer.move_stage"]["values"]["stage"] == ("LEAD", "LOST")
    assert named["customer.change_owner"]["values"]["owner_id"] == (str(sales.id), str(friend.id))
    assert named["customer.untag"]["values"]["tags"] == (["老乡"], None)


async def test_d35_each_value_has_a_keyed_digest_that_can_be_computed_again(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    entries = await _entries(customer)
    checked = 0
    for entry in entries:
        for field, (before, after) in entry["values"].items():
            assert entry["digests"][field] == [_digest(field, before), _digest(field, after)], (entry["action"], field)
            checked += 1
    assert checked > 15


async def test_d35_identity_values_are_never_kept_but_proved(seller: Client) -> None:
    person = {"kind": "INDIVIDUAL", "name": "陈晓东", "mobile": "13987654321", "contacts": [], "uscc": None}
    customer = await drafts.submitted(seller, **person, industryCode=None, idNumberLastFour="917X")
    entered = (await _entries(customer))[0]
    assert "id_number_last_four" not in entered["values"]
    assert entered["digests"]["id_number_last_four"] == [None, _digest("id_number_last_four", "917X")]
    assert await db.rows("select 1 from change_values where after::text like '%917X%'") == []
    assert await db.rows("select 1 from change_log l where l::text like '%917X%'") == []


async def test_sec_g2_a_refusal_says_who_tried_what_on_which_record(seller: Client, sales: User) -> None:
    customer = await drafts.submitted(seller)
    step = {"id": customer["id"], "version": customer["version"], "to": "AFTER_SALES"}
    await seller.change("moveCustomerStage", step, "customer { id }")
    refused = (await _entries(customer))[-1]
    assert (refused["action"], refused["outcome"], refused["reason"]) == (
        "customer.move_stage", "REFUSED", "ILLEGAL_STAGE_MOVE"
    )  # fmt: skip
    assert (refused["actor_id"], refused["subject_type"]) == (sales.id, "Customer")
    assert refused["values"] == {}


async def test_sec_g2_control_characters_in_a_reason_are_encoded(seller: Client) -> None:
    customer = await drafts.submitted(seller)
    change = {"id": customer["id"], "version": customer["version"], "name": "杭州新程商贸有限公司"}
    await seller.change(
        "updateCustomer", {**change, **drafts.confirmed(), "reason": "工商\n变更\u2028完"}, "customer { id }"
    )
    reason = (await _entries(customer))[-1]["reason"]
    assert reason.isprintable()
    assert reason.startswith("工商")


WRITES = ("update {} set {} = {}", "delete from {}", "truncate {}")


@pytest.mark.parametrize("statement", WRITES)
async def test_sec_g3_the_application_cannot_alter_the_log(seller: Client, statement: str) -> None:
    await drafts.saved(seller)
    partitions = await db.rows(
        "select inhrelid::regclass::text as t from pg_inherits where inhparent = 'change_log'::regclass"
    )
    assert partitions
    for table in ("change_log", "change_values", *(row["t"] for row in partitions)):
        column = "field" if table == "change_values" else "reason"
        async with db.pool().acquire() as connection:
            assert await connection.fetchval("select current_user") == "crm_app"
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement.format(table, column, column))


@asynccontextmanager
async def _log_that_cannot_be_written(engines: WorkerEngines, action: str) -> AsyncIterator[None]:
    owner = await asyncpg.connect(engines.database.owner_url)
    await owner.execute(
        "create function no_log() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;"
        f"create trigger no_log before insert on change_log for each row when (new.action = '{action}')"
        " execute function no_log()"
    )
    try:
        yield
    finally:
        await owner.execute("drop trigger no_log on change_log; drop function no_log()")
        await owner.close()


async def test_sec_g4_what_cannot_be_logged_does_not_happen(seller: Client, engines: WorkerEngines) -> None:
    customer = await drafts.submitted(seller)
    document = "mutation($input: MoveCustomerStageInput!) { moveCustomerStage(input: $input) { customer { stage } } }"
    step = {"id": customer["id"], "version": customer["version"], "to": "QUALIFIED"}
    async with _log_that_cannot_be_written(engines, "customer.move_stage"), nothing_saved(log_rows=0):
        answer = await seller.run(document, input=step)
    assert answer.code == "INTERNAL"
    assert "disk full" not in answer.raw.decode()
    assert (await Customer.get(id=customer["id"][4:])).stage == "LEAD"
    assert (await seller.run(document, input=step)).data["moveCustomerStage"]["customer"] == {"stage": "QUALIFIED"}


async def test_sec_g4_nobody_signs_in_unlogged(seller: Client, sales: User, engines: WorkerEngines) -> None:
    async with _log_that_cannot_be_written(engines, "session.sign_out"), nothing_saved(log_rows=0):
        answer = await seller.run("mutation { signOut { userErrors { code } } }")
    assert answer.code == "INTERNAL"
