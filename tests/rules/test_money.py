from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.errors import ErrorCode
from service.rules import money
from tests.rules.refusals import refused


@given(st.decimals(0, money.LARGEST, places=2))
def test_d7_an_amount_keeps_its_value(amount: Decimal) -> None:
    assert money.amount(amount) == amount


@pytest.mark.parametrize("amount", ["-0.01", "10000000000000000"])
def test_d7_an_amount_is_neither_negative_nor_beyond_the_column(amount: str) -> None:
    refused(ErrorCode.OUT_OF_RANGE, money.amount, Decimal(amount))


def test_d7_an_amount_has_two_places() -> None:
    assert refused(ErrorCode.TOO_MANY_PLACES, money.amount, Decimal("1.005")) == {"maximum": 2}
    assert money.amount(Decimal("1.500")) == Decimal("1.50")
    assert str(money.amount(Decimal("1E+3"))) == "1000.00"


def test_d7_a_currency_has_three_letters() -> None:
    assert money.currency(" usd ") == "USD"
    assert refused(ErrorCode.CURRENCY_UNKNOWN, money.currency, "RMB") == {"currency": "RMB"}


def test_d7_a_coordinate_lies_on_the_globe() -> None:
    assert money.degrees(Decimal("30.27408712"), 90) == Decimal("30.274087")
    assert refused(ErrorCode.OUT_OF_RANGE, money.degrees, Decimal("90.1"), 90) == {"minimum": -90, "maximum": 90}
