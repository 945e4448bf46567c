from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.enums import ExpectedPurchase
from service.core.errors import ErrorCode
from service.rules import needs
from tests.rules.refusals import refused


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_d18_a_quarter_ends_on_the_last_day_of_its_third_month(day: date) -> None:
    end = needs.quarter_end(day)
    assert day <= end
    assert (end.year, (end.month - 1) // 3) == (day.year, (day.month - 1) // 3)
    assert (end.month, end.day) in {(3, 31), (6, 30), (9, 30), (12, 31)}


def test_d18_a_day_is_kept_and_of_a_quarter_its_last_one() -> None:
    day = date(2026, 2, 3)
    assert needs.expected_on(ExpectedPurchase.DATE, day) == day
    assert needs.expected_on(ExpectedPurchase.QUARTER, day) == date(2026, 3, 31)
    assert needs.expected_on(ExpectedPurchase.URGENT, None) is None
    assert needs.expected_on(None, None) is None


@pytest.mark.parametrize(
    ("kind", "day"),
    [(ExpectedPurchase.DATE, None), (ExpectedPurchase.QUARTER, None), (ExpectedPurchase.URGENT, date(2026, 2, 3))],
)
def test_d18_kind_and_day_go_together(kind: ExpectedPurchase, day: date | None) -> None:
    refused(ErrorCode.PURCHASE_TIME_INCOMPLETE, needs.expected_on, kind, day)
