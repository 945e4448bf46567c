"""What customers have agreed to, with the evidence, and that they took it back (D46)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, editable, row_exists
from service.boundary.work import operation
from service.core import clock
from service.core.enums import ConsentPurpose, ConsentState
from service.core.errors import ErrorCode, FieldError, NotFound
from service.core.fields import ATTACHMENT, CONSENT, CUSTOMER
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations import edits, sharing
from service.operations.faults import Faults
from service.rules import consents as rules
from service.rules import texts
from storage.models import Attachment, Consent

Saved = tuple[UUID, list[FieldError]]
"""The consent's key, and what is worth a warning."""

LONGEST_NAME, LONGEST_NOTE = 100, 200
_TAKEN_BACK = "客户撤回了同意"
"""Why a file that was made on the strength of a consent is erased."""


def admit(access: Access) -> None:
    """What every change of a consent takes besides: to see consents in full."""
    access.require_full(CONSENT, ("purpose",))


def require_fields(access: Access, given: Collection[str]) -> None:
    """FULL on what is set; who names a file sees files in full."""
    admit(access)
    access.require_full(CONSENT, given)
    if "evidence_id" in given:
        access.require_full(ATTACHMENT, ("display_name",))


@operation("consent.record", on=CUSTOMER.name)
async def record(viewer: Viewer, customer_id: UUID, given: dict[str, Any]) -> Saved:
    """Note what a customer has agreed to. To share its data takes a file that shows it."""
    access = await editable(viewer, customer_id, CONSENT)
    require_fields(access, given)
    faults = Faults()
    values = await _checked(access, {"evidence_id": None, **given}, faults)
    faults.settle()
    consent = await Consent.create(customer_id=customer_id, recorded_by_id=viewer.id, **values)
    logged = {name: (None, value) for name, value in values.items() if value is not None}
    await audit.record(
        viewer, "consent.record", subject=(CONSENT.name, consent.id), customer_id=customer_id,
        changes={**logged, "state": (None, ConsentState.GIVEN.value), "recorded_by_id": (None, viewer.id)},
    )  # fmt: skip
    return consent.id, faults.warnings


async def _checked(access: Access, given: dict[str, Any], faults: Faults) -> dict[str, Any]:
    purpose, values = ConsentPurpose(given["purpose"]), dict[str, Any]()
    for name, value in given.items():
        if name in ("recipient", "note") and texts.is_blank(value):
            values[name] = None
        elif name == "recipient":
            values[name] = faults.tried((name,), texts.line, value, maximum=LONGEST_NAME)
        elif name == "note":
            values[name] = faults.text((name,), value, maximum=LONGEST_NOTE)
        else:
            values[name] = getattr(value, "value", value)
    faults.tried(("given_on",), rules.check_day, values["given_on"], _today())
    evidence_id = values["evidence_id"]
    if evidence_id is None and purpose in rules.TAKE_EVIDENCE:
        faults.add(ErrorCode.REQUIRED, "evidence_id")
    elif evidence_id is not None and not await _has_file(access, evidence_id):
        faults.add(ErrorCode.NOT_FOUND, "evidence_id")
    if await Consent.exists(
        customer_id=access.customer_id, purpose=purpose.value, recipient=values.get("recipient"),
        state=ConsentState.GIVEN.value,
    ):  # fmt: skip
        faults.add(ErrorCode.ALREADY_EXISTS, "purpose")
    return values


def _today() -> date:
    return clock.now().astimezone(settings().zone).date()


async def _has_file(access: Access, attachment_id: UUID) -> bool:
    """Whether the customer has this file, and it exists for the viewer."""
    found = await Attachment.get_or_none(id=attachment_id, customer_id=access.customer_id, removed_at=None)
    return found is not None and row_exists(access, ATTACHMENT, found)


async def _find(viewer: Viewer, consent_id: UUID) -> tuple[Consent, Access]:
    """The consent with the viewer's rights; NOT_FOUND where it does not exist for him."""
    consent = await Consent.get_or_none(id=consent_id)
    if consent is None:
        raise NotFound
    access = await editable(viewer, consent.customer_id, CONSENT)
    return await Consent.get(id=consent_id), access  # read again: the customer is locked only now


@operation("consent.withdraw", on=CONSENT.name)
async def withdraw(viewer: Viewer, consent_id: UUID, version: int, given: dict[str, Any]) -> UUID:
    """Note that the customer has taken it back; it counts no longer, at once."""
    consent, access = await _find(viewer, consent_id)
    admit(access)
    access.require_full(CONSENT, given)
    await edits.require_version(CONSENT, consent, version, access.shown_whole(CONSENT, given))
    faults = Faults()
    faults.tried(("id",), rules.check_given, ConsentState(consent.state))
    values: dict[str, Any] = {"state": ConsentState.WITHDRAWN.value, "withdrawn_at": clock.now()}
    if not texts.is_blank(given.get("note")):
        values["note"] = faults.text(("note",), given["note"], maximum=LONGEST_NOTE)
    faults.settle()
    await edits.save(viewer, "consent.withdraw", CONSENT, consent, values, customer_id=consent.customer_id)
    await sharing.end_what_relies(viewer, consent.customer_id, ConsentPurpose(consent.purpose), _TAKEN_BACK)
    return consent_id
