"""From a committed row to the broker, and what becomes of it (design §4, SEC-H2, SEC-H5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from tortoise.transactions import in_transaction

from service.boundary import audit, jobs
from service.boundary.jobs import PAUSES, Job, job
from service.boundary.outbox import enqueue
from service.core import clock, trail
from service.core.ids import new_id
from service.operations import outbox
from storage import db
from storage.listening import Listener
from storage.models import OutboxMessage
from tests.engines import Database

pytestmark = pytest.mark.usefixtures("database")

KNOWN = ["test.task"]


class Broker:
    """Takes so many messages, and then no more."""

    def __init__(self, room: int = 1000) -> None:
        self.room = room
        self.taken: list[UUID] = []

    async def publish(self, messages: Sequence[outbox.Due]) -> int:
        fits = messages[: max(0, self.room - len(self.taken))]
        self.taken += [message.id for message in fits]
        return len(fits)


async def _ask(count: int = 1, task: str = "test.task") -> None:
    async with in_transaction():
        for _ in range(count):
            await enqueue(task, record_id=new_id())


async def _ask_and_fail() -> None:
    async with in_transaction():
        await enqueue("test.task", record_id=new_id())
        raise ZeroDivisionError


async def _let_time_pass(seconds: float) -> None:
    await db.rows("update outbox_messages set sent_at = sent_at - make_interval(secs => $1)", seconds)


async def test_sec_h2_what_was_rolled_back_is_not_sent() -> None:
    broker = Broker()

    with pytest.raises(ZeroDivisionError):
        await _ask_and_fail()
    assert await outbox.relay(broker.publish, KNOWN) == 0
    assert broker.taken == []


async def test_sec_h2_what_was_committed_is_sent_in_order_and_once() -> None:
    broker = Broker()
    await _ask(3)
    assert await outbox.relay(broker.publish, KNOWN) == 3
    assert await outbox.relay(broker.publish, KNOWN) == 0
    assert broker.taken == sorted(broker.taken)


async def test_message_of_the_future_waits() -> None:
    broker = Broker()
    async with in_transaction():
        await enqueue("test.task", at=clock.now() + timedelta(hours=1), record_id=new_id())
    assert await outbox.relay(broker.publish, KNOWN) == 0


async def test_sec_h3_what_the_broker_did_not_take_is_sent_later_and_counts_as_no_attempt() -> None:
    broker = Broker(room=2)
    await _ask(5)
    with pytest.raises(outbox.BrokerAway):
        await outbox.relay(broker.publish, KNOWN)
    broker.room = 1000
    assert await outbox.relay(broker.publish, KNOWN) == 3
    assert len(set(broker.taken)) == 5
    assert await OutboxMessage.filter(attempts=0).count() == 5


async def test_what_was_not_done_in_time_is_sent_again() -> None:
    broker = Broker()
    await _ask()
    await outbox.relay(broker.publish, KNOWN)
    await _let_time_pass(outbox.RESEND_AFTER.total_seconds() - 5)
    assert await outbox.relay(broker.publish, KNOWN) == 0
    await _let_time_pass(6)
    assert await outbox.relay(broker.publish, KNOWN) == 1


async def test_message_that_a_worker_is_busy_with_is_not_sent_again(owner: asyncpg.Connection) -> None:
    broker = Broker()
    await _ask()
    await outbox.relay(broker.publish, KNOWN)
    await _let_time_pass(3600)
    async with owner.transaction():
        await owner.execute("select from outbox_messages for update")
        assert await outbox.relay(broker.publish, KNOWN) == 0


async def test_broker_never_holds_more_than_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "WINDOW", 7)
    monkeypatch.setattr(outbox, "BATCH", 5)
    broker = Broker()
    await _ask(20)
    sent = [await outbox.relay(broker.publish, KNOWN) for _ in range(3)]
    assert sent == [5, 2, 0]


async def test_sec_h5_task_that_nobody_knows_is_given_up_after_all_pauses() -> None:
    await _ask(task="nobody.knows")
    for _ in range(len(PAUSES) + 1):
        await outbox.relay(Broker().publish, KNOWN)
        await db.rows("update outbox_messages set available_at = now()")
    message = await OutboxMessage.get()
    assert (message.attempts, message.last_error) == (len(PAUSES) + 1, jobs.UNKNOWN)
    assert message.dead_at is not None


async def test_message_with_a_key_is_open_once() -> None:
    async with in_transaction():
        await enqueue("test.task", key="one", record_id=new_id())
        await enqueue("test.task", key="one", record_id=new_id())
    message = await OutboxMessage.get()
    assert await _noting([])(message.id)
    async with in_transaction():
        await enqueue("test.task", key="one", record_id=new_id())
    assert await OutboxMessage.all().count() == 2


def _noting(seen: list[UUID]) -> Job:
    @job("test.task")
    async def note(record_id: UUID) -> None:
        seen.append(record_id)

    return note


async def test_sec_h1_second_delivery_does_nothing() -> None:
    seen: list[UUID] = []
    await _ask()
    message = await OutboxMessage.get()
    assert [await _noting(seen)(message.id) for _ in range(3)] == [True, False, False]
    assert [str(record) for record in seen] == [message.arguments["record_id"]]


async def test_job_does_not_run_the_message_of_another() -> None:
    await _ask(task="another.task")
    message = await OutboxMessage.get()
    assert not await _noting([])(message.id)


async def test_failure_leaves_no_effect_waits_longer_each_time_and_is_given_up() -> None:
    @job("test.task")
    async def fail(record_id: UUID) -> None:
        await enqueue("left.behind", record_id=record_id)
        raise ValueError("13812345678")

    await _ask()
    message = await OutboxMessage.get()
    for attempt in range(len(PAUSES) + 1):
        assert not await fail(message.id)
        await message.refresh_from_db()
        assert message.attempts == attempt + 1
        assert (message.dead_at is not None) == (attempt == len(PAUSES))
        assert not await fail(message.id)  # before its pause is over
        await db.rows("update outbox_messages set available_at = now()")
    assert message.last_error == "ValueError"  # and not what it said
    assert await OutboxMessage.all().count() == 1


async def test_prune_deletes_what_was_done_long_ago_and_nothing_else() -> None:
    for values in ({"done_at": 8}, {"done_at": 6}, {"dead_at": 80}, {}):
        moments = {name: clock.now() - timedelta(days=days) for name, days in values.items()}
        await OutboxMessage.create(task="test.task", arguments={}, available_at=clock.now(), **moments)
    assert await outbox.prune() == 1
    assert await OutboxMessage.all().count() == 3


async def test_request_goes_with_the_message_to_its_effect_and_what_that_asks_for() -> None:
    @job("test.task")
    async def work(record_id: UUID) -> None:
        await audit.record(None, "test.task", subject=("Task", record_id))
        await enqueue("test.next", record_id=record_id)

    with trail.of("request-1"):
        await _ask()
    message = await OutboxMessage.get()
    assert await work(message.id)
    assert await OutboxMessage.filter(request_id="request-1").count() == 2
    logged = await db.rows("select request_id from change_log where action = 'test.task'")
    assert [row["request_id"] for row in logged] == ["request-1"]
    assert trail.request_id() is None


async def test_commit_wakes_a_relay_and_a_rollback_does_not(own_database: Database) -> None:
    bell = Listener(own_database.app_url, outbox.CHANNEL)
    try:
        assert not await bell.wait(0.01)
        with pytest.raises(ZeroDivisionError):
            await _ask_and_fail()
        assert not await bell.wait(0.3)
        await _ask()
        assert await bell.wait(20)
    finally:
        await bell.close()
