"""Who is responsible for a customer, and who works on it too (D3, D12)."""

from __future__ import annotations

from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, access_to, editable
from service.boundary.work import operation
from service.core.errors import ErrorCode, Forbidden
from service.core.fields import CUSTOMER
from service.core.viewer import Viewer
from service.operations import edits, reasons
from service.operations.faults import Faults
from service.rules import editing
from storage.models import Collaborator, User
from storage.queries import people


async def staff(user_id: UUID, path: str, faults: Faults) -> User | None:
    """A member of staff who can be given work. He stays so, and in his department, until the transaction ends."""
    await people.held(user_id)
    user = await User.get_or_none(id=user_id)
    if user is None:
        faults.add(ErrorCode.NOT_FOUND, path)
    elif user.disabled_at is not None:
        faults.add(ErrorCode.USER_DISABLED, path)
    return user


def admit_change(viewer: Viewer, access: Access) -> None:
    """Only a manager or the administrator changes the owner (D3)."""
    if not editing.may_change_owner(viewer.roles, access.relations):
        raise Forbidden


@operation("customer.change_owner", on=CUSTOMER.name)
async def change_owner(viewer: Viewer, customer_id: UUID, version: int, owner_id: UUID, reason: str) -> UUID:
    """Give a customer in effect to another member of staff; its department goes with him."""
    access = await access_to(viewer, customer_id)
    admit_change(viewer, access)
    customer = edits.locked(access)
    await edits.require_version(CUSTOMER, customer, version, {"owner_id": owner_id})
    faults = Faults()
    faults.tried(("id",), editing.check_in_effect, access.state)
    words = reasons.checked(reason, faults, required=True)
    owner = await staff(owner_id, "owner_id", faults)
    faults.settle()
    assert owner is not None
    values = {"owner_id": owner.id, "department_id": owner.department_id, "updated_by_id": viewer.id}
    await edits.save(
        viewer,
        "customer.change_owner",
        CUSTOMER,
        customer,
        values,
        customer_id=customer_id,
        reason=words,
        hidden=("updated_by_id",),
    )
    return customer_id


async def _answerable(viewer: Viewer, customer_id: UUID) -> None:
    admit_letting_in(viewer, await editable(viewer, customer_id))


def admit_letting_in(viewer: Viewer, access: Access) -> None:
    """An edit permission is not enough to let others in, least of all oneself: it gives no visibility (D3)."""
    if not editing.may_edit(viewer.roles, access.relations):
        raise Forbidden


@operation("customer.add_collaborator", on=CUSTOMER.name)
async def add_collaborator(viewer: Viewer, customer_id: UUID, user_id: UUID) -> UUID:
    """Let a member of staff work on the customer too: he then sees what its owner sees."""
    await _answerable(viewer, customer_id)
    faults = Faults()
    user = await staff(user_id, "user_id", faults)
    if await Collaborator.exists(customer_id=customer_id, user_id=user_id):
        faults.add(ErrorCode.ALREADY_EXISTS, "user_id")
    faults.settle()
    assert user is not None
    await Collaborator.create(customer_id=customer_id, user_id=user.id)
    await audit.record(
        viewer,
        "customer.add_collaborator",
        subject=(CUSTOMER.name, customer_id),
        customer_id=customer_id,
        changes={"collaborator": (None, str(user_id))},
    )
    return customer_id


@operation("customer.remove_collaborator", on=CUSTOMER.name)
async def remove_collaborator(viewer: Viewer, customer_id: UUID, user_id: UUID) -> UUID:
    """End that. From then on he sees what his remaining relations show."""
    await _answerable(viewer, customer_id)
    removed = await Collaborator.filter(customer_id=customer_id, user_id=user_id).delete()
    faults = Faults()
    if not removed:
        faults.add(ErrorCode.NOT_FOUND, "user_id")
    faults.settle()
    await audit.record(
        viewer,
        "customer.remove_collaborator",
        subject=(CUSTOMER.name, customer_id),
        customer_id=customer_id,
        changes={"collaborator": (str(user_id), None)},
    )
    return customer_id
