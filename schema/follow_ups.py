"""Follow-ups, and the tasks and reminders that come of them (D20–D22)."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.core.enums import graphql_enum
from schema.core.payloads import answer, given, key_of, payload
from schema.core.reading import Resolver, list_resolver
from schema.core.scalars import DateTime
from schema.core.types import input_type, list_field
from service.core import enums
from service.core.fields import CONTACT, CUSTOMER, FOLLOW_UP, USER
from service.operations import follow_ups

FollowUpPayload = payload("FollowUpPayload", "FollowUp", "follow_up", "A follow-up that was recorded.")


@strawberry.input(description="The next step: all three are needed (D20).")
class NextPlanInput:
    at: DateTime | None = strawberry.field(default=None, description="When.")
    mode: graphql_enum(enums.FollowUpMode) | None = strawberry.field(default=None, description="How.")  # type: ignore[valid-type]
    goal: str | None = strawberry.field(default=None, description="What for.")


_PLAN = ("next_plan_at", "next_plan_mode", "next_plan_goal")
RecordFollowUpInput = input_type(
    "RecordFollowUpInput",
    FOLLOW_UP,
    "A communication with a customer. A next plan is needed, or the reason why there is none.",
    leave_out=_PLAN,
    customer_id=(strawberry.ID, "Whom it was about."),
    contact_id=(strawberry.ID | None, "Who was spoken to."),
    author_id=(strawberry.ID | None, "Who followed up, where it was not you."),
    next_plan=(NextPlanInput | None, "What comes next."),
)


def next_plan(plan: NextPlanInput | None) -> dict[str, Any] | None:
    """The parts of a next plan, as operations take them."""
    return vars(plan) if plan else None


@strawberry.type
class FollowUpsQuery:
    follow_ups: Any = list_field("FollowUp", "Follow-ups that exist for you, newest first.")
    tasks: Any = list_field("Task", "Tasks that exist for you, by due time.")
    reminders: Any = list_field("Reminder", "Reminders that exist for you, newest first.")


@strawberry.type
class FollowUpsMutation:
    @strawberry.mutation(description="Record a communication with a customer in effect.")
    async def record_follow_up(self, info: strawberry.Info, input: RecordFollowUpInput) -> FollowUpPayload:  # type: ignore[valid-type]
        key, values = key_of(input.customer_id, CUSTOMER), given(input, FOLLOW_UP)
        values["next_plan"] = next_plan(input.next_plan or None)
        contact = key_of(input.contact_id, CONTACT) if input.contact_id else None
        author = key_of(input.author_id, USER) if input.author_id else None
        return await answer(
            info,
            FollowUpPayload,
            lambda viewer: follow_ups.record(viewer, key, values, contact_id=contact, author_id=author),
        )


RESOLVERS: dict[str, Resolver] = {
    "Query.followUps": list_resolver(),
    "Query.tasks": list_resolver(),
    "Query.reminders": list_resolver(),
}
