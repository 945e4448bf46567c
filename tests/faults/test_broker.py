"""A broker that is away, or that holds what nobody should run (SEC-H2, SEC-H3, SEC-H6)."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import kombu
import pytest
from kombu import serialization

from service.operations import outbox, tasks
from tests.builders.reminders import make_due_tasks
from tests.engines import WorkerEngines
from tests.faults.running import Broker, Fleet, Observer, until


async def test_sec_h2_crash_between_commit_and_publish(fleet: Fleet, observer: Observer) -> None:
    await make_due_tasks(3)
    await tasks.ask_for_reminders()

    async def die(_messages: object) -> int:
        raise KeyboardInterrupt

    sending = asyncio.ensure_future(_swallow(outbox.relay(die, ["reminder.give"])))
    assert await sending
    assert await observer.value("select count(*) from outbox_messages where sent_at is not null") == 3
    await fleet.worker()
    await until(observer.all_done, 30, fleet)
    await observer.assert_each_once(3)


async def _swallow(relay: object) -> bool:
    try:
        await relay  # type: ignore[misc]
    except KeyboardInterrupt:
        return True
    return False


@pytest.mark.parametrize("seconds", [6, pytest.param(60, marks=pytest.mark.deep)])
async def test_sec_h3_broker_away(fleet: Fleet, observer: Observer, broker: Broker, seconds: int) -> None:
    worker = await fleet.worker()
    await make_due_tasks(2)
    await tasks.ask_for_reminders()
    await until(observer.all_done, 20, fleet)
    broker.kill()
    await make_due_tasks(5)
    assert await tasks.ask_for_reminders() == 5  # commits all the same
    await asyncio.sleep(seconds)
    assert await observer.value("select count(*) from outbox_messages where done_at is null and attempts = 0") == 5
    assert worker.poll() is None
    broker.start()
    assert await until(observer.all_done, 30, fleet) < 30
    await observer.assert_each_once(7)


class _Pickled:
    """Makes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, int]]:
        return os.open, (str(self.path), os.O_CREAT)


async def test_sec_h6_pickle_refused(fleet: Fleet, observer: Observer, broker: Broker, tmp_path: Path) -> None:
    made = tmp_path / "made"
    serialization.enable_insecure_serializers(["pickle"])
    try:
        with kombu.Connection(broker.url) as connection:
            queue = kombu.Queue("default", kombu.Exchange("default"), routing_key="default")
            headers = {"task": "reminder.give", "id": "1", "lang": "py"}
            producer = connection.Producer()
            producer.publish(
                ((_Pickled(made),), {}, {}),
                serializer="pickle",
                headers=headers,
                exchange=queue.exchange,
                routing_key="default",
                declare=[queue],
            )
            producer.close()
    finally:
        serialization.disable_insecure_serializers()
    with broker.client() as client:
        assert client.llen("default") == 1
    worker = await fleet.worker()
    await make_due_tasks(1)
    await tasks.ask_for_reminders()
    await until(observer.all_done, 20, fleet)
    assert "ContentDisallowed" in fleet.log() or "Refusing to deserialize" in fleet.log()
    assert not made.exists()
    assert worker.poll() is None
    with broker.client() as client:
        assert client.llen("default") == 0


async def test_sec_h3_worker_starts_before_broker_and_database(
    fleet: Fleet, engines: WorkerEngines, broker: Broker
) -> None:
    broker.kill()
    await engines.drop_database(replace(engines.database, name=f"{engines.database.name}_later"))
    fleet.database_url = f"{engines.database.app_url}_later"
    worker = await fleet.worker(ready=False)
    await asyncio.sleep(6)
    assert worker.poll() is None
    broker.start()
    later = await engines.clone_database("later")
    observer = await Observer.of(later.owner_url)
    try:
        await observer.execute(
            "insert into outbox_messages (id, created_at, task, arguments, available_at, attempts)"
            " values (uuidv7(), now(), 'follow_up.plan', json_build_object('follow_up_id', uuidv7()), now(), 0)"
        )
        await until(observer.all_done, 20, fleet)
    finally:
        await observer.close()
        fleet.stop()
        await engines.drop_database(later)
