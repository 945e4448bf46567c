"""Tasks that people make and close, overdue ones, and reminders (D22, D59)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.errors import UserError, user_errors
from schema.core.payloads import answer, given, key_of, payload
from schema.core.reading import Resolver, narrowed_list_resolver
from schema.core.scalars import DateTime
from schema.core.types import argument, input_type, list_field
from service.core import clock, enums
from service.core.errors import UserErrors
from service.core.fields import CUSTOMER, DEPARTMENT, REMINDER, TASK, USER
from service.core.ids import to_global
from service.core.selection import All, Any_, Compare, Condition, Related, Slot
from service.core.viewer import Viewer
from service.operations import change_reports, tasks

_VERSION = (int, "The version that you read; a stale one is refused.")
_ID = (strawberry.ID, "The task.")
_MINE = argument(
    bool | None,
    "True: those that you are to do. False: those of the staff of departments that you manage. Both where not given.",
)

TaskPayload = payload("TaskPayload", "Task", "task", "A task that was saved.")
DismissReminderPayload = payload("DismissReminderPayload", "Reminder", "reminder", "The reminder, put away.")

CreateTaskInput = input_type(
    "CreateTaskInput",
    TASK,
    "Something to be done for a customer. A title and a due time are needed.",
    customer_id=(strawberry.ID, "For whom."),
    assignee_id=(strawberry.ID | None, "Who is to do it, where it is not you: somebody who sees the customer's tasks."),
)
UpdateTaskInput = input_type(
    "UpdateTaskInput", TASK, "Changes of an open task. What is left out stays; null clears.", id=_ID, version=_VERSION
)


@strawberry.input(description="Says that a task is done.")
class CompleteTaskInput:
    id: strawberry.ID = strawberry.field(description=_ID[1])
    version: int = strawberry.field(description=_VERSION[1])


@strawberry.input(description="Says that a task need not be done.")
class CancelTaskInput:
    id: strawberry.ID = strawberry.field(description=_ID[1])
    version: int = strawberry.field(description=_VERSION[1])
    reason: str | None = strawberry.field(default=None, description="Why.")


@strawberry.input(description="Gives a task to another member of staff.")
class ReassignTaskInput:
    id: strawberry.ID = strawberry.field(description=_ID[1])
    version: int = strawberry.field(description=_VERSION[1])
    assignee_id: strawberry.ID = strawberry.field(
        description="Who is to do it: somebody who sees the customer's tasks."
    )
    reason: str | None = strawberry.field(default=None, description="Why.")


@strawberry.input(description="Says that something about a customer has changed, as somebody has learnt.")
class ReportInformationChangeInput:
    id: strawberry.ID = strawberry.field(description="The customer, in effect.")
    text: str = strawberry.field(description="What has changed, and from whom you know; at most 500 characters.")


@strawberry.type(description="That the owner was told.")
class ReportInformationChangePayload:
    due_at: DateTime | None = strawberry.field(
        description="By when it is to be looked into; null where nothing was saved."
    )
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


@strawberry.input(description="Puts a reminder away.")
class DismissReminderInput:
    id: strawberry.ID = strawberry.field(description="The reminder.")


@strawberry.type
class TasksQuery:
    overdue_tasks: Any = list_field(
        "Task", "Tasks that are open past their due time, yours and your staff's, the longest due first.", mine=_MINE
    )


@strawberry.type
class TasksMutation:
    @strawberry.mutation(description="Make a task for a customer in effect.")
    async def create_task(self, info: strawberry.Info, input: CreateTaskInput) -> TaskPayload:  # type: ignore[valid-type]
        key, values = key_of(input.customer_id, CUSTOMER), given(input, TASK)
        assignee = key_of(input.assignee_id, USER) if input.assignee_id else None
        return await answer(info, TaskPayload, lambda viewer: tasks.create(viewer, key, values, assignee))

    @strawberry.mutation(description="Change an open task: who may edit the customer, and its assignee.")
    async def update_task(self, info: strawberry.Info, input: UpdateTaskInput) -> TaskPayload:  # type: ignore[valid-type]
        key, values = key_of(input.id, TASK), given(input, TASK)
        return await answer(info, TaskPayload, lambda viewer: tasks.update(viewer, key, input.version, values))

    @strawberry.mutation(description="Say that an open task is done.")
    async def complete_task(self, info: strawberry.Info, input: CompleteTaskInput) -> TaskPayload:  # type: ignore[valid-type]
        key = key_of(input.id, TASK)
        return await answer(info, TaskPayload, lambda viewer: tasks.complete(viewer, key, input.version))

    @strawberry.mutation(description="Say that an open task need not be done.")
    async def cancel_task(self, info: strawberry.Info, input: CancelTaskInput) -> TaskPayload:  # type: ignore[valid-type]
        key = key_of(input.id, TASK)
        return await answer(info, TaskPayload, lambda viewer: tasks.cancel(viewer, key, input.version, input.reason))

    @strawberry.mutation(description="Give an open task to another member of staff who sees it.")
    async def reassign_task(self, info: strawberry.Info, input: ReassignTaskInput) -> TaskPayload:  # type: ignore[valid-type]
        key, assignee = key_of(input.id, TASK), key_of(input.assignee_id, USER)
        return await answer(
            info, TaskPayload, lambda viewer: tasks.reassign(viewer, key, input.version, assignee, input.reason)
        )

    @strawberry.mutation(
        description="Report that something about a customer has changed: anybody may who sees that there is one. Its"
        " owner gets a task, due within a day (D37)."
    )
    async def report_information_change(
        self, info: strawberry.Info, input: ReportInformationChangeInput
    ) -> ReportInformationChangePayload:
        viewer = await info.context.require_viewer()
        try:
            made = await change_reports.report(viewer, key_of(input.id, CUSTOMER), input.text)
        except UserErrors as refused:
            errors = user_errors(refused, info.context.locale)
            return ReportInformationChangePayload(due_at=None, user_errors=errors)
        return ReportInformationChangePayload(due_at=DateTime(made.due_at), user_errors=[])

    @strawberry.mutation(description="Put away a reminder of yours.")
    async def dismiss_reminder(self, info: strawberry.Info, input: DismissReminderInput) -> DismissReminderPayload:  # type: ignore[valid-type]
        key = key_of(input.id, REMINDER)
        return await answer(info, DismissReminderPayload, lambda viewer: tasks.dismiss(viewer, key))


_NOW, _ME, _MANAGED = Slot((" now",)), Slot((" me",)), Slot((" managed",))
"""Beside the variables of the request: no GraphQL name has a blank in it."""
_OVERDUE = (Compare("state", "eq", enums.TaskState.OPEN), Compare("due_at", "lt", _NOW))
_OWN = Related("assignee", "is", Compare("id", "eq", _ME))
_OF_STAFF = Related("assignee", "is", Related("department", "is", Compare("id", "in", _MANAGED)))
_WHOSE: dict[bool | None, Condition] = {True: _OWN, False: _OF_STAFF, None: Any_((_OWN, _OF_STAFF))}


def _overdue(viewer: Viewer, given: dict[str, Any]) -> tuple[Condition, dict[str, Any]]:
    managed = [to_global(DEPARTMENT.prefix, key) for key in viewer.managed]
    values = {" now": clock.now(), " me": to_global(USER.prefix, viewer.id), " managed": managed}
    return All((*_OVERDUE, _WHOSE[given.get("mine")])), values


RESOLVERS: dict[str, Resolver] = {"Query.overdueTasks": narrowed_list_resolver(_overdue)}
