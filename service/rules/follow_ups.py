"""Follow-ups: their time, whether they are late, the next plan, who may correct them (D20 to D23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.core.enums import FollowUpMode
from service.core.errors import ErrorCode, Invalid

CLOCK_SKEW = timedelta(minutes=5)
RECORDING_PERIOD = timedelta(hours=24)
CORRECTION_PERIOD = timedelta(hours=24)


def check_time(time: datetime, now: datetime) -> None:
    """Raise TIME_IN_FUTURE(now) for a communication more than 5 minutes ahead (D21). Both times bear a zone."""
    if time > now + CLOCK_SKEW:
        raise Invalid(ErrorCode.TIME_IN_FUTURE, now=now.isoformat(timespec="seconds"))


def is_late(time: datetime, duration: timedelta | None, recorded_at: datetime) -> bool:
    """Whether it was recorded after time + duration + 24 hours (D21); the last instant is still in time."""
    return recorded_at > time + (duration or timedelta()) + RECORDING_PERIOD


@dataclass(frozen=True)
class NextPlan:
    """What comes next: time, mode and goal, or a reason why nothing does (D20)."""

    time: datetime | None = None
    mode: FollowUpMode | None = None
    goal: str | None = None
    none_reason: str | None = None


def check_next_plan(plan: NextPlan, followed_up_at: datetime) -> None:
    """A whole plan or "none" with its reason (D20).

    Raises NEXT_PLAN_REQUIRED(missing), `missing` being of "time", "mode", "goal"; NEXT_PLAN_CONTRADICTS for a plan
    together with a reason for none; TIME_IN_PAST(after) for a plan that is not after the follow-up itself.
    """
    given = {"time": plan.time, "mode": plan.mode, "goal": (plan.goal or "").strip() or None}
    missing = [part for part, value in given.items() if value is None]
    if (plan.none_reason or "").strip():
        if len(missing) < len(given):
            raise Invalid(ErrorCode.NEXT_PLAN_CONTRADICTS)
        return
    if missing:
        raise Invalid(ErrorCode.NEXT_PLAN_REQUIRED, missing=missing)
    if plan.time is not None and plan.time <= followed_up_at:
        raise Invalid(ErrorCode.TIME_IN_PAST, after=followed_up_at.isoformat(timespec="seconds"))


def may_correct(*, recorded_at: datetime, now: datetime, is_author: bool, is_manager: bool) -> bool:
    """Whether a follow-up may be corrected: by its author for 24 hours, by a manager always (D23)."""
    return is_manager or (is_author and now <= recorded_at + CORRECTION_PERIOD)


def check_removal(*, others: int) -> None:
    """Raise LAST_FOLLOW_UP where no other one would be left: submission requires a communication (D31)."""
    if not others:
        raise Invalid(ErrorCode.LAST_FOLLOW_UP)
