"""Customers are handed over in bulk, with a reason, logged, and by who may (D4)."""

from __future__ import annotations

from typing import Any

import pytest

from service.core.enums import CustomerState, Role
from service.operations import hand_over, hand_over_batches
from service.rules.pacing import Bounds
from storage import db
from storage.models import Customer, Department, HandOver, Job, OutboxMessage, User
from tests.api import Client
from tests.builders import customers as customer_rows
from tests.builders import people
from tests.journeys.administrators import JOB, does, done, faults, refused
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

FIND = f"query($id: ID!) {{ {JOB.replace('job {', 'job(id: $id) {', 1)} }}"


@pytest.fixture
async def boss(department: Department) -> User:
    user = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=user.id)
    return user


@pytest.fixture
async def heir() -> User:
    return await people.make_user(Role.SALES, department=await people.make_department("销售二部"))


def _given(heir: User, customers: list[Customer] | User, mode: str = "WHAT_IS_POSSIBLE", **more: Any) -> dict[str, Any]:
    whose = (
        {"fromUserId": f"usr_{customers.id}"}
        if isinstance(customers, User)
        else {"customerIds": [f"cus_{c.id}" for c in customers]}
    )
    return {**whose, "toUserId": f"usr_{heir.id}", "reason": "员工离职", "mode": mode, **more}


async def _owners(customers: list[Customer]) -> list[tuple[Any, Any, int]]:
    found = {c.id: c for c in await Customer.filter(id__in=[c.id for c in customers])}
    return [(found[c.id].owner_id, found[c.id].department_id, found[c.id].version) for c in customers]


async def test_d4_all_customers_of_a_leaver_go_to_his_successor(
    sign_in: SignIn, sales: User, boss: User, heir: User
) -> None:
    customers = [await customer_rows.make_customer(sales) for _ in range(3)]
    archived = await customer_rows.make_customer(sales, state=CustomerState.ARCHIVED)
    client = await sign_in(boss)
    job = await done(client, "handOverCustomers", **_given(heir, sales, "ALL_OR_NOTHING"))
    assert (job["kind"], job["state"], job["total"], job["done"], job["errors"]) == ("HAND_OVER", "DONE", 3, 3, [])
    assert await _owners(customers) == [(heir.id, heir.department_id, 2)] * 3
    assert await _owners([archived]) == [(sales.id, sales.department_id, 1)]
    rows = await db.rows(
        "select l.actor_id, l.reason, l.channel, v.before #>> '{}' as before, v.after #>> '{}' as after"
        " from change_log l join change_values v on v.change_id = l.id and v.field = 'owner_id'"
        " where l.customer_id = $1 and l.action = 'customer.hand_over'",
        customers[0].id,
    )
    assert rows == [
        {"actor_id": boss.id, "reason": "员工离职", "channel": "JOB", "before": str(sales.id), "after": str(heir.id)}
    ]
    shown = "query($id: ID!) { customer(id: $id) { contacts { totalCount } owner { id } } }"
    seen = (await (await sign_in(heir)).data(shown, id=f"cus_{customers[0].id}"))["customer"]
    assert seen["owner"] == {"id": f"usr_{heir.id}"}
    # The outbox's message for the same job finds nothing left to do.
    message = await OutboxMessage.get(key=f"job:{job['id'].removeprefix('job_')}")
    await OutboxMessage.filter(id=message.id).update(available_at=message.created_at)
    assert await hand_over.run(message.id)
    assert await _owners(customers) == [(heir.id, heir.department_id, 2)] * 3


@pytest.mark.parametrize("mode", ["ALL_OR_NOTHING", "WHAT_IS_POSSIBLE"])
async def test_d4_the_forbidden_one_is_named(sign_in: SignIn, sales: User, boss: User, heir: User, mode: str) -> None:
    own = [await customer_rows.make_customer(sales) for _ in range(4)]
    foreign = await customer_rows.make_customer(heir)
    hidden = await customer_rows.make_customer(heir, state=CustomerState.DRAFT)
    archived = await customer_rows.make_customer(sales, state=CustomerState.ARCHIVED)
    client = await sign_in(boss)
    job = await done(client, "handOverCustomers", **_given(heir, [*own, foreign, hidden, archived], mode))
    errors = {(e["recordId"], e["number"], e["code"]) for e in job["errors"]}
    assert errors == {
        (f"cus_{foreign.id}", foreign.number, "NOT_YOURS_TO_HAND_OVER"),
        (f"cus_{hidden.id}", None, "NOT_FOUND"),
        (f"cus_{archived.id}", archived.number, "NOT_IN_EFFECT"),
    }
    assert all(e["message"].endswith(".") for e in job["errors"])
    whole = mode == "ALL_OR_NOTHING"
    assert (job["state"], job["done"], job["failed"]) == (("FAILED", 0, 3) if whole else ("DONE", 4, 3))
    assert {owner for owner, _, _ in await _owners(own)} == {sales.id if whole else heir.id}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("manages", [True, False])
