"""Entering a customer: drafts, and changes of what is there (D5–D14, D30)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, access_to, editable
from service.boundary.catalogue import KNOWN
from service.boundary.work import operation
from service.core import clock
from service.core.enums import Channel, CustomerKind, CustomerState, Relation, Role
from service.core.errors import FieldError, Forbidden
from service.core.fields import CUSTOMER
from service.core.fields.spec import FieldSpec
from service.core.viewer import Viewer
from service.operations import contact_fields, contacts, edits, needs, reasons, tags
from service.operations.customers import (
    assessment,
    custom_values,
    fields,
    ownership,
    protected,
    referrers,
    requirements,
    review,
)
from service.operations.customers.custom_values import Given
from service.operations.faults import Faults
from service.operations.reasons import Confirmation
from service.rules import editing
from storage.models import Customer
from storage.queries import rows

_UNLOGGED = (*fields.DERIVED, *protected.COLUMNS, *protected.DIGESTS)
"""Columns that follow from others, or of which the log says more."""


@dataclass(frozen=True)
class Draft:
    """What a draft is made of. Every part may be incomplete (D13)."""

    kind: CustomerKind
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    contacts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    need: dict[str, Any] | None = None
    system_tags: list[str] = field(default_factory=list[str])
    custom_tags: list[str] = field(default_factory=list[str])
    entered_at: datetime | None = None
    """When it was entered in another system; the channel IMPORT alone may say so."""
    owner_id: UUID | None = None
    """Whose customer it is and who entered it in another system; the channel IMPORT alone may say so.

    A draft belongs to its author (D30), so the two are one; who imports stands in the change log.
    """
    custom: list[Given] = field(default_factory=list[Given])
    """Of fields that administrators defined."""


@dataclass(frozen=True)
class Saved:
    """A customer that was saved, and what is worth a warning."""

    customer_id: UUID
    warnings: list[FieldError]
    approval_id: UUID | None = None
    """The request for what waits for approval."""
    waiting: tuple[str, ...] = ()
    """The fields that wait for it, where the others took effect."""


def moment(viewer: Viewer, given: datetime | None) -> datetime:
    """The time of an entry: now, or for an import the time that the data say."""
    if given is None:
        return clock.now()
    if viewer.channel is not Channel.IMPORT:
        raise Forbidden("import_only")
    return given


def admit(viewer: Viewer) -> None:
    """Who enters customers (D3)."""
    if not editing.may_enter(viewer.roles):
        raise Forbidden


@operation("customer.draft")
async def create(viewer: Viewer, draft: Draft) -> Saved:
    """Save a draft of one's own. It has no number, and nobody but the author and his managers sees it (D30)."""
    admit(viewer)
    faults, catalogue = Faults(), await KNOWN.current()
    values = fields.checked(draft.values, draft.kind, faults, catalogue)
    secrets = protected.taken(values, faults)
    definitions = await custom_values.held(draft.custom)
    custom = custom_values.checked(draft.custom, draft.kind, faults, (definitions, catalogue), {})
    await referrers.check(viewer, values, faults, customer_id=None)
    people = [
        contact_fields.checked(given, faults, path=("contacts", str(place)))
        for place, given in enumerate(draft.contacts)
    ]
    contacts.check_one_primary(draft.contacts, faults)
    need = needs.checked(draft.need, faults, catalogue, path=("need",)) if draft.need else None
    chosen = await tags.checked(draft.system_tags, draft.custom_tags, faults)
    owner_id, department_id = await _owner(viewer, draft.owner_id, faults)
    faults.settle()
    entered = moment(viewer, draft.entered_at)
    customer_id = await rows.insert(
        Customer,
        {
            **values, **assessment.made(viewer.id, values), "kind": draft.kind, "custom": custom,
            "state": CustomerState.DRAFT, "owner_id": owner_id, "department_id": department_id,
            "created_by_id": owner_id, "updated_by_id": viewer.id, "created_at": entered, "updated_at": entered,
        },
    )  # fmt: skip
    await audit.record(
        viewer,
        "customer.draft",
        subject=(CUSTOMER.name, customer_id),
        customer_id=customer_id,
        changes={
            **{n: (None, v) for n, v in values.items() if v is not None and n not in _UNLOGGED},
            **protected.changes({name: (None, values[name]) for name in protected.DIGESTS if values.get(name)}),
            **custom_values.differences({}, custom),
        },
    )
    await protected.keep(customer_id, secrets)
    await contacts.add_all(viewer, customer_id, people, at=entered)
    if need:
        await needs.add(viewer, customer_id, need)
    await tags.put(viewer, customer_id, chosen)
    return Saved(customer_id, faults.warnings)


