from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.enums import PaymentTermKind
from service.core.errors import ErrorCode
from service.rules import payment_terms
from service.rules.payment_terms import PARAMETERS, Term

VALUES = {"days": 30, "day_of_month": 15, "amount": Decimal(1000)}


def term(kind: PaymentTermKind, share: Decimal) -> Term:
    wanted = PARAMETERS.get(kind)
    return Term(kind=kind, share=share, **({wanted: VALUES[wanted]} if wanted else {}))


def codes(*terms: Term) -> list[tuple[ErrorCode, str]]:
    return [(fault.code, ".".join(fault.field)) for fault in payment_terms.faults(terms)]


@st.composite
def splits(draw: st.DrawFn) -> list[Decimal]:
    """100 percent in up to nine parts of whole hundredths."""
    cuts = draw(st.lists(st.integers(1, 9_999), max_size=8, unique=True))
    edges = [0, *sorted(cuts), 10_000]
    return [Decimal(right - left).scaleb(-2) for left, right in pairwise(edges)]


@given(splits(), st.data())
def test_d15_shares_that_are_100_together_are_accepted_however_they_are_split(
    shares: list[Decimal], data: st.DataObject
) -> None:
    kinds = data.draw(st.lists(st.sampled_from(PaymentTermKind), min_size=len(shares), max_size=len(shares)))
    assert codes(*(term(kind, share) for kind, share in zip(kinds, shares, strict=True))) == []


@given(splits(), st.integers(1, 10_000))
def test_d15_a_hundredth_more_or_less_is_refused(shares: list[Decimal], more: int) -> None:
    whole = [term(PaymentTermKind.PREPAID, share) for share in shares]
    wrong = [(ErrorCode.SHARES_NOT_WHOLE, "terms")]
    assert codes(*whole, term(PaymentTermKind.ON_DELIVERY, Decimal(more).scaleb(-2))) == wrong
    assert codes(*whole[1:]) == (wrong if whole[1:] else [])


@pytest.mark.parametrize("kind", PaymentTermKind)
def test_d15_each_kind_takes_its_own_value_and_no_other(kind: PaymentTermKind) -> None:
    wanted = PARAMETERS.get(kind)
    bare = [(ErrorCode.REQUIRED, f"terms.0.{wanted}")] if wanted else []
    assert codes(Term(kind=kind, share=Decimal(100))) == bare
    whole = Term(kind=kind, share=Decimal(100), days=30, day_of_month=15, amount=Decimal(1000))
    assert codes(whole) == [(ErrorCode.SUPERFLUOUS_FOR_TERM, f"terms.0.{name}") for name in VALUES if name != wanted]


@pytest.mark.parametrize("share", ["0", "-1", "100.01", "1e30"])
def test_d15_a_share_lies_between_nothing_and_everything(share: str) -> None:
    assert codes(term(PaymentTermKind.PREPAID, Decimal(share))) == [(ErrorCode.OUT_OF_RANGE, "terms.0.share")]


def test_d15_a_share_has_two_places() -> None:
    thirds = [term(PaymentTermKind.PREPAID, Decimal(share)) for share in ("33.333", "33.333", "33.334")]
    assert {code for code, _ in codes(*thirds)} == {ErrorCode.TOO_MANY_PLACES}


def test_d15_a_wrong_amount_or_currency_is_named_at_the_amount() -> None:
    for amount, currency, code in (
        (Decimal("-1"), "CNY", ErrorCode.OUT_OF_RANGE),
        (Decimal("0.001"), "CNY", ErrorCode.TOO_MANY_PLACES),
        (Decimal(1), "RMB", ErrorCode.CURRENCY_UNKNOWN),
    ):
        standing = Term(kind=PaymentTermKind.STANDING_AMOUNT, share=Decimal(100), amount=amount, currency=currency)
        assert codes(standing) == [(code, "terms.0.amount")]


def test_d15_there_are_ten_terms_at_most_and_there_may_be_none() -> None:
    assert codes() == []
    assert codes(*[term(PaymentTermKind.PREPAID, Decimal(10))] * 10) == []
    assert codes(*[term(PaymentTermKind.PREPAID, Decimal(9))] * 11) == [(ErrorCode.TOO_MANY, "terms")]
