"""ID numbers and bank accounts: encrypted, shown one at a time with a reason, found by the whole value (D44, D60)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.boundary import audit, vault
from service.boundary.access.record import Access, access_to, accesses
from service.boundary.work import operation
from service.core.enums import DataClass, ProtectedField, Role
from service.core.errors import ErrorCode, FieldForbidden, Forbidden, RateLimited
from service.core.fields import CUSTOMER
from service.core.settings import settings
from service.core.text import camel
from service.core.viewer import Viewer
from service.operations import edits, reasons
from service.operations.faults import Faults
from service.rules import identity, masks
from storage.queries import approvals
from storage.queries import protected as queries

COLUMNS = tuple(field.column for field in ProtectedField)
DIGESTS = tuple(f"{name}_digest" for name in COLUMNS)
REVEAL, FIND, ERASE = "customer.reveal", "customer.find_protected", "customer.erase_protected"
_RULES = {ProtectedField.ID_NUMBER: identity.id_number, ProtectedField.BANK_ACCOUNT: identity.bank_account}

Secrets = dict[str, str | None]
"""By column, what is to be kept, or None for what is to be forgotten."""


def taken(values: dict[str, Any], faults: Faults) -> Secrets:
    """Take the values themselves out of checked columns, and leave what may stand in the open: how each is shown, and a
    digest by which it is found."""
    secrets: Secrets = {name: values[name] for name in COLUMNS if name in values}
    for name, value in secrets.items():
        if value is not None and not vault.is_configured():
            faults.add(ErrorCode.ENCRYPTION_OFF, name)
            continue
        values[name] = masks.last_four(value)
        values[f"{name}_digest"] = None if value is None else vault.digest(name, value)
        if name == ProtectedField.ID_NUMBER.column and value is not None:
            values["id_number_last_four"] = value[-4:]
    return secrets


def changes(changed: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Each protected field that changes, with digests before and after: two values may be shown alike."""
    return {name: changed[f"{name}_digest"] for name in COLUMNS if f"{name}_digest" in changed}


async def keep(customer_id: UUID, secrets: Secrets) -> None:
    """Seal what was taken, for a customer that is written in this transaction."""
    for name, value in secrets.items():
        sealed = None if value is None else await vault.seal(customer_id, name, value)
        await queries.keep(customer_id, name, sealed)


def admit_reveal(access: Access) -> None:
    """FULL on IDENTITY means that values may be revealed, one at a time (D42)."""
    if DataClass.IDENTITY not in access.full:
        raise FieldForbidden(field=f"{CUSTOMER.name}.{camel(COLUMNS[0])}")


@operation(REVEAL, on=CUSTOMER.name, repeatable=False)
async def reveal(viewer: Viewer, customer_id: UUID, field: ProtectedField, reason: str) -> str:
    """One value in full. It is logged who was shown what, when and why, or it is not shown (D44, SEC-F3)."""
    access = await access_to(viewer, customer_id, lock=False)
    admit_reveal(access)
    faults = Faults()
    words = reasons.checked(reason, faults, required=True)
    sealed = await queries.sealed(customer_id, field.column) if vault.is_configured() else None
    if sealed is None:
        faults.add(ErrorCode.NOTHING_KEPT, "field")
    faults.settle()
    assert sealed is not None
    await _count(viewer)
    await audit.record(
        viewer, REVEAL, subject=(CUSTOMER.name, customer_id), customer_id=customer_id, reason=words,
        changes={field.column: (None, "revealed")},
    )  # fmt: skip
    return await vault.open(customer_id, field.column, sealed)


@operation(FIND, repeatable=False)
async def find(viewer: Viewer, field: ProtectedField, value: str, reason: str) -> list[UUID]:
    """The customers with this whole value, of those whose value the viewer might have revealed. Counts as one."""
    faults = Faults()
    words = reasons.checked(reason, faults, required=True)
    wanted = faults.tried(("value",), _RULES[field], value)
    if not vault.is_configured():
        faults.add(ErrorCode.ENCRYPTION_OFF, "value")
    faults.settle()
    assert wanted is not None
    await _count(viewer)
    same = await queries.with_digest(field.column, vault.digest(field.column, wanted))
    found = await accesses(viewer, same)
    shown = [key for key, access in found.items() if DataClass.IDENTITY in access.full]
    about = {"field": (None, field.value), "found": (None, len(shown))}
    await audit.record(viewer, FIND, reason=words, changes=about)
    return shown


async def _count(viewer: Viewer) -> None:
    """RATE_LIMITED for who has been shown, or has looked for, as many values in the last hour as are allowed."""
    most = settings().reveals_per_hour
    seconds = await queries.wait_for(viewer.id, (REVEAL, FIND), most)
    if seconds is not None:
        raise RateLimited(seconds)


def admit_erasure(viewer: Viewer) -> None:
    """Administrators only: what is erased is gone from every backup."""
    if Role.ADMIN not in viewer.roles:
        raise Forbidden


@operation(ERASE, on=CUSTOMER.name)
async def erase(viewer: Viewer, customer_id: UUID, version: int, reason: str) -> UUID:
    """Erase the protected values of a customer for good: here, and in every copy of the database (D61)."""
    access = await access_to(viewer, customer_id)
    admit_erasure(viewer)
    customer = edits.locked(access)
    await edits.require_version(CUSTOMER, customer, version, {})
    faults = Faults()
    words = reasons.checked(reason, faults, required=True)
    if not vault.is_configured():
        faults.add(ErrorCode.ENCRYPTION_OFF, "id")
    faults.settle()
    # First the key: should this transaction not end well, it is called again. The reverse would leave the key.
    await vault.destroy(customer_id)
    for name in COLUMNS:
        await queries.keep(customer_id, name, None)
    await approvals.forget_sealed_of(customer_id)
    cleared = dict.fromkeys((*COLUMNS, *DIGESTS, "id_number_last_four"))
    await edits.save(
        viewer, ERASE, CUSTOMER, customer, cleared, customer_id=customer_id, reason=words, hidden=(*COLUMNS, *DIGESTS),
        beside={"erased": (None, True)},
    )  # fmt: skip
    return customer_id
