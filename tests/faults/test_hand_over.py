"""kill -9 in the middle of a hand-over: it goes on where it stopped, and each customer moves once (D4, SEC-H1)."""

from __future__ import annotations

from service.core.enums import HandOverMode, Role
from service.operations import hand_over
from service.operations.hand_over import Wanted
from storage.models import Customer, Department, User
from tests.builders.customers import make_customer
from tests.builders.people import make_department, make_user
from tests.faults.running import Fleet, Observer, children, until
from tests.journeys.viewers import viewer_of

COUNT = 1000
RECOVERY = 60


async def _asked() -> tuple[User, User]:
    department = await make_department()
    leaver, boss = await make_user(Role.SALES, department=department), await make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    heir = await make_user(Role.SALES, department=await make_department("销售二部"))
    first = await make_customer(leaver)
    copies = [
        Customer(
            kind="ENTERPRISE", state="ACTIVE", name=f"客户{n}", number=f"K{n:09d}", owner_id=leaver.id,
            department_id=department.id, created_by_id=leaver.id, updated_by_id=leaver.id,
        )
        for n in range(1, COUNT)
    ]  # fmt: skip
    assert first.owner_id == leaver.id
    await Customer.bulk_create(copies)
    wanted = Wanted(heir.id, "离职", HandOverMode.ALL_OR_NOTHING, from_user_id=leaver.id)
    await hand_over.hand_over(await viewer_of(boss), wanted)
    return leaver, heir


async def test_sec_h1_a_hand_over_goes_on_after_its_worker_was_killed(fleet: Fleet, observer: Observer) -> None:
    _, heir = await _asked()
    await observer.execute(
        "create function take_time() returns trigger language plpgsql as"
        " $$ begin perform pg_sleep(0.4); return null; end $$;"
        " create trigger take_time after update on customers for each statement execute function take_time();"
    )
    worker = await fleet.worker(concurrency=1)

    async def moved(least: int) -> bool:
        return await observer.value("select done from jobs") >= least

    await until(lambda: moved(200), RECOVERY, fleet)
    children(worker)[0].kill()
    await until(lambda: moved(600), RECOVERY, fleet)
    worker.kill()
    worker.wait()
    assert await observer.value("select state from jobs") == "RUNNING"
    await fleet.worker(concurrency=1)

    async def ended() -> bool:
        return await observer.value("select state from jobs") == "DONE"

    await until(ended, RECOVERY, fleet)
    assert await observer.value("select done from jobs") == COUNT
    assert await observer.value("select count(*) from customers where owner_id = $1 and version = 2", heir.id) == COUNT
    lines = "select count(*) from change_log where action = 'customer.hand_over' and subject_type = 'Customer'"
    assert await observer.value(lines) == COUNT
    assert await observer.value("select count(*) from outbox_messages where dead_at is not null") == 0
