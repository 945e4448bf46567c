"""Edit permissions: given to a person for a customer, and withdrawn (D3)."""

from __future__ import annotations

from uuid import UUID

from service.boundary import audit
from service.boundary.access.record import Access, access_to
from service.boundary.work import operation
from service.core.enums import CustomerState, Role
from service.core.errors import ErrorCode, Forbidden
from service.core.fields import CUSTOMER
from service.core.viewer import Viewer
from service.operations.customers.ownership import staff
from service.operations.faults import Faults
from service.rules import editing
from storage.models import EditPermission


def admit(viewer: Viewer, access: Access) -> None:
    """The owner, and who may change him; while the customer can be edited at all."""
    if not editing.may_permit(viewer.roles, access.relations):
        raise Forbidden
    if access.state not in (CustomerState.DRAFT, CustomerState.ACTIVE):
        raise Forbidden("read_only_state")


@operation("customer.grant_edit_permission", on=CUSTOMER.name)
async def grant(viewer: Viewer, customer_id: UUID, user_id: UUID) -> UUID:
    """Let a member of staff edit the fields of a customer that he sees in full. It shows him nothing more."""
    admit(viewer, await access_to(viewer, customer_id))
    faults = Faults()
    user = await staff(user_id, "user_id", faults)
    if user is not None and not editing.may_be_permitted({Role(role) for role in user.roles}):
        faults.add(ErrorCode.NEVER_EDITS, "user_id")
    if await EditPermission.exists(customer_id=customer_id, user_id=user_id):
        faults.add(ErrorCode.ALREADY_EXISTS, "user_id")
    faults.settle()
    await EditPermission.create(customer_id=customer_id, user_id=user_id, granted_by_id=viewer.id)
    await _record(viewer, "customer.grant_edit_permission", customer_id, (None, str(user_id)))
    return customer_id


@operation("customer.withdraw_edit_permission", on=CUSTOMER.name)
async def withdraw(viewer: Viewer, customer_id: UUID, user_id: UUID) -> UUID:
    """End that, from the next request on."""
    admit(viewer, await access_to(viewer, customer_id))
    faults = Faults()
    if not await EditPermission.filter(customer_id=customer_id, user_id=user_id).delete():
        faults.add(ErrorCode.NOT_FOUND, "user_id")
    faults.settle()
    await _record(viewer, "customer.withdraw_edit_permission", customer_id, (str(user_id), None))
    return customer_id


async def _record(viewer: Viewer, action: str, customer_id: UUID, change: tuple[str | None, str | None]) -> None:
    await audit.record(
        viewer, action, subject=(CUSTOMER.name, customer_id), customer_id=customer_id, changes={"editor": change}
    )