async def test_d4_who_hands_over(
    sign_in: SignIn, department: Department, sales: User, heir: User, role: Role, manages: bool
) -> None:
    person = await people.make_user(role, department=department)
    if manages:
        await Department.filter(id=department.id).update(manager_id=person.id)
    customer = await customer_rows.make_customer(sales)
    client = await sign_in(person)
    editing = {Role.SALES, Role.SALES_MANAGER, Role.SERVICE, Role.SERVICE_MANAGER}
    if role in {Role.ADMIN, Role.HR} or (manages and role in editing):
        assert (await done(client, "handOverCustomers", **_given(heir, [customer])))["done"] == 1
        return
    async with nothing_saved():
        assert await refused(client, "handOverCustomers", **_given(heir, [customer])) == "FORBIDDEN"


async def test_d4_what_is_wrong_with_a_hand_over(sign_in: SignIn, sales: User, boss: User, heir: User) -> None:
    client = await sign_in(boss)
    gone = await people.make_user(Role.SALES, disabled_at=boss.created_at)
    auditor = await people.make_user(Role.AUDITOR)
    nobody = f"usr_{sales.department_id}"
    for given, fault in (
        (_given(heir, sales, reason=" "), ("REASON_REQUIRED", ["reason"])),
        (_given(gone, sales), ("USER_DISABLED", ["toUserId"])),
        (_given(auditor, sales), ("CANNOT_OWN", ["toUserId"])),
        (_given(sales, sales), ("SAME_OWNER", ["toUserId"])),
        (_given(heir, sales, toUserId=nobody), ("NOT_FOUND", ["toUserId"])),
        (_given(heir, sales, fromUserId=nobody), ("NOT_FOUND", ["fromUserId"])),
    ):
        async with nothing_saved():
            assert await faults(client, "handOverCustomers", **given) == [fault]
    for given in (_given(heir, sales, customerIds=[]), _given(heir, sales, fromUserId=None)):
        assert await refused(client, "handOverCustomers", **given) == "BAD_USER_INPUT"
    person = await people.make_user(Role.HR, Role.SALES)
    other = await sign_in(person)
    async with nothing_saved():
        own = await faults(other, "handOverCustomers", **_given(person, sales))
    assert own == [("NOT_YOURSELF", ["toUserId"])]


async def test_d4_a_job_is_seen_by_who_asked_and_by_administrators(
    sign_in: SignIn, sales: User, boss: User, heir: User
) -> None:
    client = await sign_in(boss)
    job = await done(client, "handOverCustomers", **_given(heir, [await customer_rows.make_customer(sales)]))
    for role, seen in ((Role.ADMIN, True), (Role.HR, False), (Role.SALES_MANAGER, False)):
        other = await sign_in(await people.make_user(role))
        assert ((await other.data(FIND, id=job["id"]))["job"] == job) is seen
        listed = (await other.data("{ jobs(first: 50) { id } }"))["jobs"]
        assert ({"id": job["id"]} in listed) is seen
        expected = [("JOB_FINISHED", ["id"])] if seen else None
        if expected:
            assert await faults(other, "cancelJob", id=job["id"]) == expected
        else:
            assert await refused(other, "cancelJob", id=job["id"]) == "NOT_FOUND"
    assert {"id": job["id"]} in (await client.data("{ jobs { id } }"))["jobs"]
    assert (await client.run("{ jobs(first: 51) { id } }")).code == "BAD_USER_INPUT"
    assert (await client.run(FIND, id="job_7")).code == "BAD_USER_INPUT"


async def _many(client: Client, sales: User, heir: User, count: int, mode: str) -> tuple[list[Customer], Job]:
    """A hand-over of so many that it is left to the workers, of which there are none here."""
    customers = [await customer_rows.make_customer(sales) for _ in range(count)]
    payload = await does(client, "handOverCustomers", **_given(heir, sales, mode))
    assert payload["job"]["state"] == "QUEUED"
    return sorted(customers, key=lambda c: c.id), await Job.get(id=payload["job"]["id"].removeprefix("job_"))


async def _work(job: Job) -> Job:
    message = await OutboxMessage.get(key=f"job:{job.id}")
    await hand_over.run(message.id)
    return await Job.get(id=job.id)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_over_batches, "BATCHES", Bounds(50, 50))
    monkeypatch.setattr(hand_over_batches.PACE, "size", 50)


