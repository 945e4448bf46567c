"""What becomes of a request that was approved, or was not: one effect for each kind (D34)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from service.core.enums import ApprovalKind
from service.core.viewer import Viewer
from service.operations import access_grants, hand_over
from service.operations.customers import entry, review
from storage.models import Approval


async def _nothing(_viewer: Viewer | None, _approval: Approval) -> None:
    """Nothing was held up that would have to be let go."""


@dataclass(frozen=True)
class Effect:
    """Both are called with who decides, in the transaction of the decision, while the customer is locked.

    `approved` raises Conflict where the record changed meanwhile in what is to change, and UserErrors where it cannot
    take effect any more. `ended` lets go of what was held up: who decided is None where the clock did.
    """

    approved: Callable[[Viewer, Approval], Awaitable[None]]
    ended: Callable[[Viewer | None, Approval], Awaitable[None]] = _nothing


EFFECTS: Mapping[ApprovalKind, Effect] = {
    ApprovalKind.CUSTOMER_ENTRY: Effect(entry.approved, entry.given_back),
    ApprovalKind.CUSTOMER_CHANGE: Effect(review.approved),
    ApprovalKind.HAND_OVER: Effect(hand_over.approved),
    **dict.fromkeys(
        (ApprovalKind.DATA_ACCESS, ApprovalKind.SHARING), Effect(access_grants.approved, access_grants.not_granted)
    ),
}
