"""Two API processes, two workers and two beats on one database and one broker are as one (issue 4, SEC-H2, SEC-H4)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from service.core.enums import Role
from storage.models import Customer
from tests.api import signed_in
from tests.builders.people import make_department, make_user
from tests.builders.reminders import make_due_tasks
from tests.engines import Database
from tests.faults.running import Api, Broker, Fleet, Observer, until
from tests.journeys import drafts
from tests.live import listening as ws
from tests.live.listening import Listener, listening

CREATE = """mutation($input: CreateCustomerDraftInput!) {
    createCustomerDraft(input: $input) { customer { id } userErrors { code } } }"""
KEYS, CALLS = 4, 24
REMINDERS = 12


@pytest.fixture
def apis(tmp_path: Path, database: Database, broker: Broker) -> Iterator[tuple[Api, Api]]:
    made = Api(tmp_path, database.app_url, broker), Api(tmp_path, database.app_url, broker)
    yield made
    for api in made:
        api.kill()


async def test_sec_h2_a_key_that_both_processes_are_given_at_once_has_one_effect(apis: tuple[Api, Api]) -> None:
    author = await make_user(Role.SALES, department=await make_department())
    clients = [await signed_in(api.url, author) for api in apis]
    given = [drafts.enterprise(name=f"第{n}公司", clientMutationId=f"call-{n}") for n in range(KEYS)]
    asked = [(clients[n % 2], given[n // 2 % KEYS]) for n in range(KEYS * CALLS)]
    answers = await asyncio.gather(*(client.run(CREATE, input=wanted) for client, wanted in asked))
    for client in clients:
        await client.close()
    ids = Counter(answer.data["createCustomerDraft"]["customer"]["id"] for answer in answers)
    assert sorted(ids.values()) == [CALLS] * KEYS
    assert await Customer.filter(created_by_id=author.id).count() == KEYS


async def test_sec_h4_d22_each_reminder_once_and_told_to_the_listeners_of_both(
    apis: tuple[Api, Api], fleet: Fleet, observer: Observer
) -> None:
    due = await make_due_tasks(REMINDERS)
    assignee = await due[0].assignee
    clients = [await signed_in(api.url, assignee) for api in apis]
    async with AsyncExitStack() as stack:
        listeners = [
            await stack.enter_async_context(listening(api.url, client.token, ws.REMINDERS))
            for api, client in zip(apis, clients, strict=True)
        ]
        for _ in range(2):
            await fleet.worker()
        for _ in range(2):
            await fleet.beat()
        told = [await _ids(listener) for listener in listeners]
        assert [await listener.is_silent(1.5) for listener in listeners] == [True, True]
    for client in clients:
        await client.close()

    async def both_struck() -> bool:
        return fleet.log().count("Task reminder.due[") >= 4 and await observer.all_done()  # received and succeeded

    await until(both_struck, 40, fleet)
    await observer.assert_each_once(REMINDERS)
    assert len(set(told[0])) == REMINDERS
    assert sorted(told[0]) == sorted(told[1])


async def _ids(listener: Listener) -> list[str]:
    """The reminders that a listener is told, until there are as many as tasks."""
    found: list[str] = []
    while len(found) < REMINDERS:
        reminder = (await listener.next(40))["reminder"]
        if reminder is not None:
            found.append(reminder["id"])
    return found
