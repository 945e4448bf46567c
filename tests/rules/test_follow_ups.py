from datetime import UTC, datetime, timedelta

import pytest

from service.core.enums import FollowUpMode
from service.core.errors import ErrorCode
from service.rules import follow_ups
from service.rules.follow_ups import NextPlan
from tests.rules.refusals import refused

NOW = datetime(2024, 5, 21, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(days=3)


def test_d21_five_minutes_of_clock_skew_are_allowed() -> None:
    follow_ups.check_time(NOW + timedelta(minutes=5), NOW)
    params = refused(ErrorCode.TIME_IN_FUTURE, follow_ups.check_time, NOW + timedelta(minutes=5) + SECOND, NOW)
    assert params == {"now": "2024-05-21T08:00:00+00:00"}


@pytest.mark.parametrize("duration", [None, timedelta(), timedelta(hours=2)])
def test_d21_late_is_after_time_and_duration_and_24_hours(duration: timedelta | None) -> None:
    due = NOW + (duration or timedelta()) + timedelta(hours=24)
    assert not follow_ups.is_late(NOW, duration, due)
    assert follow_ups.is_late(NOW, duration, due + SECOND)


def test_d20_a_plan_has_time_mode_and_goal() -> None:
    follow_ups.check_next_plan(NextPlan(LATER, FollowUpMode.VISIT, "看样品"), NOW)


def test_d20_none_with_a_reason_is_a_plan() -> None:
    follow_ups.check_next_plan(NextPlan(none_reason="客户已成交"), NOW)


@pytest.mark.parametrize(
    ("plan", "missing"),
    [
        (NextPlan(), ["time", "mode", "goal"]),
        (NextPlan(none_reason=" "), ["time", "mode", "goal"]),
        (NextPlan(time=LATER, goal=" "), ["mode", "goal"]),
        (NextPlan(mode=FollowUpMode.PHONE, goal="报价"), ["time"]),
    ],
)
def test_d20_what_a_plan_lacks_is_named(plan: NextPlan, missing: list[str]) -> None:
    assert refused(ErrorCode.NEXT_PLAN_REQUIRED, follow_ups.check_next_plan, plan, NOW) == {"missing": missing}


def test_d20_a_plan_and_a_reason_for_none_contradict_each_other() -> None:
    refused(ErrorCode.NEXT_PLAN_CONTRADICTS, follow_ups.check_next_plan, NextPlan(goal="报价", none_reason="无"), NOW)


def test_d20_the_next_time_is_after_the_follow_up() -> None:
    plan = NextPlan(NOW, FollowUpMode.PHONE, "报价")
    assert refused(ErrorCode.TIME_IN_PAST, follow_ups.check_next_plan, plan, NOW) == {
        "after": "2024-05-21T08:00:00+00:00"
    }


@pytest.mark.parametrize(
    ("after", "is_author", "is_manager", "may"),
    [
        (timedelta(hours=24), True, False, True),
        (timedelta(hours=24) + SECOND, True, False, False),
        (timedelta(hours=24) + SECOND, True, True, True),
        (timedelta(), False, False, False),
        (timedelta(days=400), False, True, True),
    ],
)
def test_d23_the_author_corrects_within_24_hours_a_manager_always(
    after: timedelta, is_author: bool, is_manager: bool, may: bool
) -> None:
    found = follow_ups.may_correct(recorded_at=NOW, now=NOW + after, is_author=is_author, is_manager=is_manager)
    assert found is may
