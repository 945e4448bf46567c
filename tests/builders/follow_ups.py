from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.core import clock
from service.core.enums import FollowUpMode
from storage.models import Customer, FollowUp, Need, StageMove, Task, User


async def make_follow_up(customer: Customer, author: User, **values: Any) -> FollowUp:
    defaults: dict[str, Any] = {
        "customer": customer,
        "author": author,
        "recorded_by": author,
        "mode": FollowUpMode.PHONE,
        "occurred_at": clock.now() - timedelta(hours=1),
        "content": "电话沟通需求",
        "no_plan_reason": "等待客户回复",
    }
    return await FollowUp.create(**{**defaults, **values})


async def make_need(customer: Customer, **values: Any) -> Need:
    return await Need.create(**{"customer": customer, "kinds": ["PURCHASE"], "priority": "HIGH", **values})


async def make_task(customer: Customer, assignee: User, **values: Any) -> Task:
    defaults: dict[str, Any] = {
        "customer": customer,
        "assignee": assignee,
        "title": "回访",
        "due_at": clock.now() + timedelta(days=1),
    }
    return await Task.create(**{**defaults, **values})


async def make_stage_move(customer: Customer, actor: User, **values: Any) -> StageMove:
    return await StageMove.create(
        **{"customer": customer, "actor": actor, "from_stage": "LEAD", "to_stage": "CONTACTED", **values}
    )
