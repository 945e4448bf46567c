"""When a customer pays: all terms set anew together (D15)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.boundary.access.record import Access, editable
from service.boundary.work import operation
from service.core.errors import Conflict
from service.core.fields import CUSTOMER, PAYMENT_TERM
from service.core.viewer import Viewer
from service.operations import edits
from service.operations.faults import Faults
from service.rules import money
from service.rules import payment_terms as rules
from service.rules.payment_terms import Term
from storage.models import Customer, PaymentTerm
from storage.queries import versions

_LOGGED = "payment_terms"
_COLUMNS = ("kind", "share", "days", "day_of_month", "amount", "amount_currency")


def _typed(term: Term) -> dict[str, Any]:
    """A term by its columns, as it was typed."""
    currency = None if term.amount is None else term.currency
    return {
        **{name: getattr(term, name) for name in _COLUMNS[:-1]},
        "kind": term.kind.value,
        "amount_currency": currency,
    }


def _stored(term: Term) -> dict[str, Any]:
    """The same in the form in which it is kept, of a term that was found right."""
    row = _typed(term) | {"share": term.share.quantize(money.CENT)}
    if term.amount is not None:
        row |= {"amount": money.amount(term.amount), "amount_currency": money.currency(term.currency)}
    return row


def _shown(columns: dict[str, Any]) -> dict[str, Any]:
    """A term as the log and a conflict hold it: what is set, decimals as text."""
    exact = {n: str(v) if n in ("share", "amount") else v for n, v in columns.items() if v is not None}
    if "amount" in exact:
        exact["amount"] = {"amount": exact["amount"], "currency": exact.pop("amount_currency")}
    return {"dayOfMonth" if name == "day_of_month" else name: value for name, value in exact.items()}


async def _require_version(
    access: Access, version: int, present: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> None:
    """CONFLICT with the terms that were read, those that are there and those wanted.

    Without them for the author of a draft who is not shown terms in full.
    """
    if access.version == version:
        return
    base = (await versions.at_version(access.customer_id, version, [_LOGGED])).get(_LOGGED, present)
    conflict = {"field": "terms", "base": base, "current": present, "wanted": wanted}
    shown = access.shown_whole(PAYMENT_TERM, {"kind": conflict})
    raise Conflict(conflicts=list(shown.values()), current_version=access.version)


def admit(access: Access) -> None:
    """What setting terms takes besides: to see them in full."""
    access.require_full(PAYMENT_TERM, ("kind",))


@operation("customer.set_payment_terms", on=CUSTOMER.name)
async def set_terms(viewer: Viewer, customer_id: UUID, version: int, terms: list[Term]) -> UUID:
    """Put these terms in the place of all that there are. None: nothing is agreed any more."""
    access = await editable(viewer, customer_id, PAYMENT_TERM)
    admit(access)
    known = await PaymentTerm.filter(customer_id=customer_id).order_by("position")
    present = [_shown({name: getattr(term, name) for name in _COLUMNS}) for term in known]
    customer = await Customer.get(id=customer_id)
    await _require_version(access, version, present, [_shown(_typed(term)) for term in terms])
    faults = Faults()
    faults.extend(rules.faults(terms))
    faults.settle()
    rows = [_stored(term) for term in terms]
    wanted = [_shown(row) for row in rows]
    if present == wanted:
        return customer_id
    await PaymentTerm.filter(customer_id=customer_id).delete()
    for place, row in enumerate(rows, 1):
        await PaymentTerm.create(customer_id=customer_id, position=place, **row)
    await edits.save(
        viewer, "customer.set_payment_terms", CUSTOMER, customer, {"updated_by_id": viewer.id},
        customer_id=customer_id, hidden=("updated_by_id",), beside={_LOGGED: (present, wanted)},
    )  # fmt: skip
    return customer_id
