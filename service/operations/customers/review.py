"""High-risk information of customers and their needs (D32): a change of it waits until somebody else has agreed.

What waits is held back from a change whose other fields take effect. Fields say themselves that they are reviewed
(`FieldSpec.reviewed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from service.boundary import audit, vault
from service.boundary.catalogue import Catalogue
from service.core.enums import ApprovalKind, CustomerState, NeedState
from service.core.errors import Conflict, ErrorCode, ValuesErased
from service.core.fields import CUSTOMER, ENTITIES
from service.core.fields.spec import EntitySpec
from service.core.viewer import Viewer
from service.operations import edits
from service.operations.approvals import flows, requesting
from service.operations.customers import assessment, requirements
from service.operations.customers.protected import COLUMNS, DIGESTS, Secrets
from service.operations.faults import Faults
from storage.models import Approval, Customer, Need
from storage.models.base import Versioned
from storage.queries import approvals as queries
from storage.queries import protected, rows

Pairs = Mapping[str, tuple[Any, Any]]
"""Before and after of each column."""

_WITH: Mapping[str, tuple[str, ...]] = {
    "name": ("name_key", "name_sort"),
    "uscc": ("no_uscc_reason",),
    "id_number": ("id_number_digest", "id_number_last_four"),
    "bank_account": ("bank_account_digest",),
}
"""Columns that change with a field, and wait with it."""
BUDGET = "budget_band"
DERIVED = ("name_key", "name_sort", *COLUMNS, *DIGESTS)
"""Columns that the log does not name: they follow from others, or it says more of them."""


@dataclass(frozen=True)
class Held:
    """What was held back of a change; nothing where there is no request."""

    approval_id: UUID | None = None
    fields: tuple[str, ...] = ()
    columns: frozenset[str] = field(default_factory=frozenset[str])


def reviewed(spec: EntitySpec, changed: Pairs, catalogue: Catalogue) -> tuple[str, ...]:
    """The fields of a change that are high-risk. A budget is where it is, or was, in the top band."""
    names = [f.name for f in spec.fields if f.reviewed and (f.name in changed or f"{f.name}_digest" in changed)]
    top = top_band(catalogue)
    return tuple(name for name in names if name != BUDGET or top in changed[BUDGET])


def top_band(catalogue: Catalogue) -> str | None:
    """The band of the largest budgets, as administrators have ordered them."""
    bands = catalogue.offered.get("BudgetBand", ())
    return bands[-1] if bands else None


async def is_risky(customer: Customer, catalogue: Catalogue) -> bool:
    """Whether a new customer holds what not every customer must have and is high-risk.

    Name, code and needs are asked of every submission (D13): if they counted, the switch of D31 would mean nothing.
    """
    if customer.bank_account is not None or customer.credit_rating is not None:
        return True
    top = top_band(catalogue)
    return await Need.filter(customer_id=customer.id, state=NeedState.OPEN.value, budget_band=top).exists()


def named(customer: Customer) -> dict[str, Any]:
    """What is high-risk of a customer, as it is shown."""
    return {f.name: getattr(customer, f.name) for f in CUSTOMER.fields if f.reviewed}


async def hold_back(
    viewer: Viewer,
    customer: Customer,
    subject: tuple[EntitySpec, UUID],
    changed: Pairs,
    catalogue: Catalogue,
    *,
    secrets: Secrets | None = None,
    reason: str | None = None,
    confirmed: audit.Changes | None = None,
) -> Held:
    """Ask for what is high-risk of a change of a customer in effect, where the flow is on."""
    spec, key = subject
    fields = reviewed(spec, changed, catalogue)
    if not fields or customer.state != CustomerState.ACTIVE:
        return Held()
    rules = await flows.rules_of(viewer, ApprovalKind.CUSTOMER_CHANGE, customer.department_id)
    if not rules:
        return Held()
    columns = [name for f in fields for name in (f, *_WITH.get(f, ())) if name in changed]
    told = {name: (None, str(after)) for name, (_, after) in (confirmed or {}).items()}
    approval_id = await requesting.ask(
        viewer,
        requesting.Wanted(
            kind=ApprovalKind.CUSTOMER_CHANGE, rules=rules, customer_id=customer.id,
            department_id=customer.department_id, subject=(spec.name, key), reason=reason,
            changes={name: _shown(name, changed, customer) for name in fields},
            sealed=await _sealed(customer.id, fields, secrets or {}),
            payload={"columns": {name: list(changed[name]) for name in columns}, "told": told},
        ),
    )  # fmt: skip
    return Held(approval_id, fields, frozenset(columns))


def _shown(name: str, changed: Pairs, customer: Customer) -> tuple[Any, Any]:
    """Before and after. Two protected values may be shown alike."""
    return changed.get(name) or (getattr(customer, name), getattr(customer, name))


async def _sealed(customer_id: UUID, fields: tuple[str, ...], secrets: Secrets) -> dict[str, bytes]:
    given = {name: secrets[name] for name in fields if name in secrets}
    return {n: await vault.seal(customer_id, n, value) for n, value in given.items() if value is not None}


async def approved(viewer: Viewer, approval: Approval) -> None:
    """Put the change into effect. CONFLICT, with the three values, where one of its fields changed meanwhile."""
    faults = Faults()
    (customer,) = await rows.where(Customer, "id = $1", approval.customer_id)
    if customer.state != CustomerState.ACTIVE:
        faults.add(ErrorCode.NOT_IN_EFFECT, "id")
    faults.settle()
    spec = ENTITIES[str(approval.subject_type)]
    record: Versioned = customer if spec is CUSTOMER else await rows.get(Need, _key(approval))
    columns: dict[str, list[Any]] = approval.payload["columns"]
    _require_fresh(spec, record, columns)
    wanted = {name: after for name, (_, after) in columns.items()}
    if spec is CUSTOMER:
        await requirements.check(customer, faults, changes=wanted)
        if "uscc" in wanted:
            await requirements.check_uscc_is_free(customer, wanted["uscc"], faults)
        wanted |= {"updated_by_id": viewer.id, **assessment.made(approval.requester_id, wanted)}
    elif record.state != NeedState.OPEN:  # pyright: ignore[reportAttributeAccessIssue] - a need
        faults.add(ErrorCode.NEED_CLOSED, "id")
    faults.settle()
    for change in await queries.changes(approval.id):
        if change["field"] in COLUMNS:
            if change["sealed"] is None and wanted[change["field"]] is not None:
                raise ValuesErased
            await protected.keep(customer.id, change["field"], change["sealed"])
    numbers = {name: tuple(columns[f"{name}_digest"]) for name in COLUMNS if f"{name}_digest" in columns}
    await edits.save(
        viewer, f"{spec.name.lower()}.update", spec, record, wanted, customer_id=customer.id, reason=approval.reason,
        hidden=(*DERIVED, "updated_by_id"), beside={**numbers, **approval.payload["told"]},
    )  # fmt: skip


def _key(approval: Approval) -> UUID:
    assert approval.subject_id is not None
    return approval.subject_id


def _require_fresh(spec: EntitySpec, record: Versioned, columns: Mapping[str, list[Any]]) -> None:
    conflicts = [
        edits.conflict(spec, name.removesuffix("_digest"), base, getattr(record, name), wanted)
        for name, (base, wanted) in columns.items()
        if name not in ("name_key", "name_sort", *COLUMNS) and getattr(record, name) != base
    ]
    if conflicts:
        raise Conflict(conflicts=conflicts, current_version=record.version)
