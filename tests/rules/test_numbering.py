from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules import numbering

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
SERIALS = st.integers(1, 10**6)
FORMATS = st.sampled_from(
    [numbering.DEFAULT_FORMAT, "CRM{day:%Y%m%d}-{serial:03d}", "{serial}{day:%y%m%d}", "K{day:%Y.%j}{serial:d}"]
)


def test_d6_a_number_is_c_and_date_and_serial_of_the_day() -> None:
    assert numbering.number(date(2024, 5, 21), 1) == "C202405210001"


def test_d6_a_number_widens_past_9999_a_day() -> None:
    assert numbering.number(date(2024, 5, 21), 9999) == "C202405219999"
    assert numbering.number(date(2024, 5, 21), 10000) == "C2024052110000"


@given(FORMATS, DAYS, SERIALS, DAYS, SERIALS)
def test_d6_two_customers_never_have_one_number(
    number_format: str, day: date, serial: int, other: date, n: int
) -> None:
    same = numbering.number(day, serial, number_format) == numbering.number(other, n, number_format)
    assert same == ((day, serial) == (other, n))


@given(FORMATS)
def test_d6_a_sound_format_is_a_setting(number_format: str) -> None:
    assert numbering.check_format(number_format) == number_format


@pytest.mark.parametrize(
    ("number_format", "why"),
    [
        ("C{serial:04d}", "once each"),
        ("C{day:%Y%m%d}", "once each"),
        ("C{day:%Y%m%d}{day:%Y}{serial}", "once each"),
        ("C{day:%Y%m%d}{serial}{}", "once each"),
        ("C{day.__class__:%Y}{serial}", "once each"),
        ("C{day:%Y%m%d", "cannot be read"),
        ("C{day}{serial}", "a day that cannot be used"),
        ("C{day:%B}{serial}", "a day that cannot be used"),
        ("C{day!r:%Y%m%d}{serial}", "a day that cannot be used"),
        ("C{day:%Y%m%d}{serial:>{day}}", "a serial that cannot be used"),
        ("C{day:%Y%m%d}{serial:,}", "a serial that cannot be used"),
        ("客{day:%Y%m%d}{serial}", "letters, digits"),
        ("C {day:%Y%m%d}{serial}", "letters, digits"),
        ("C{day:%Y%m}{serial:04d}", "two days alike"),
        ("C{day:%j}{serial:04d}", "two days alike"),
        ("CUSTOMER-NUMBER-{day:%Y%m%d}{serial:04d}", "more than 32"),
    ],
)
def test_d6_a_format_that_cannot_work_stops_the_start_with_a_sentence(number_format: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        numbering.check_format(number_format)


def test_d6_serials_start_at_1() -> None:
    with pytest.raises(ValueError, match="starts at 1"):
        numbering.number(date(2024, 5, 21), 0)


def test_d6_the_business_day_is_that_of_the_company_zone() -> None:
    assert numbering.business_date(datetime(2024, 5, 20, 15, 59, 59, tzinfo=UTC), SHANGHAI) == date(2024, 5, 20)
    assert numbering.business_date(datetime(2024, 5, 20, 16, 0, tzinfo=UTC), SHANGHAI) == date(2024, 5, 21)


def test_d6_a_time_without_zone_has_no_business_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        numbering.business_date(datetime(2024, 5, 20), SHANGHAI)  # noqa: DTZ001
