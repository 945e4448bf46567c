from __future__ import annotations

from datetime import timedelta

from service.core import clock
from service.core.enums import Role
from storage.models import Task
from tests.builders.customers import make_customer
from tests.builders.follow_ups import make_task
from tests.builders.people import make_department, make_user


async def make_due_tasks(count: int) -> list[Task]:
    """Open tasks of one person and one customer that have just become due."""
    user = await make_user(Role.SALES, department=await make_department())
    customer = await make_customer(user)
    due = clock.now() - timedelta(minutes=1)
    return [await make_task(customer, user, due_at=due) for _ in range(count)]
