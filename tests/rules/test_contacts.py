from calendar import monthrange

import pytest

from service.core.errors import ErrorCode
from service.rules import contacts
from tests.rules.refusals import refused


@pytest.mark.parametrize("typed", ["05-12", "5-12", "05/12", "5.12", "5月12日", " ５－１２ "])
def test_d16_a_birthday_is_month_and_day(typed: str) -> None:
    assert contacts.birthday(typed) == "05-12"


@pytest.mark.parametrize("month", range(1, 13))
def test_d16_every_day_of_a_leap_year_and_no_other_is_a_birthday(month: int) -> None:
    last = monthrange(2024, month)[1]
    assert [contacts.birthday(f"{month}-{day}") for day in range(1, last + 1)] == [
        f"{month:02d}-{day:02d}" for day in range(1, last + 1)
    ]
    refused(ErrorCode.BIRTHDAY_FORMAT, contacts.birthday, f"{month}-{last + 1}")
    refused(ErrorCode.BIRTHDAY_FORMAT, contacts.birthday, f"{month}-0")


@pytest.mark.parametrize("typed", ["13-01", "00-10", "1990-05-12", "0512", "五月"])
def test_d16_what_is_no_day_of_the_year_is_refused(typed: str) -> None:
    assert refused(ErrorCode.BIRTHDAY_FORMAT, contacts.birthday, typed) == {"example": "05-12"}


def test_d8_the_last_four_of_an_id_number_may_end_in_x() -> None:
    assert contacts.id_number_last_four(" 12３x ") == "123X"


@pytest.mark.parametrize("typed", ["123", "X123", "12345", "11010519491231002X"])
def test_d8_more_or_less_than_the_last_four_is_refused(typed: str) -> None:
    params = refused(ErrorCode.ID_NUMBER_LAST_FOUR, contacts.id_number_last_four, typed)
    assert params == {"length": len(typed)}


def test_d17_the_last_contact_stays() -> None:
    refused(ErrorCode.LAST_CONTACT, contacts.check_removal, is_primary=True, others=0, names_another_primary=False)


def test_d17_the_primary_contact_goes_only_when_another_is_named() -> None:
    refused(
        ErrorCode.PRIMARY_CONTACT_REQUIRED,
        contacts.check_removal,
        is_primary=True,
        others=1,
        names_another_primary=False,
    )
    contacts.check_removal(is_primary=True, others=1, names_another_primary=True)
    contacts.check_removal(is_primary=False, others=1, names_another_primary=False)
