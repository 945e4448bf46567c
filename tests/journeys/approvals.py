"""Requests for approval, as people make and decide them in journeys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.core.enums import ApprovalKind, Role
from storage.models import ApprovalFlow, Customer, Department, User
from tests.api import Client
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn

SHOWN = """approval {
    id kind state rule reason comment awaitsYou version changedFields subjectType subjectId
    requester { id } decidedBy { id } inPlaceOf { id } customer { id state number name }
    fields { field before after isMasked }
}"""
CUSTOMER = f"customer {{ id state version number name notes uscc bankAccount creditRating }} waitingFields {SHOWN}"
LIST = "query($box: ApprovalBox, $where: ApprovalWhere) { approvals(box: $box, where: $where, first: 50) { nodes %s } }"


@dataclass
class House:
    """A department with its flows on: who enters, who decides, and who stands above."""

    department: Department
    seller: Client
    boss: Client
    chief: Client
    people: dict[str, User]


async def house(sign_in: SignIn, *kinds: ApprovalKind) -> House:
    """A new department below a head office, in which requests of these kinds are made."""
    office = await people.make_department("总部")
    department = await people.make_department("审批部", parent_id=office.id)
    made = {
        "seller": await people.make_user(Role.SALES, department=department),
        "boss": await people.make_user(Role.SALES_MANAGER, department=department),
        "chief": await people.make_user(Role.EXECUTIVE, department=office),
    }
    await Department.filter(id=department.id).update(manager_id=made["boss"].id)
    await Department.filter(id=office.id).update(manager_id=made["chief"].id)
    for kind in kinds:
        company = await ApprovalFlow.get(kind=kind.value, department_id=None)
        await ApprovalFlow.create(kind=kind.value, department_id=department.id, is_on=True, rules=company.rules)
    clients = {name: await sign_in(person) for name, person in made.items()}
    return House(department, clients["seller"], clients["boss"], clients["chief"], made)


async def change(client: Client, customer: Any, **values: Any) -> dict[str, Any]:
    """Change fields of a customer, with everything that core information asks for."""
    version = (await Customer.get(id=customer)).version
    given = {"id": f"cus_{customer}", "version": version, "reason": "客户来函", **drafts.confirmed(), **values}
    return await client.change("updateCustomer", given, CUSTOMER)


async def decide(client: Client, mutation: str, approval: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Approve, reject or withdraw a request as it was read."""
    wanted = {"id": approval["id"], "version": approval["version"], **given}
    return await client.change(mutation, wanted, SHOWN)


async def listed(client: Client, box: str | None = None, **where: Any) -> list[dict[str, Any]]:
    """The requests that exist for somebody."""
    selection = SHOWN.removeprefix("approval ")
    return (await client.data(LIST % selection, box=box, where=where or None))["approvals"]["nodes"]


async def one(client: Client, approval_id: str) -> dict[str, Any] | None:
    """A request as somebody is shown it."""
    selection = SHOWN.removeprefix("approval ")
    return (await client.data(f"query($id: ID!) {{ approval(id: $id) {selection} }}", id=approval_id))["approval"]
