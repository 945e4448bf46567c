"""Tasks that people make, change and close; overdue ones; reminders (D22, D59)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.core import clock
from service.core.enums import CustomerState, Role, TaskState
from storage import db
from storage.models import Customer, Department, Reminder, Task, User
from tests.api import Answer, Client
from tests.builders import customers, follow_ups, people
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

TASK = """task { id title dueAt priority notes state version isOverdue closedAt closedBy { id } createdBy { id }
    assignee { id } customer { id } }"""
OVERDUE = "query($mine: Boolean) { overdueTasks(mine: $mine) { totalCount nodes { id title isOverdue } } }"
INPUTS: dict[str, dict[str, Any]] = {
    "updateTask": {"title": "改期"}, "completeTask": {}, "cancelTask": {}, "reassignTask": {"assigneeId": ""},
}  # fmt: skip


def _in(**period: float) -> str:
    return (clock.now() + timedelta(**period)).isoformat()


@pytest.fixture
async def customer(sales: User) -> Customer:
    return await customers.make_customer(sales)


def _task(customer: Customer, **values: Any) -> dict[str, Any]:
    return {"customerId": f"cus_{customer.id}", "title": "寄样品", "dueAt": _in(days=2), **values}


def _of(task: Task, **values: Any) -> dict[str, Any]:
    return {"id": f"tas_{task.id}", "version": task.version, **values}


def _faults(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((e["code"], ".".join(e["field"])) for e in payload["userErrors"])


async def _run(client: Client, mutation: str, given: dict[str, Any]) -> Answer:
    kind = mutation[0].upper() + mutation[1:]
    document = (
        f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ {TASK} userErrors {{ code field }} }} }}"
    )
    return await client.run(document, input=given)


async def _log(task_id: str) -> list[dict[str, Any]]:
    """The lines of one task, with the names of the fields that each changed."""
    return await db.rows(
        "select l.action, l.reason, array_agg(v.field order by v.field) as fields from change_log l"
        " join change_values v on v.change_id = l.id where l.subject_id = $1::uuid group by l.id, l.action, l.reason"
        " order by l.id",
        task_id.removeprefix("tas_"),
    )


async def test_d59_a_task_is_made_changed_given_away_and_done(
    seller: Client, sales: User, customer: Customer, department: Department, sign_in: SignIn
) -> None:
    payload = await seller.change("createTask", _task(customer, notes="发顺丰", priority="HIGH"), TASK)
    task = payload["task"]
    assert (task["title"], task["priority"], task["state"], task["notes"]) == ("寄样品", "HIGH", "OPEN", "发顺丰")
    assert task["assignee"] == task["createdBy"] == {"id": f"usr_{sales.id}"}
    change = {"id": task["id"], "version": 1, "title": "寄两份样品", "notes": None, "priority": "LOW"}
    task = (await seller.change("updateTask", change, TASK))["task"]
    assert (task["title"], task["notes"], task["priority"], task["version"]) == ("寄两份样品", None, "LOW", 2)
    colleague = await people.make_user(Role.SALES, department=department)  # he sees it, and may not edit the customer
    given = {"id": task["id"], "version": 2, "assigneeId": f"usr_{colleague.id}", "reason": "出差"}
    task = (await seller.change("reassignTask", given, TASK))["task"]
    assert task["assignee"] == {"id": f"usr_{colleague.id}"}
    done = (await (await sign_in(colleague)).change("completeTask", {"id": task["id"], "version": 3}, TASK))["task"]
    assert (done["state"], done["closedBy"], done["isOverdue"]) == ("DONE", {"id": f"usr_{colleague.id}"}, False)
    assert done["closedAt"] is not None
    lines = await _log(task["id"])
    assert [(line["action"], line["reason"]) for line in lines] == [
        ("task.create", None), ("task.update", None), ("task.reassign", "出差"), ("task.complete", None),
    ]  # fmt: skip
    assert lines[1]["fields"] == ["notes", "priority", "title", "version"]
    assert lines[3]["fields"] == ["closed_at", "state", "version"]


async def test_d59_a_task_is_normal_unless_said_otherwise_and_is_listed_with_its_customer(
    seller: Client, customer: Customer
) -> None:
    task = (await seller.change("createTask", _task(customer), TASK))["task"]
    assert task["priority"] == "NORMAL"
    where = {"priority": {"eq": "NORMAL"}, "state": {"eq": "OPEN"}, "customer": {"id": {"eq": f"cus_{customer.id}"}}}
    document = """query($w: TaskWhere) { tasks(where: $w, orderBy: [{field: PRIORITY}]) {
        nodes { id customer { tasks { totalCount } } } } }"""
    found = (await seller.data(document, w=where))["tasks"]["nodes"]
    assert found == [{"id": task["id"], "customer": {"tasks": {"totalCount": 1}}}]


WRONG: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "nothing": ({"title": None, "dueAt": None}, [("REQUIRED", "dueAt"), ("REQUIRED", "title")]),
    "blank": ({"title": " "}, [("REQUIRED", "title")]),
    "long": ({"title": "长" * 201, "notes": "长" * 501}, [("TOO_LONG", "notes"), ("TOO_LONG", "title")]),
    "past": ({"dueAt": (clock.now() - timedelta(minutes=1)).isoformat()}, [("DUE_IN_PAST", "dueAt")]),
    "no_priority": ({"priority": None}, [("REQUIRED", "priority")]),
    "nobody": ({"assigneeId": "usr_00000000-0000-7000-8000-000000000000"}, [("NOT_FOUND", "assigneeId")]),
}


@pytest.mark.parametrize(("values", "faults"), WRONG.values(), ids=WRONG)
async def test_d59_a_wrong_task_is_refused_with_all_that_is_wrong(
    seller: Client, customer: Customer, values: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    async with nothing_saved():
        payload = await seller.change("createTask", _task(customer, **values), "task { id }")
    assert _faults(payload) == faults
    assert [e["message"] for e in payload["userErrors"] if "…" in e["message"]] == []


async def test_d4_a_task_is_given_to_nobody_who_is_disabled(seller: Client, sales: User, customer: Customer) -> None:
    leaver = await people.make_user(Role.SALES, disabled_at=clock.now())
    task = await follow_ups.make_task(customer, sales)
    async with nothing_saved(log_rows=2):
        made = await seller.change("createTask", _task(customer, assigneeId=f"usr_{leaver.id}"), "task { id }")
        given = await seller.change("reassignTask", _of(task, assigneeId=f"usr_{leaver.id}"), "task { id }")
    assert _faults(made) == _faults(given) == [("USER_DISABLED", "assigneeId")]


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.SALES, False), (Role.SERVICE, False), (Role.HR, False), (Role.MARKETING, False), (Role.EXECUTIVE, True),
     (Role.SERVICE_MANAGER, True), (Role.ADMIN, True)],
)  # fmt: skip
async def test_d42_a_task_is_given_only_to_somebody_who_sees_it_whole(
    seller: Client, sales: User, customer: Customer, sign_in: SignIn, role: Role, sees: bool
) -> None:
    person = await people.make_user(role)
    task = await follow_ups.make_task(customer, sales)
    payload = await seller.change("reassignTask", _of(task, assigneeId=f"usr_{person.id}"), TASK)
    assert _faults(payload) == ([] if sees else [("ASSIGNEE_CANNOT_SEE", "assigneeId")])
    seen = await (await sign_in(person)).data("query($id: ID!) { node(id: $id) { ... on Task { title } } }",
                                              id=f"tas_{task.id}")  # fmt: skip
    assert (seen["node"] == {"title": "回访"}) is sees


async def test_d42_a_collaborator_sees_and_gets_tasks(seller: Client, sales: User, customer: Customer) -> None:
    friend = await people.make_user(Role.SALES, department=await people.make_department("销售二部"))
    refused = await seller.change("createTask", _task(customer, assigneeId=f"usr_{friend.id}"), TASK)
    assert _faults(refused) == [("ASSIGNEE_CANNOT_SEE", "assigneeId")]
    await customers.make_collaborator(customer, friend)
    made = await seller.change("createTask", _task(customer, assigneeId=f"usr_{friend.id}"), TASK)
    assert made["task"]["assignee"] == {"id": f"usr_{friend.id}"}


@pytest.mark.parametrize("mutation", INPUTS)
@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.CANCELLED])
async def test_d59_a_closed_task_stays_as_it_is(
    seller: Client, sales: User, customer: Customer, mutation: str, state: TaskState
) -> None:
    task = await follow_ups.make_task(customer, sales, state=state, closed_at=clock.now())
    given = INPUTS[mutation] | ({"assigneeId": f"usr_{sales.id}"} if mutation == "reassignTask" else {})
    async with nothing_saved():
        payload = await seller.change(mutation, _of(task, **given), "task { id }")
    assert _faults(payload) == [("TASK_CLOSED", "id")]


WHO = {
    "owner": None, "collaborator": None, "manager": None, "admin": None, "assignee": None,
    "same_department": "FORBIDDEN", "executive": "FORBIDDEN", "marketing": "FORBIDDEN", "hr": "NOT_FOUND",
    "stranger": "NOT_FOUND",
}  # fmt: skip
ROLES = {"manager": Role.SALES_MANAGER, "admin": Role.ADMIN, "executive": Role.EXECUTIVE, "marketing": Role.MARKETING,
         "hr": Role.HR}  # fmt: skip


async def _person(who: str, customer: Customer, department: Department, sales: User) -> User:
    if who == "owner":
        return sales
    place = department if who in ("same_department", "assignee") else await people.make_department("销售二部")
    person = await people.make_user(ROLES.get(who, Role.SALES), department=place)
    if who == "collaborator":
        await customers.make_collaborator(customer, person)
    if who == "manager":
        await Department.filter(id=department.id).update(manager_id=person.id)
    return person


@pytest.mark.parametrize("mutation", INPUTS)
@pytest.mark.parametrize("who", WHO)
async def test_d59_who_may_edit_the_customer_and_the_assignee_change_a_task(
    sales: User, customer: Customer, department: Department, sign_in: SignIn, who: str, mutation: str
) -> None:
    person = await _person(who, customer, department, sales)
    assignee = person if who == "assignee" else await people.make_user(Role.SALES, department=department)
    task = await follow_ups.make_task(customer, assignee)
    client, given = await sign_in(person), INPUTS[mutation]
    if mutation == "reassignTask":
        given = {"assigneeId": f"usr_{sales.id}"}
    if WHO[who] is None:
        assert (await _run(client, mutation, _of(task, **given))).data[mutation]["userErrors"] == []
        return
    async with nothing_saved():
        assert (await _run(client, mutation, _of(task, **given))).code == WHO[who]


async def test_d59_who_may_not_edit_the_customer_makes_no_task(
    customer: Customer, department: Department, sign_in: SignIn
) -> None:
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    async with nothing_saved():
        assert (await _run(colleague, "createTask", _task(customer))).code == "FORBIDDEN"


async def test_d30_a_draft_has_no_tasks_and_does_not_exist_for_others(
    seller: Client, sales: User, sign_in: SignIn
) -> None:
    draft = await customers.make_customer(sales, state=CustomerState.DRAFT)
    async with nothing_saved():
        payload = await seller.change("createTask", _task(draft), "task { id }")
    assert _faults(payload) == [("NOT_IN_EFFECT", "customerId")]
    other = await sign_in(await people.make_user(Role.SALES))
    async with nothing_saved():
        assert (await _run(other, "createTask", _task(draft))).code == "NOT_FOUND"


async def test_d61_tasks_of_an_archived_customer_are_read_only(seller: Client, sales: User) -> None:
    archived = await customers.make_customer(sales, state=CustomerState.ARCHIVED)
    task = await follow_ups.make_task(archived, sales)
    async with nothing_saved():
        assert (await _run(seller, "completeTask", _of(task))).code == "FORBIDDEN"


@pytest.mark.parametrize("mutation", INPUTS)
async def test_design_4_a_stale_change_of_a_task_is_a_conflict(
    seller: Client, sales: User, customer: Customer, mutation: str
) -> None:
    task = await follow_ups.make_task(customer, sales)
    assert (await _run(seller, "updateTask", _of(task, title="二"))).data
    given = INPUTS[mutation] | ({"assigneeId": f"usr_{sales.id}"} if mutation == "reassignTask" else {})
    async with nothing_saved():
        stale = await _run(seller, mutation, _of(task, **given))
    assert stale.code == "CONFLICT"
    assert stale.error["extensions"]["currentVersion"] == 2
    if mutation == "updateTask":
        assert stale.error["extensions"]["conflicts"] == [
            {"field": "title", "base": "回访", "current": "二", "wanted": "改期"}
        ]


async def test_d22_a_new_due_time_gets_a_reminder_again_and_a_past_one_that_stays_is_accepted(
    seller: Client, sales: User, customer: Customer
) -> None:
    due = clock.now() - timedelta(hours=1)
    task = await follow_ups.make_task(customer, sales, due_at=due, reminded_at=clock.now())
    await seller.change("updateTask", _of(task, title="补寄", dueAt=due.isoformat()), TASK)
    await task.refresh_from_db()
    assert (task.title, task.reminded_at is None) == ("补寄", False)
    await seller.change("updateTask", _of(task, dueAt=_in(hours=1)), TASK)
    await task.refresh_from_db()
    assert task.reminded_at is None


async def _overdue(client: Client, mine: bool | None) -> list[str]:
    page = (await client.data(OVERDUE, mine=mine))["overdueTasks"]
    assert page["totalCount"] == len(page["nodes"])
    assert all(node["isOverdue"] for node in page["nodes"])
    return [node["title"] for node in page["nodes"]]


async def test_d22_overdue_tasks_show_in_the_authors_and_the_managers_list(
    seller: Client, sales: User, customer: Customer, department: Department, sign_in: SignIn
) -> None:
    def ago(hours: int) -> datetime:
        return clock.now() - timedelta(hours=hours)

    above = await people.make_department("销售中心")
    await Department.filter(id=department.id).update(parent_id=above.id)
    boss = await people.make_user(Role.SALES_MANAGER, department=above)
    await Department.filter(id=above.id).update(manager_id=boss.id)
    colleague = await people.make_user(Role.SALES, department=department)
    await follow_ups.make_task(customer, sales, title="我的", due_at=ago(2))
    await follow_ups.make_task(customer, colleague, title="同事的", due_at=ago(3))
    await follow_ups.make_task(customer, boss, title="经理的", due_at=ago(1))
    await follow_ups.make_task(customer, sales, title="未到期")
    await follow_ups.make_task(customer, sales, title="已完成", due_at=ago(2), state=TaskState.DONE)
    stranger = await people.make_user(Role.SALES, department=await people.make_department("销售二部"))
    hidden = await customers.make_customer(stranger)
    await follow_ups.make_task(hidden, sales, title="看不到的", due_at=ago(5))
    assert await _overdue(seller, None) == await _overdue(seller, True) == ["我的"]
    assert await _overdue(seller, False) == []
    manager = await sign_in(boss)
    assert await _overdue(manager, True) == ["经理的"]
    assert await _overdue(manager, False) == ["同事的", "我的", "经理的"]
    assert await _overdue(manager, None) == ["同事的", "我的", "经理的"]
    document = 'query { overdueTasks(where: {title: {eq: "同事的"}}, first: 1) { nodes { title } } }'
    assert await manager.data(document) == {"overdueTasks": {"nodes": [{"title": "同事的"}]}}


async def test_d22_a_reminder_goes_with_its_task_and_is_put_away_by_its_recipient(
    seller: Client, sales: User, customer: Customer, department: Department, sign_in: SignIn
) -> None:
    task = await follow_ups.make_task(customer, sales, due_at=clock.now() - timedelta(hours=1))
    reminder = await Reminder.create(task=task, recipient=sales, due_at=task.due_at)
    put_away, selection = {"id": f"rem_{reminder.id}"}, "reminder { dismissedAt recipient { id } }"
    first = await seller.change("dismissReminder", put_away, selection)
    assert first["reminder"]["dismissedAt"] is not None
    assert await seller.change("dismissReminder", put_away, selection) == first
    colleague = await people.make_user(Role.SALES, department=department)
    await seller.change("reassignTask", _of(task, assigneeId=f"usr_{colleague.id}"), TASK)
    document = "query { reminders(where: {dismissedAt: {isNull: true}}) { nodes { recipient { id } } } }"
    reminders = await (await sign_in(colleague)).data(document)
    assert reminders["reminders"]["nodes"] == [{"recipient": {"id": f"usr_{colleague.id}"}}]
    document = "mutation($input: DismissReminderInput!) { dismissReminder(input: $input) { reminder { id } } }"
    stranger = await sign_in(await people.make_user(Role.SALES))
    async with nothing_saved(log_rows=2):
        assert (await seller.run(document, input=put_away)).code == "FORBIDDEN"
        assert (await stranger.run(document, input=put_away)).code == "NOT_FOUND"
