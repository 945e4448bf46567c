"""Requests that nobody decides: who may is reminded, and after their time they end (D34)."""

from __future__ import annotations

from datetime import timedelta

from service.boundary.jobs import scheduled
from service.core.enums import ApprovalKind, ApprovalState
from service.core.settings import settings
from service.operations.approvals.effects import EFFECTS
from service.operations.approvals.requesting import end
from storage.models import Approval
from storage.queries import approvals as queries
from storage.queries import rows

AT_ONCE = 100


@scheduled("approval.due")
async def due() -> int:
    """End what is over, and remind of what has waited long; how many requests that was."""
    ended = 0
    for key in await queries.expired(AT_ONCE):
        customer_id = await queries.customer_of(key)
        if customer_id is not None:
            await queries.lock_customer(customer_id)
        condition = "id = $1 and state = 'PENDING' and expires_at <= now() for no key update"
        for approval in await rows.where(Approval, condition, key):
            await end(None, approval, ApprovalState.EXPIRED, "approval.expire")
            await EFFECTS[ApprovalKind(approval.kind)].ended(None, approval)
            ended += 1
    silent = await queries.silent(timedelta(days=settings().approval_reminder_days), AT_ONCE)
    for key in silent:
        await queries.tell_deciders(key)
    return ended + len(silent)
