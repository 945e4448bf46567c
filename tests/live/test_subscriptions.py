"""What is pushed, to whom, and when (issue 4; SEC-A3, SEC-B2)."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from service.boundary.outbox import enqueue
from service.core import clock
from service.core.enums import EventTopic, HandOverMode, Role
from service.core.fields import CUSTOMER
from service.core.ids import new_id, to_global
from service.operations import hand_over, staff, tasks
from service.operations.events import sequences
from service.operations.events.sequences import KEPT_FOR
from storage.models import Customer, Department, Job, OutboxMessage, Task, User
from tests.api import ApiProcess, Client
from tests.builders.access import make_grant
from tests.builders.contacts import make_contact
from tests.builders.customers import make_customer
from tests.builders.follow_ups import make_task
from tests.builders.people import make_department, make_user
from tests.journeys.conftest import SignIn
from tests.journeys.viewers import viewer_of
from tests.live import listening as ws
from tests.live.listening import listening

UPDATE = "customer { id version }"


@pytest.fixture(scope="module")
def second(engines: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    """A second API process on the same engines."""
    process = ApiProcess(dict(os.environ), tmp_path_factory.mktemp("second") / "log")
    yield process
    process.stop()


async def _note(client: Client, customer: Customer, version: int, notes: str) -> None:
    given = {"id": to_global(CUSTOMER.prefix, customer.id), "version": version, "notes": notes}
    assert (await client.change("updateCustomer", given, UPDATE))["userErrors"] == []


async def _remind(task: Task) -> None:
    """What a worker does with a task that is due."""
    await enqueue("reminder.give", task_id=task.id)
    message = await OutboxMessage.filter(task="reminder.give", done_at=None).order_by("-created_at").first()
    assert message is not None
    assert await tasks.remind(message.id)


async def _due(customer: Customer, user: User, title: str) -> Task:
    return await make_task(customer, user, title=title, due_at=clock.now() - timedelta(minutes=1))


async def test_a_colleague_is_shown_a_change_as_he_may_see_it_by_another_process(
    sales: User, seller: Client, sign_in: SignIn, department: Department, second: ApiProcess
) -> None:
    customer = await make_customer(sales)
    contact = await make_contact(customer)
    other = await sign_in(await make_user(Role.SALES, department=department))
    key = to_global(CUSTOMER.prefix, customer.id)
    async with (
        listening(seller.url, seller.token, ws.CUSTOMER, id=key) as own,
        listening(second.url, other.token, ws.CUSTOMER, id=key) as foreign,
    ):
        assert (await own.next())["customer"]["contacts"]["nodes"] == [{"name": contact.name, "mobile": contact.mobile}]
        assert (await foreign.next())["customer"]["contacts"]["nodes"][0]["mobile"] == "138****5678"
        await _note(seller, customer, 1, "新备注")
        first, second_said = await own.next(), await foreign.next()
    assert first["customer"]["version"] == second_said["customer"]["version"] == 2
    assert second_said["customer"]["contacts"]["nodes"][0]["mobile"] == "138****5678"


async def test_what_was_missed_is_sent_after_a_reconnect_and_nothing_where_nothing_changed(
    sales: User, seller: Client, second: ApiProcess
) -> None:
    customer = await make_customer(sales)
    key = to_global(CUSTOMER.prefix, customer.id)
    async with listening(seller.url, seller.token, ws.CUSTOMER, id=key) as listener:
        before = (await listener.next())["sequence"]
    async with listening(second.url, seller.token, ws.CUSTOMER, id=key, after=before) as listener:
        assert await listener.is_silent(0.7)
        await _note(seller, customer, 1, "备注")
        after = await listener.next()
        assert after["customer"]["version"] == 2
    await _note(seller, customer, 2, "又一备注")
    async with listening(second.url, seller.token, ws.CUSTOMER, id=key, after=after["sequence"]) as listener:
        assert (await listener.next())["customer"]["version"] == 3


async def test_d22_a_reminder_is_pushed_once_and_those_missed_in_their_order(
    sales: User, seller: Client, second: ApiProcess
) -> None:
    customer = await make_customer(sales)
    async with listening(second.url, seller.token, ws.REMINDERS) as listener:
        assert (await listener.next())["reminder"] is None
        await _remind(await _due(customer, sales, "一"))
        pushed = await listener.next()
        assert pushed["reminder"]["task"]["title"] == "一"
        assert await listener.is_silent(0.3)
    for title in "二三四":
        await _remind(await _due(customer, sales, title))
    async with listening(seller.url, seller.token, ws.REMINDERS, after=pushed["sequence"]) as listener:
        assert (await listener.next())["reminder"] is None
        assert [(await listener.next())["reminder"]["task"]["title"] for _ in range(3)] == ["二", "三", "四"]
        assert await listener.is_silent(0.3)


async def test_d4_the_progress_of_a_hand_over_is_pushed_to_who_asked(
    sales: User, sign_in: SignIn, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    client = await sign_in(boss)
    heir = await make_user(Role.SALES, department=department)
    for _ in range(3):
        await make_customer(sales)
    monkeypatch.setattr(hand_over, "AT_ONCE", 0)  # left to the workers, who come when the test says
    wanted = hand_over.Wanted(heir.id, "离职", HandOverMode.WHAT_IS_POSSIBLE, from_user_id=sales.id)
    job = (await hand_over.hand_over(await viewer_of(boss), wanted)).job_id
    async with listening(client.url, client.token, ws.JOB, id=f"job_{job}") as listener:
        assert (await listener.next())["job"] == {"state": "QUEUED", "done": 0, "total": 3}
        message = await OutboxMessage.get(key=f"job:{job}")
        await OutboxMessage.filter(id=message.id).update(available_at=clock.now())
        assert await hand_over.run(message.id)
        assert (await listener.next())["job"] == {"state": "DONE", "done": 3, "total": 3}
    stranger = await sign_in(heir)
    async with listening(stranger.url, stranger.token, ws.JOB, id=f"job_{job}") as listener:
        assert await listener.code() == "NOT_FOUND"
    assert await Job.exists(id=job)


async def test_sec_b2_a_customer_that_is_hidden_answers_like_one_that_does_not_exist(
    sales: User, sign_in: SignIn
) -> None:
    draft = await make_customer(sales, state="DRAFT")
    other = await sign_in(await make_user(Role.SALES, department=await make_department()))
    said = []
    for key in (draft.id, new_id()):
        async with listening(other.url, other.token, ws.CUSTOMER, id=to_global(CUSTOMER.prefix, key)) as listener:
            assert await listener.code() == "NOT_FOUND"
            said.append(listener.said[1:])
    assert said[0] == said[1]


async def test_sec_b2_a_customer_that_becomes_invisible_ends_like_one_that_ceases_to_exist(
    sales: User, seller: Client, sign_in: SignIn
) -> None:
    heir = await make_user(Role.SALES, department=await make_department())
    handed, deleted = await make_customer(sales, state="DRAFT"), await make_customer(sales, state="DRAFT")
    said = []
    for customer in (handed, deleted):
        key = to_global(CUSTOMER.prefix, customer.id)
        async with listening(seller.url, seller.token, ws.CUSTOMER, id=key) as listener:
            await listener.next()
            if customer is deleted:
                await seller.change("deleteCustomerDraft", {"id": key}, "deletedId")
            else:  # a draft that is another's is hidden (D30)
                await Customer.filter(id=customer.id).update(owner_id=heir.id, created_by_id=heir.id)
                await _note_of_heir(await sign_in(heir), key)
            assert await listener.code() == "NOT_FOUND"
            said.append(listener.said[2:])
    assert said[0] == said[1]


async def _note_of_heir(heir: Client, key: str) -> None:
    assert (await heir.change("updateCustomer", {"id": key, "version": 1, "notes": "我的"}, UPDATE))["userErrors"] == []


async def test_d22_who_comes_back_when_what_he_missed_is_kept_no_more_is_told_so(
    sales: User, seller: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(seller.url, seller.token, ws.REMINDERS) as listener:
        sequence = (await listener.next())["sequence"]
    viewer, followed = await viewer_of(sales), (EventTopic.REMINDER, sales.id)
    place = sequences.opened(viewer, followed, sequence, kept=True)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) - KEPT_FOR)
    old = sequences.sealed(viewer, followed, place)
    monkeypatch.undo()
    async with listening(seller.url, seller.token, ws.REMINDERS, after=old) as listener:
        assert await listener.code() == "EVENTS_GONE"


@pytest.mark.parametrize("how", ["disabled", "signed out", "password reset"])
async def test_sec_a3_a_subscription_ends_within_5_seconds_of_its_session(
    how: str, sales: User, seller: Client
) -> None:
    key = to_global(CUSTOMER.prefix, (await make_customer(sales)).id)
    async with listening(seller.url, seller.token, ws.CUSTOMER, id=key) as listener:
        await listener.next()
        if how == "disabled":
            await User.filter(id=sales.id).update(disabled_at=clock.now())
        elif how == "password reset":
            await staff.reset_password(await viewer_of(await make_user(Role.ADMIN)), sales.id, None)
        else:
            await seller.data("mutation { signOut { userErrors { code } } }")
        assert await listener.code(5.0) == "UNAUTHENTICATED"
        assert await listener.closed(2.0) == 4403


async def test_sec_a3_who_loses_role_and_department_is_shown_less_within_5_seconds(
    sales: User, sign_in: SignIn, department: Department
) -> None:
    colleague = await make_user(Role.SALES, department=department)
    client = await sign_in(colleague)
    customer = await make_customer(sales)
    await make_contact(customer)
    async with listening(client.url, client.token, ws.CUSTOMER, id=to_global(CUSTOMER.prefix, customer.id)) as listener:
        assert len((await listener.next())["customer"]["contacts"]["nodes"]) == 1
        await User.filter(id=colleague.id).update(roles=["MARKETING"], department_id=None)
        assert (await listener.next(5.0))["customer"]["contacts"]["nodes"] == []


async def test_d45_who_loses_a_grant_is_shown_less_within_5_seconds(
    sales: User, sign_in: SignIn, department: Department
) -> None:
    stranger = await make_user(Role.SALES)
    client = await sign_in(stranger)
    customer = await make_customer(sales)
    await make_contact(customer)
    grant = await make_grant(stranger, customer)
    async with listening(client.url, client.token, ws.CUSTOMER, id=to_global(CUSTOMER.prefix, customer.id)) as listener:
        assert len((await listener.next())["customer"]["contacts"]["nodes"]) == 1
        given = {"id": f"agr_{grant.id}", "version": grant.version}
        await client.change("withdrawAccess", given, "accessGrant { state }")
        assert (await listener.next(5.0))["customer"]["contacts"]["nodes"] == []


def _events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":"))
        if "event" in lines:
            found.append((lines["event"], orjson.loads(lines["data"]) if lines.get("data") else None))
    return found


@asynccontextmanager
async def _stream(client: Client, document: str, **variables: Any) -> AsyncIterator[httpx.Response]:
    headers = {"authorization": f"Bearer {client.token}", "accept": "text/event-stream", "accept-language": "en"}
    body = {"query": document, "variables": variables}
    async with client.http.stream("POST", f"{client.url}/graphql/stream", json=body, headers=headers) as response:
        yield response


async def test_server_sent_events_bring_the_same(sales: User, seller: Client) -> None:
    customer = await make_customer(sales)
    key = to_global(CUSTOMER.prefix, customer.id)
    async with _stream(seller, ws.CUSTOMER, id=key) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert "no-store" in response.headers["cache-control"]
        text, versions = "", []
        async for part in response.aiter_text():
            text += part
            versions = [body["data"]["customerChanged"]["customer"]["version"] for _, body in _events(text)]
            if len(versions) == 1 and text.count("event:") == 1:
                await _note(seller, customer, 1, "备注")
            if len(versions) == 2:
                break
    assert versions == [1, 2]
    async with _stream(seller, ws.CUSTOMER, id=to_global(CUSTOMER.prefix, new_id())) as response:
        (kind, body), last = _events((await response.aread()).decode())
    assert (kind, body["errors"][0]["extensions"]["code"]) == ("next", "NOT_FOUND")
    assert last == ("complete", None)
