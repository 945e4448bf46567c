"""Administrators look after background work (SEC-H5): dead letters, queues, upkeep at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from service.boundary.jobs import PAUSES
from service.core import clock
from service.core.enums import HandOverMode, Role
from service.core.ids import new_id
from service.operations import hand_over, maintenance, outbox
from storage import db
from storage.models import Customer, OutboxMessage
from tests.api import Client
from tests.builders.customers import make_customer
from tests.builders.people import make_department, make_user
from tests.journeys.conftest import SignIn
from tests.journeys.viewers import viewer_of

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


JOB = "job { id kind upkeep state total done startedAt finishedAt errors { code } }"


def _key(global_id: str) -> UUID:
    return UUID(global_id.partition("_")[2])


async def _job(client: Client, global_id: str) -> dict[str, Any]:
    wanted = JOB.removeprefix("job ")
    return (await client.data(f"query($id: ID!) {{ job(id: $id) {wanted} }}", id=global_id))["job"]


async def test_upkeep_that_was_started_is_a_job_that_says_how_much_there_was_to_do(sign_in: SignIn) -> None:
    client = await sign_in(await make_user(Role.ADMIN))
    await outbox.prune()
    old = clock.now() - outbox.KEPT_FOR * 2
    for _ in range(3):
        await OutboxMessage.create(task="reminder.give", arguments={}, available_at=old, done_at=old)
    started = await client.change("runJob", {"name": "PRUNE_OUTBOX"}, f"{MESSAGE} {JOB}")
    job = started["job"]
    assert (job["kind"], job["upkeep"], job["state"]) == ("UPKEEP", "PRUNE_OUTBOX", "QUEUED")
    assert await outbox.prune(_key(started["message"]["id"]))
    done = await _job(client, job["id"])
    assert (done["state"], done["total"], done["done"]) == ("DONE", 3, 3)
    assert done["startedAt"] <= done["finishedAt"]
    assert job["id"] in {listed["id"] for listed in (await client.data("{ jobs(first: 5) { id } }"))["jobs"]}


async def test_upkeep_that_was_cancelled_is_not_done(sign_in: SignIn) -> None:
    client = await sign_in(await make_user(Role.ADMIN))
    old = clock.now() - outbox.KEPT_FOR * 2
    kept = await OutboxMessage.create(task="reminder.give", arguments={}, available_at=old, done_at=old)
    started = await client.change("runJob", {"name": "PRUNE_OUTBOX"}, f"{MESSAGE} {JOB}")
    await client.change("cancelJob", {"id": started["job"]["id"]}, "job { state }")
    assert await outbox.prune(_key(started["message"]["id"]))
    assert await OutboxMessage.exists(id=kept.id)
    assert (await _job(client, started["job"]["id"]))["state"] == "CANCELLED"


async def test_sec_h5_a_job_that_was_given_up_is_sent_again_by_its_own_id_and_done(sign_in: SignIn) -> None:
    client = await sign_in(await make_user(Role.ADMIN))
    started = await client.change("runJob", {"name": "PREPARE_CHANGE_LOG"}, f"{MESSAGE} {JOB}")
    job, message = started["job"]["id"], _key(started["message"]["id"])
    early = await client.change("retryJob", {"id": job}, MESSAGE)
    assert [(e["code"], e["field"]) for e in early["userErrors"]] == [("NOT_GIVEN_UP", ["id"])]
    await OutboxMessage.filter(id=message).update(attempts=len(PAUSES) + 1)  # each of them killed its worker
    assert not await maintenance.prepare_change_log(message)
    assert (await _job(client, job))["state"] == "FAILED"
    listed = (await client.data("{ deadLetters(first: 1) { id jobId } }"))["deadLetters"][0]
    assert listed == {"id": f"msg_{message}", "jobId": job}
    again = await client.change("retryJob", {"id": job}, f"{MESSAGE} {JOB}")
    assert (again["message"]["state"], again["job"]["state"], again["job"]["finishedAt"]) == ("WAITING", "QUEUED", None)
    assert await maintenance.prepare_change_log(message)
    assert (await _job(client, job))["state"] == "DONE"


async def test_d4_a_hand_over_that_was_given_up_goes_on_from_where_it_stopped(sign_in: SignIn) -> None:
    administrator, client = await make_user(Role.ADMIN), await sign_in(await make_user(Role.ADMIN))
    sales, heir = [await make_user(Role.SALES, department=await make_department()) for _ in range(2)]
    customers = [await make_customer(sales) for _ in range(2)]
    wanted = hand_over.Wanted(heir.id, "离职", HandOverMode.WHAT_IS_POSSIBLE, from_user_id=sales.id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hand_over, "AT_ONCE", 0)  # left to the workers, who come when the test says
        job = (await hand_over.hand_over(await viewer_of(administrator), wanted)).job_id
    message = await OutboxMessage.get(key=f"job:{job}")
    await OutboxMessage.filter(id=message.id).update(attempts=len(PAUSES) + 1)
    assert not await hand_over.run(message.id)
    assert (await _job(client, f"job_{job}"))["state"] == "FAILED"
    assert (await client.change("retryJob", {"id": f"msg_{message.id}"}, JOB))["job"]["state"] == "QUEUED"
    assert await hand_over.run(message.id)
    assert (await _job(client, f"job_{job}"))["state"] == "DONE"
    assert await Customer.filter(id__in=[c.id for c in customers], owner_id=heir.id).count() == 2


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