async def _owner(viewer: Viewer, owner_id: UUID | None, faults: Faults) -> tuple[UUID, UUID | None]:
    """Who is to own the draft, with his department."""
    if owner_id is None:
        return viewer.id, viewer.department_id
    if viewer.channel is not Channel.IMPORT:
        raise Forbidden
    owner = await ownership.staff(owner_id, "owner_id", faults)
    return owner_id, owner and owner.department_id


def require_fields(access: Access, given: Iterable[str | FieldSpec]) -> None:
    """FULL on what is set. Who referred a customer is seen by whoever sees the customer."""
    access.require_full(CUSTOMER, given)


@operation("customer.update", on=CUSTOMER.name)
async def update(
    viewer: Viewer,
    customer_id: UUID,
    version: int,
    given: dict[str, Any],
    *,
    custom: Sequence[Given] = (),
    reason: str | None = None,
    confirmation: Confirmation | None = None,
) -> Saved:
    """Change fields of a customer; what submission requires stays (D31).

    Core information wants a reason, and who at the customer confirmed the change and when (D33). High-risk information
    waits for approval, the rest takes effect (D32).
    """
    access = await editable(viewer, customer_id)
    definitions = await custom_values.held(custom)
    require_fields(access, [*given, *(definition.spec for definition in definitions.values())])
    customer = edits.locked(access)
    wanted = access.shown_whole(CUSTOMER, given) | custom_values.shown_whole(access, custom, definitions)
    await edits.require_version(CUSTOMER, customer, version, wanted)
    faults, catalogue = Faults(), await KNOWN.current()
    present = {name: getattr(customer, name) for name in (*CUSTOMER.columns, *referrers.FIELDS)}
    values = fields.checked(given, access.kind, faults, catalogue, present=present)
    secrets = protected.taken(values, faults)
    if custom:
        known = (definitions, catalogue)
        values["custom"] = custom_values.checked(custom, access.kind, faults, known, customer.custom)
    changed = edits.differences(customer, values)
    numbers = protected.changes(changed)
    await referrers.check(viewer, {n: v for n, (_, v) in changed.items()}, faults, customer_id=customer_id)
    active = access.state is CustomerState.ACTIVE
    named = (*changed, *numbers)
    is_core = active and any(CUSTOMER.by_name[name].core for name in named if name in CUSTOMER.by_name)
    words = reasons.checked(reason, faults, required=is_core)
    confirmed = reasons.confirmed(confirmation, faults, required=is_core)
    if active:
        await requirements.check(customer, faults, changes=values)
        if not changed.keys().isdisjoint(("source", *referrers.FIELDS)):
            referrers.require({**present, **values}, faults)
        if "uscc" in changed:
            await requirements.check_uscc_is_free(customer, values["uscc"], faults)
    faults.settle()
    held = await review.hold_back(
        viewer, customer, (CUSTOMER, customer_id), changed, catalogue, secrets=secrets, reason=words,
        confirmed=confirmed,
    )  # fmt: skip
    values = {name: value for name, value in values.items() if name not in held.columns}
    changed = {name: pair for name, pair in changed.items() if name not in held.columns}
    numbers = protected.changes(changed)
    values |= {"updated_by_id": viewer.id, **assessment.made(viewer.id, changed)}
    if changed:
        await protected.keep(customer_id, {name: secrets[name] for name in numbers})
        hidden = (*_UNLOGGED, "updated_by_id", "custom")
        each = custom_values.differences(customer.custom, values.get("custom", customer.custom))
        await edits.save(
            viewer, "customer.update", CUSTOMER, customer, values,
            customer_id=customer_id, reason=words, hidden=hidden, beside={**each, **numbers, **(confirmed or {})},
        )  # fmt: skip
    return Saved(customer_id, faults.warnings, held.approval_id, held.fields)


@operation("customer.delete_draft", on=CUSTOMER.name)
async def delete(viewer: Viewer, customer_id: UUID) -> UUID:
    """Delete a draft. Only its author and the administrator may (D61), and for a leaver his manager (D4)."""
    access = await access_to(viewer, customer_id)
    owner_left = await Customer.filter(id=customer_id, owner__disabled_at__not_isnull=True).exists()
    faults = Faults()
    faults.tried(("id",), admit_deletion, viewer, access, owner_left=owner_left)
    faults.settle()
    await Customer.filter(id=customer_id).delete()
    await audit.record(viewer, "customer.delete_draft", subject=(CUSTOMER.name, customer_id), customer_id=customer_id)
    return customer_id


def admit_deletion(viewer: Viewer, access: Access, *, owner_left: bool) -> None:
    """Raise NOT_A_DRAFT, and Forbidden for everybody but those who may delete a draft."""
    editing.check_draft(access.state)
    manages = Relation.MANAGER in access.relations and editing.may_edit(viewer.roles, access.relations)
    acts_for_author = Role.ADMIN in viewer.roles or (manages and owner_left)
    if Relation.OWNER not in access.relations and not acts_for_author:
        raise Forbidden
