"""When a customer pays: which terms go together (D15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from service.core.enums import PaymentTermKind
from service.core.errors import ErrorCode, FieldError, Invalid
from service.rules import money

MOST = 10
WHOLE = Decimal(100)
_PLACES = 2
PARAMETERS: dict[PaymentTermKind, str] = {
    PaymentTermKind.MONTHLY_CASH: "day_of_month",
    PaymentTermKind.AFTER_MONTH_END: "days",
    PaymentTermKind.AFTER_INVOICE: "days",
    PaymentTermKind.AFTER_DELIVERY: "days",
    PaymentTermKind.STANDING_AMOUNT: "amount",
}
"""What a kind needs to be said; the other kinds need nothing, and none takes more."""
_LARGEST = {"days": 365, "day_of_month": 31}


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term, as it was typed."""

    kind: PaymentTermKind
    share: Decimal
    days: int | None = None
    day_of_month: int | None = None
    amount: Decimal | None = None
    currency: str = "CNY"


def faults(terms: Sequence[Term]) -> list[FieldError]:
    """Everything that is wrong with the terms of one customer, by the place of each: `terms.0.days`.

    None at all is right: nothing was agreed.
    """
    if len(terms) > MOST:
        return [FieldError(ErrorCode.TOO_MANY, ("terms",), {"maximum": MOST, "given": len(terms)})]
    found = [fault for place, term in enumerate(terms) for fault in _of_one(term, place)]
    total = sum((term.share for term in terms), Decimal(0))
    if terms and total != WHOLE and not any(fault.field[-1] == "share" for fault in found):
        found.append(FieldError(ErrorCode.SHARES_NOT_WHOLE, ("terms",), {"total": f"{total:f}"}))
    return found


def _of_one(term: Term, place: int) -> list[FieldError]:
    found: list[FieldError] = []

    def add(code: ErrorCode, name: str, **params: object) -> None:
        found.append(FieldError(code, ("terms", str(place), name), params))

    try:
        _check_share(term.share)
    except Invalid as fault:
        add(fault.code, "share", **fault.params)
    for name in ("days", "day_of_month", "amount"):
        value, wanted = getattr(term, name), PARAMETERS.get(term.kind) == name
        if value is None and wanted:
            add(ErrorCode.REQUIRED, name)
        elif value is not None and not wanted:
            add(ErrorCode.SUPERFLUOUS_FOR_TERM, name)
        elif value is not None and name in _LARGEST and not 1 <= value <= _LARGEST[name]:
            add(ErrorCode.OUT_OF_RANGE, name, minimum=1, maximum=_LARGEST[name])
        elif value is not None and name == "amount":
            found += _of_amount(term, place)
    return found


def _check_share(share: Decimal) -> None:
    if not 0 < share <= WHOLE:
        raise Invalid(ErrorCode.OUT_OF_RANGE, minimum=0, maximum=100)
    exponent = share.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_PLACES:
        raise Invalid(ErrorCode.TOO_MANY_PLACES, maximum=_PLACES)


def _of_amount(term: Term, place: int) -> list[FieldError]:
    try:
        money.amount(term.amount or Decimal(0))
        money.currency(term.currency)
    except Invalid as fault:
        return [FieldError(fault.code, ("terms", str(place), "amount"), fault.params)]
    return []
