"""Administrators look after background work (SEC-H5): dead letters, queues, upkeep at once."""

from __future__ import annotations

import pytest

from service.core import clock
from service.core.enums import Role
from service.core.ids import new_id
from storage import db
from storage.models import OutboxMessage
from tests.builders.people import make_user
from tests.journeys.conftest import SignIn

MESSAGE = "message { id task queue state attempts lastError requestId }"


async def _dead() -> OutboxMessage:
    now = clock.now()
    return await OutboxMessage.create(
        task="reminder.give", arguments={"task_id": str(new_id())}, available_at=now, dead_at=now, attempts=5,
        last_error="ValueError",
    )  # fmt: skip


async def test_sec_h5_dead_letter_is_listed_sent_again_and_the_log_says_by_whom(sign_in: SignIn) -> None:
    administrator = await make_user(Role.ADMIN)
    client, row = await sign_in(administrator), await _dead()
    listed = await client.data("{ deadLetters(first: 1) { id task queue state attempts lastError } }")
    first = listed["deadLetters"][0]
    assert first == {
        "id": f"msg_{row.id}", "task": "reminder.give", "queue": "default", "state": "DEAD", "attempts": 5,
        "lastError": "ValueError",
    }  # fmt: skip
    again = await client.change("retryJob", {"id": first["id"]}, MESSAGE)
    assert (again["message"]["state"], again["message"]["attempts"]) == ("WAITING", 0)
    refused = await client.change("retryJob", {"id": first["id"]}, MESSAGE)
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("NOT_GIVEN_UP", ["id"])]
    logged = "select actor_id from change_log where action = 'job.retry' and subject_id = $1 and outcome = 'DONE'"
    assert [r["actor_id"] for r in await db.rows(logged, row.id)] == [administrator.id]


async def test_upkeep_is_asked_for_once_until_it_is_done_and_bears_the_request(sign_in: SignIn) -> None:
    client = await sign_in(await make_user(Role.ADMIN))
    first = await client.change("runJob", {"name": "PRUNE_OUTBOX"}, MESSAGE)
    second = await client.change("runJob", {"name": "PRUNE_OUTBOX"}, MESSAGE)
    assert first["message"]["id"] == second["message"]["id"]
    assert first["message"]["requestId"]
    logged = "select distinct request_id from change_log where action = 'job.run' and subject_id = $1"
    key = first["message"]["id"].removeprefix("msg_")
    assert first["message"]["requestId"] in {r["request_id"] for r in await db.rows(logged, key)}


async def test_queues_count_what_is_due_and_what_was_given_up(sign_in: SignIn) -> None:
    client = await sign_in(await make_user(Role.ADMIN))
    ask = "{ queues { name open dead oldestSeconds } }"
    before = {q["name"]: q for q in (await client.data(ask))["queues"]}
    assert set(before) == {"interactive", "scan", "bulk", "default"}
    await _dead()
    await OutboxMessage.create(task="hand_over.run", arguments={}, available_at=clock.now())
    after = {q["name"]: q for q in (await client.data(ask))["queues"]}
    assert after["default"]["dead"] == before["default"]["dead"] + 1
    assert after["bulk"]["open"] == before["bulk"]["open"] + 1
    assert after["bulk"]["oldestSeconds"] > 0


@pytest.mark.parametrize("role", [Role.SALES_MANAGER, Role.HR])
async def test_sec_b_background_work_is_for_administrators_only(sign_in: SignIn, role: Role) -> None:
    client, row = await sign_in(await make_user(role)), await _dead()
    for document in (
        "{ deadLetters { id } }",
        "{ queues { name } }",
        f'mutation {{ retryJob(input: {{id: "msg_{row.id}"}}) {{ userErrors {{ code }} }} }}',
        "mutation { runJob(input: {name: REMINDERS}) { userErrors { code } } }",
    ):
        answer = await client.run(document)
        assert answer.code == "FORBIDDEN"
    await row.refresh_from_db()
    assert row.dead_at is not None
