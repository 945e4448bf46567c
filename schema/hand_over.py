"""Handing over customers in bulk (D4)."""

from __future__ import annotations

import strawberry

from schema.core.enums import graphql_enum
from schema.core.errors import user_errors
from schema.core.payloads import key_of
from schema.core.reading import Resolver, resolve_payload_record
from schema.jobs import JobPayload, read
from service.core import enums
from service.core.errors import UserErrors
from service.core.fields import APPROVAL, CUSTOMER, USER
from service.core.ids import to_global
from service.operations import hand_over


@strawberry.input(description="Gives customers to another member of staff: those named, or all that a person owns.")
class HandOverCustomersInput:
    customer_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The customers, at most 100,000; or else `fromUserId`."
    )
    from_user_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose customers in effect go over; or else `customerIds`."
    )
    to_user_id: strawberry.ID = strawberry.field(description="The new owner; his department becomes the customers'.")
    reason: str = strawberry.field(description="Why.")
    mode: graphql_enum(enums.HandOverMode) = strawberry.field(  # type: ignore[valid-type]
        description="What is done where some of them cannot be handed over."
    )


@strawberry.type
class HandOverMutation:
    @strawberry.mutation(
        description="Hand over customers (D4): the manager of their department, human resources, administrators. "
        "Where the flow is on, it waits for human resources or that manager, and everybody may ask for his own. "
        "Else up to 100 are done when this answers, more in the background: follow the job."
    )
    async def hand_over_customers(self, info: strawberry.Info, input: HandOverCustomersInput) -> JobPayload:
        named = input.customer_ids
        wanted = hand_over.Wanted(
            to_user_id=key_of(input.to_user_id, USER),
            reason=input.reason,
            mode=input.mode,
            customer_ids=None if named is None else [key_of(each, CUSTOMER) for each in named],
            from_user_id=key_of(input.from_user_id, USER) if input.from_user_id else None,
        )
        viewer = await info.context.require_viewer()
        try:
            asked = await hand_over.hand_over(viewer, wanted)
        except UserErrors as refused:
            return JobPayload(job=None, user_errors=user_errors(refused, info.context.locale))
        job = await read(info, asked.job_id) if asked.job_id else None
        approval = asked.approval_id and to_global(APPROVAL.prefix, asked.approval_id)
        return JobPayload(job=job, user_errors=[], approval=approval)


RESOLVERS: dict[str, Resolver] = {"JobPayload.approval": resolve_payload_record("approval")}
