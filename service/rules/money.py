"""Amounts of money and other decimal numbers (D7, D15)."""

from __future__ import annotations

from decimal import Decimal

from service.core.errors import ErrorCode, Invalid

CURRENCIES = frozenset((
    "AED", "AUD", "BDT", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EGP", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS",
    "INR", "JPY", "KES", "KHR", "KRW", "KZT", "LAK", "MMK", "MNT", "MOP", "MXN", "MYR", "NGN", "NOK", "NPR", "NZD",
    "PHP", "PKR", "PLN", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "UZS", "VND", "ZAR",
))  # fmt: skip
LARGEST = Decimal("9999999999999999.99")
_PLACES = 2
CENT = Decimal("0.01")
_DEGREES = Decimal("0.000001")


def amount(value: Decimal) -> Decimal:
    """An amount that is not negative, with at most two places. Raises OUT_OF_RANGE and TOO_MANY_PLACES(maximum)."""
    if not 0 <= value <= LARGEST:
        raise Invalid(ErrorCode.OUT_OF_RANGE, minimum=0, maximum=str(LARGEST))
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_PLACES:
        raise Invalid(ErrorCode.TOO_MANY_PLACES, maximum=_PLACES)
    return value.quantize(CENT)


def currency(value: str) -> str:
    """A currency by its three letters. Raises CURRENCY_UNKNOWN(currency)."""
    code = value.strip().upper()
    if code not in CURRENCIES:
        raise Invalid(ErrorCode.CURRENCY_UNKNOWN, currency=value[:10])
    return code


def degrees(value: Decimal, largest: int) -> Decimal:
    """A coordinate between -largest and largest, rounded to six places: about ten centimetres. Raises OUT_OF_RANGE."""
    if not -largest <= value <= largest:
        raise Invalid(ErrorCode.OUT_OF_RANGE, minimum=-largest, maximum=largest)
    return value.quantize(_DEGREES)
