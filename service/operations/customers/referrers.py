"""Who referred a customer (D9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service.boundary.access.record import is_in_effect_for
from service.core.enums import SourceChannel
from service.core.errors import ErrorCode
from service.core.viewer import Viewer
from service.operations.faults import Faults
from storage.models import User

FIELDS = ("referrer_user_id", "referrer_customer_id")


async def check(viewer: Viewer, values: Mapping[str, Any], faults: Faults, *, customer_id: UUID | None) -> None:
    """The referrer that an input names must be there, and be another one than the customer itself."""
    user, customer = values.get("referrer_user_id"), values.get("referrer_customer_id")
    if user is not None and not await User.exists(id=user):
        faults.add(ErrorCode.NOT_FOUND, "referrer_user_id")
    if customer is None:
        return
    if customer == customer_id:
        faults.add(ErrorCode.SAME_CUSTOMER, "referrer_customer_id")
    elif not await is_in_effect_for(viewer, customer):
        faults.add(ErrorCode.NOT_FOUND, "referrer_customer_id")


def require(whole: Mapping[str, Any], faults: Faults) -> None:
    """A referral names the referrer, and nothing else does. `whole` is the record as it would be."""
    named = [name for name in FIELDS if whole.get(name) is not None]
    if whole.get("source") == SourceChannel.REFERRAL and not named:
        faults.add(ErrorCode.REFERRER_REQUIRED, "referrer_user_id")
    if whole.get("source") != SourceChannel.REFERRAL and named:
        faults.add(ErrorCode.REFERRER_ONLY_FOR_REFERRALS, named[0])
