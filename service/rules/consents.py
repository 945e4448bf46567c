"""What a consent must be like (D46)."""

from __future__ import annotations

from datetime import date

from service.core.enums import ConsentPurpose, ConsentState
from service.core.errors import ErrorCode, Invalid

TAKE_EVIDENCE = frozenset({ConsentPurpose.SHARING, ConsentPurpose.CROSS_BORDER})
"""What a customer has to agree to in writing."""


def check_day(given_on: date, today: date) -> None:
    """Raise TIME_IN_FUTURE(now) for a day that is yet to come."""
    if given_on > today:
        raise Invalid(ErrorCode.TIME_IN_FUTURE, now=today.isoformat())


def check_given(state: ConsentState) -> None:
    """Raise CONSENT_WITHDRAWN where there is nothing to take back any more."""
    if state is ConsentState.WITHDRAWN:
        raise Invalid(ErrorCode.CONSENT_WITHDRAWN)
