"""Follow-ups, and the tasks and reminders that come of them (D20–D22)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import strawberry

from schema.core.enums import graphql_enum
from schema.core.payloads import answer, given, key_of, payload
from schema.core.reading import Resolver, list_resolver
from schema.core.scalars import DateTime
from schema.core.types import input_type, list_field
from schema.saved_filters import ARGUMENT, filtered_list
from service.core import enums
from service.core.fields import CONTACT, CUSTOMER, FOLLOW_UP, USER
from service.operations import corrections, follow_ups

FollowUpPayload = payload("FollowUpPayload", "FollowUp", "follow_up", "A follow-up that was recorded.")


@strawberry.input(description="The next step: all three are needed (D20).")
class NextPlanInput:
    at: DateTime | None = strawberry.field(default=None, description="When.")
    mode: graphql_enum(enums.FollowUpMode) | None = strawberry.field(default=None, description="How.")  # type: ignore[valid-type]
    goal: str | None = strawberry.field(default=None, description="What for.")


_VERSION = (int, "The version that you read; a stale one is refused.")
_COMPANIONS = (list[strawberry.ID] | None, "Who went along: all of them, at most 20 members of staff.")
_PLAN = ("next_plan_at", "next_plan_mode", "next_plan_goal")
RecordFollowUpInput = input_type(
    "RecordFollowUpInput",
    FOLLOW_UP,
    "A communication with a customer. A next plan is needed, or the reason why there is none.",
    leave_out=_PLAN,
    customer_id=(strawberry.ID, "Whom it was about."),
    contact_id=(strawberry.ID | None, "Who was spoken to."),
    author_id=(strawberry.ID | None, "Who followed up, where it was not you."),
    companion_ids=_COMPANIONS,
    next_plan=(NextPlanInput | None, "What comes next."),
)
CorrectFollowUpInput = input_type(
    "CorrectFollowUpInput",
    FOLLOW_UP,
    "A correction of a follow-up. What is left out stays; null clears. A next plan takes the place of the reason for"
    " none, and the reverse.",
    leave_out=_PLAN,
    id=(strawberry.ID, "The follow-up."),
    version=_VERSION,
    contact_id=(strawberry.ID | None, "Who was spoken to."),
    author_id=(strawberry.ID | None, "Who followed up."),
    companion_ids=_COMPANIONS,
    next_plan=(NextPlanInput | None, "What comes next, whole."),
    reason=(str | None, "Why it is corrected."),
)
RemoveFollowUpPayload = payload("RemoveFollowUpPayload", "Customer", "customer", "The customer without the follow-up.")


@strawberry.input(description="Takes a follow-up away.")
class RemoveFollowUpInput:
    id: strawberry.ID = strawberry.field(description="The follow-up.")
    version: int = strawberry.field(description=_VERSION[1])
    reason: str = strawberry.field(description="Why.")


def next_plan(plan: NextPlanInput | None) -> dict[str, Any] | None:
    """The parts of a next plan, as operations take them."""
    return vars(plan) if plan else None


def _staff(given_ids: list[strawberry.ID] | None) -> list[UUID]:
    return [key_of(one, USER) for one in given_ids or ()]


@strawberry.type
class FollowUpsQuery:
    follow_ups: Any = list_field("FollowUp", "Follow-ups that exist for you, newest first.", saved_filter=ARGUMENT)
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
            lambda viewer: follow_ups.record(
                viewer, key, values, contact_id=contact, author_id=author, companions=_staff(input.companion_ids)
            ),
        )

    @strawberry.mutation(
        description="Correct a follow-up: its author within 24 hours of recording, a manager always (D23)."
    )
    async def correct_follow_up(self, info: strawberry.Info, input: CorrectFollowUpInput) -> FollowUpPayload:  # type: ignore[valid-type]
        key, values = key_of(input.id, FOLLOW_UP), given(input, FOLLOW_UP, "next_plan", "contact_id", "author_id")
        if "next_plan" in values:
            values["next_plan"] = next_plan(values["next_plan"])
        for name, spec in (("contact_id", CONTACT), ("author_id", USER)):
            if values.get(name):
                values[name] = key_of(values[name], spec)
        companions = None if input.companion_ids is strawberry.UNSET else _staff(input.companion_ids)
        return await answer(
            info,
            FollowUpPayload,
            lambda viewer: corrections.correct(
                viewer, key, input.version, values, companions=companions, reason=input.reason or None
            ),
        )

    @strawberry.mutation(description="Take a follow-up away; it stays in the log. Not the last one (D31).")
    async def remove_follow_up(self, info: strawberry.Info, input: RemoveFollowUpInput) -> RemoveFollowUpPayload:  # type: ignore[valid-type]
        key = key_of(input.id, FOLLOW_UP)
        return await answer(
            info, RemoveFollowUpPayload, lambda viewer: corrections.remove(viewer, key, input.version, input.reason)
        )


RESOLVERS: dict[str, Resolver] = {
    "Query.followUps": filtered_list(),
    "Query.tasks": list_resolver(),
    "Query.reminders": list_resolver(),
}
