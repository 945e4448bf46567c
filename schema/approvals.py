"""Requests for approval: reading and deciding them, and leaving one's decisions to somebody else (D34)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry

from schema.core.enums import graphql_enum
from schema.core.errors import UserError, user_errors
from schema.core.payloads import answer, key_of, payload
from schema.core.reading import Resolver, narrowed_list_resolver, resolve_payload_record, resolve_record
from schema.core.scalars import DateTime
from schema.core.types import argument, lazy, list_field, record_field
from service.core import ids, messages
from service.core.enums import ApprovalState, Labelled
from service.core.errors import BadRequest, Refusal, UserErrors
from service.core.fields import APPROVAL, USER
from service.core.ids import to_global
from service.core.selection import All, Compare, Condition, Related, Slot
from service.core.viewer import Viewer
from service.operations.approvals import deciding, delegations

MOST_AT_ONCE = 100
DELEGATION = "del"
_VERSION = "The version that you read; a stale one is refused."


class ApprovalBox(Labelled):
    """Which requests are listed."""

    INBOX = "INBOX", "待我审批", "Those that wait for you"
    OUTBOX = "OUTBOX", "我的申请", "Those that you have made"


class ApprovalDecision(Labelled):
    """Yes or no."""

    APPROVE = "APPROVE", "同意", "Approve"
    REJECT = "REJECT", "驳回", "Reject"


ApprovalPayload = payload("ApprovalPayload", "Approval", "approval", "A request that was decided, or taken back.")


@strawberry.input(description="Says yes to a request.")
class ApproveInput:
    id: strawberry.ID = strawberry.field(description="The request.")
    version: int = strawberry.field(description=_VERSION)
    comment: str | None = strawberry.field(default=None, description="What is to be said about it.")


@strawberry.input(description="Says no to a request.")
class RejectInput:
    id: strawberry.ID = strawberry.field(description="The request.")
    version: int = strawberry.field(description=_VERSION)
    comment: str = strawberry.field(description="Why, and what would have to be different.")


@strawberry.input(description="Takes back a request of yours.")
class WithdrawInput:
    id: strawberry.ID = strawberry.field(description="The request.")
    version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="A request as it was read.")
class ReadApproval:
    id: strawberry.ID = strawberry.field(description="The request.")
    version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="Decides about many requests in the same way.")
class DecideApprovalsInput:
    approvals: list[ReadApproval] = strawberry.field(description="The requests, at most 100.")
    decision: graphql_enum(ApprovalDecision) = strawberry.field(description="Yes or no.")  # type: ignore[valid-type]
    comment: str | None = strawberry.field(default=None, description="Said about each of them; a rejection needs one.")


@strawberry.type(description="What came of one request.")
class DecisionResult:
    id: strawberry.ID = strawberry.field(description="The request.")
    done: bool = strawberry.field(description="Whether the decision was taken.")
    code: str | None = strawberry.field(description="What is in the way, where it was not: an error code.")
    message: str | None = strawberry.field(description="The same in the caller's language, and what to do.")
    approval: Any = strawberry.field(
        graphql_type=lazy("Approval") | None,
        description="The request as it is now; null where it does not exist for you.",
    )


@strawberry.type(description="What came of each request. Each is a decision of its own: some may be taken, others not.")
class DecideApprovalsPayload:
    results: list[DecisionResult] = strawberry.field(description="One for each request, in the order asked for.")


@strawberry.type(description="Somebody is away, and another one decides in his place.")
class Delegation:
    id: strawberry.ID = strawberry.field(description="Opaque; for `endDelegation`.")
    user_id: strawberry.ID = strawberry.field(description="Who has left his decisions to somebody.")
    user_name: str = strawberry.field(description="His name.")
    delegate_id: strawberry.ID = strawberry.field(description="Who decides in his place.")
    delegate_name: str = strawberry.field(description="That person's name.")
    begins_at: DateTime = strawberry.field(description="From when on.")
    until: DateTime = strawberry.field(description="When it ends by itself.")

    @classmethod
    def of(cls, period: delegations.Period) -> Delegation:
        return cls(
            id=to_global(DELEGATION, period.id),  # type: ignore[arg-type]
            user_id=to_global(USER.prefix, period.user_id),  # type: ignore[arg-type]
            user_name=period.user_name,
            delegate_id=to_global(USER.prefix, period.delegate_id),  # type: ignore[arg-type]
            delegate_name=period.delegate_name,
            begins_at=DateTime(period.begins_at),
            until=DateTime(period.until),
        )


@strawberry.input(description="Leaves your decisions to somebody while you are away.")
class DelegateInput:
    delegate_id: strawberry.ID = strawberry.field(description="Who decides in your place.")
    begins_at: DateTime | None = strawberry.field(default=None, description="From when on; at once if it is not given.")
    until: DateTime = strawberry.field(description="When it ends by itself, at most 180 days later.")


@strawberry.input(description="Ends that somebody decides in another one's place.")
class EndDelegationInput:
    id: strawberry.ID = strawberry.field(description="The delegation.")


@strawberry.type(description="What became of a delegation.")
class DelegationPayload:
    delegation_id: strawberry.ID | None = strawberry.field(description="Its id; null where nothing was saved.")
    user_errors: list[UserError] = strawberry.field(description="Everything that is wrong with the input.")


_BOX = argument(graphql_enum(ApprovalBox) | None, "Only those that wait for you, or that you have made; else all.")
_ID = argument(strawberry.ID, "The request.")


@strawberry.type
class ApprovalsQuery:
    approvals: Any = list_field(
        "Approval", "Requests for approval that exist for you, the newest first (D34).", box=_BOX
    )
    approval: Any = record_field("Approval", "One request; null where it does not exist for you.", id=_ID)

    @strawberry.field(
        description="Who decides in whose place, now or later: where you are one of the two; all for administrators."
    )
    async def delegations(self, info: strawberry.Info) -> list[Delegation]:
        found = await delegations.of(await info.context.require_viewer())
        return [Delegation.of(period) for period in found]


@strawberry.type
class ApprovalsMutation:
    @strawberry.mutation(
        description="Say yes to a request. What was asked for takes effect at once, or with the last of several steps."
    )
    async def approve(self, info: strawberry.Info, input: ApproveInput) -> ApprovalPayload:  # type: ignore[valid-type]
        key = key_of(input.id, APPROVAL)
        return await answer(
            info, ApprovalPayload, lambda viewer: deciding.approve(viewer, key, input.version, input.comment)
        )

    @strawberry.mutation(description="Say no to a request: who made it can correct it and ask again.")
    async def reject(self, info: strawberry.Info, input: RejectInput) -> ApprovalPayload:  # type: ignore[valid-type]
        key = key_of(input.id, APPROVAL)
        return await answer(
            info, ApprovalPayload, lambda viewer: deciding.reject(viewer, key, input.version, input.comment)
        )

    @strawberry.mutation(description="Take back a request of yours that nobody has decided yet.")
    async def withdraw(self, info: strawberry.Info, input: WithdrawInput) -> ApprovalPayload:  # type: ignore[valid-type]
        key = key_of(input.id, APPROVAL)
        return await answer(info, ApprovalPayload, lambda viewer: deciding.withdraw(viewer, key, input.version))

    @strawberry.mutation(description="Decide about up to 100 requests; what hinders one of them stops no other.")
    async def decide_approvals(self, info: strawberry.Info, input: DecideApprovalsInput) -> DecideApprovalsPayload:
        if len(input.approvals) > MOST_AT_ONCE:
            raise BadRequest("page_size", largest=MOST_AT_ONCE, given=len(input.approvals))
        wanted = [(key_of(one.id, APPROVAL), one.version) for one in input.approvals]
        viewer = await info.context.require_viewer()
        decide = deciding.approve if input.decision is ApprovalDecision.APPROVE else deciding.reject
        results: list[DecisionResult] = []
        for key, version in wanted:
            decided = decide(viewer, key, version, input.comment)
            results.append(await _result(viewer, key, decided))
        return DecideApprovalsPayload(results=results)

    @strawberry.mutation(description="Leave your decisions to somebody while you are away.")
    async def delegate(self, info: strawberry.Info, input: DelegateInput) -> DelegationPayload:
        key = key_of(input.delegate_id, USER)
        return await _delegated(info, lambda viewer: delegations.delegate(viewer, key, input.begins_at, input.until))

    @strawberry.mutation(description="End at once that somebody decides in your place, or you in his.")
    async def end_delegation(self, info: strawberry.Info, input: EndDelegationInput) -> DelegationPayload:
        key = ids.key_of(DELEGATION, input.id)
        return await _delegated(info, lambda viewer: delegations.end(viewer, key))


async def _result(viewer: Viewer, key: UUID, decided: Awaitable[UUID]) -> DecisionResult:
    code = message = None
    try:
        await decided
    except Refusal as refused:
        code, message = refused.code, messages.refusal(refused, viewer.locale)
    except UserErrors as refused:
        first = refused.errors[0]
        code, message = first.code.value, messages.sentence(first.code, viewer.locale, first.params)
    record = to_global(APPROVAL.prefix, key)
    return DecisionResult(id=record, done=code is None, code=code, message=message, approval=record)  # type: ignore[arg-type]


async def _delegated(info: Any, work: Callable[[Viewer], Awaitable[UUID]]) -> DelegationPayload:
    viewer = await info.context.require_viewer()
    try:
        key = await work(viewer)
    except UserErrors as refused:
        return DelegationPayload(delegation_id=None, user_errors=user_errors(refused, info.context.locale))
    return DelegationPayload(delegation_id=to_global(DELEGATION, key), user_errors=[])  # type: ignore[arg-type]


_ME = Slot((" me",))
"""Beside the variables of the request: no GraphQL name has a blank in it."""
_BOXES: dict[ApprovalBox | None, Condition] = {
    ApprovalBox.INBOX: All((Compare("state", "eq", ApprovalState.PENDING), Compare("awaits_you", "eq", True))),
    ApprovalBox.OUTBOX: Related("requester", "is", Compare("id", "eq", _ME)),
    None: All(()),
}


def _box(viewer: Viewer, given: dict[str, Any]) -> tuple[Condition, dict[str, Any]]:
    return _BOXES[given.get("box")], {" me": to_global(USER.prefix, viewer.id)}


RESOLVERS: dict[str, Resolver] = {
    "Query.approvals": narrowed_list_resolver(_box),
    "Query.approval": resolve_record,
    "DecisionResult.approval": resolve_payload_record("approval"),
}