@pytest.mark.usefixtures("small_batches")
async def test_d4_rights_are_looked_at_again_where_the_work_is_done(
    sign_in: SignIn, sales: User, boss: User, heir: User, department: Department
) -> None:
    client = await sign_in(boss)
    customers, job = await _many(client, sales, heir, 101, "WHAT_IS_POSSIBLE")
    await Department.filter(id=department.id).update(manager_id=heir.id)
    job = await _work(job)
    assert (job.state, job.done, job.failed, len(job.errors)) == ("DONE", 0, 101, 100)
    assert {error["code"] for error in job.errors} == {"NOT_YOURS_TO_HAND_OVER"}
    assert {owner for owner, _, _ in await _owners(customers)} == {sales.id}


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("who", ["requester", "heir"])
async def test_d4_who_is_disabled_meanwhile_stops_a_hand_over(
    sign_in: SignIn, sales: User, boss: User, heir: User, who: str
) -> None:
    _, job = await _many(await sign_in(boss), sales, heir, 101, "WHAT_IS_POSSIBLE")
    await User.filter(id=boss.id if who == "requester" else heir.id).update(disabled_at=boss.created_at)
    job = await _work(job)
    assert (job.state, job.done, [e["code"] for e in job.errors]) == ("FAILED", 0, ["USER_DISABLED"])


@pytest.mark.usefixtures("small_batches")
async def test_d4_all_or_nothing_is_put_back_where_something_comes_up_after_the_check(
    sign_in: SignIn, sales: User, boss: User, heir: User
) -> None:
    customers, job = await _many(await sign_in(boss), sales, heir, 120, "ALL_OR_NOTHING")
    for _ in range(2):  # the check, and the first batch
        await hand_over.one_batch(job.id)
    assert (await Job.get(id=job.id)).done == 50
    await Customer.filter(id=customers[-1].id).update(state=CustomerState.ARCHIVED)
    job = await _work(job)
    assert (job.state, job.done, job.failed) == ("FAILED", 0, 1)
    assert [(e["record"], e["code"]) for e in job.errors] == [(str(customers[-1].id), "NOT_IN_EFFECT")]
    owners = await _owners(customers)
    assert {(owner, department) for owner, department, _ in owners} == {(sales.id, sales.department_id)}
    assert (await HandOver.get(job_id=job.id)).checked


@pytest.mark.usefixtures("small_batches")
async def test_d4_a_hand_over_is_cancelled(sign_in: SignIn, sales: User, boss: User, heir: User) -> None:
    client = await sign_in(boss)
    customers, job = await _many(client, sales, heir, 101, "WHAT_IS_POSSIBLE")
    await hand_over.one_batch(job.id)
    assert (await done(client, "cancelJob", id=f"job_{job.id}"))["state"] == "CANCELLED"
    assert (await _work(job)).done == 50
    owners = [owner for owner, _, _ in await _owners(customers)]
    assert (owners[:50], owners[50:]) == ([heir.id] * 50, [sales.id] * 51)


_COPIES = """
insert into customers select n.* from customers c, generate_series($2::int, $2 + 999) i,
lateral jsonb_populate_record(null::customers, to_jsonb(c) || jsonb_build_object(
    'id', uuidv7(), 'number', c.number || '-' || i, 'number_serial', 500000 + i, 'uscc', null)) n
where c.id = $1
returning id
"""


@pytest.mark.deep
@pytest.mark.parametrize("mode", ["ALL_OR_NOTHING", "WHAT_IS_POSSIBLE"])
async def test_d4_one_forbidden_customer_among_ten_thousand_is_named_and_the_rest_is_as_asked(
    sign_in: SignIn, sales: User, boss: User, heir: User, mode: str
) -> None:
    first = await customer_rows.make_customer(sales)
    others = [row["id"] for n in range(10) for row in await db.rows(_COPIES, first.id, n * 1000)][2:]
    stranger = await people.make_user(Role.SALES, department=await people.make_department("销售三部"))
    forbidden = await customer_rows.make_customer(stranger)
    named = [first.id, *others, forbidden.id]
    given = {**_given(heir, [], mode), "customerIds": [f"cus_{key}" for key in named]}
    payload = await does(await sign_in(boss), "handOverCustomers", **given)
    job = await _work(await Job.get(id=payload["job"]["id"].removeprefix("job_")))
    assert [(e["record"], e["code"]) for e in job.errors] == [(str(forbidden.id), "NOT_YOURS_TO_HAND_OVER")]
    moved = await Customer.filter(owner_id=heir.id).count()
    expected = ("FAILED", 0) if mode == "ALL_OR_NOTHING" else ("DONE", 9_999)
    assert (job.state, moved) == expected
    assert (await Customer.get(id=forbidden.id)).owner_id == stranger.id
