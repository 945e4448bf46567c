"""A customer of every sort with one record of every type, and what one types to try each mutation on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from service.core import clock
from service.core.enums import CustomerKind, CustomerState, Role, TaskState
from service.core.fields import ENTITIES
from service.core.ids import new_id
from storage.models import (
    Branch,
    Consent,
    Customer,
    CustomerRelation,
    Department,
    EditPermission,
    FollowUp,
    Procedure,
    Reminder,
    User,
)
from tests.builders import contacts, customers, follow_ups, people
from tests.builders.access import make_grant
from tests.builders.approvals import make_approval
from tests.builders.attachments import make_attachment

PLACES = ("owner", "collaborator", "manager", "same department", "nobody", "permitted", "leaver's manager")
OBSTACLES = {
    "CONSENT_WITHDRAWN", "NOT_A_DRAFT", "NOT_IN_EFFECT", "NEED_CLOSED", "TASK_CLOSED", "LAST_FOLLOW_UP", "LAST_CONTACT",
}  # fmt: skip
OBSTACLES |= {"APPROVAL_ENDED", "NOT_IN_FORCE"}


@dataclass
class World:
    """Somebody, and customers to which he is what the place says."""

    person: User
    rows: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])

    def add(self, name: str, row: Any) -> Any:
        self.rows.setdefault(name, []).append(row)
        return row

    def ids(self) -> list[str]:
        return [f"{ENTITIES[name].prefix}_{row.id}" for name, found in self.rows.items() for row in found]


async def make(role: Role, place: str) -> World:
    department = await people.make_department()
    boss = await people.make_user(Role.SALES_MANAGER)
    owner = await people.make_user(Role.SALES, department=department)
    person = await people.make_user(role, department=department if place in ("owner", "same department") else None)
    manager = person if place in ("manager", "leaver's manager") else boss
    await Department.filter(id=department.id).update(manager_id=manager.id)
    world = World(person)
    for kind, state in (
        (CustomerKind.ENTERPRISE, CustomerState.ACTIVE),
        (CustomerKind.INDIVIDUAL, CustomerState.ACTIVE),
        (CustomerKind.ENTERPRISE, CustomerState.DRAFT),
        (CustomerKind.ENTERPRISE, CustomerState.ARCHIVED),
    ):
        values: dict[str, Any] = {"name": "陈晓东"} if kind is CustomerKind.INDIVIDUAL else {}
        customer = await customers.make_customer(
            person if place == "owner" else owner, kind=kind, state=state, notes="重要", address="文三路18号",
            city="杭州市", website="https://acme.example", **values,
        )  # fmt: skip
        world.add("Customer", customer)
        await _related(customer, person, place)
        await _children(world, customer, person, owner)
    first, second = world.rows["Customer"][:2]
    ends = {"from_customer": first, "to_customer": second}
    world.add("CustomerRelation", await CustomerRelation.create(**ends, kind="SUPPLIER"))
    if place == "leaver's manager":
        await User.filter(id=owner.id).update(disabled_at=clock.now())
    return world


async def _related(customer: Customer, person: User, place: str) -> None:
    if place == "collaborator":
        await customers.make_collaborator(customer, person)
    if place == "permitted":
        await EditPermission.create(customer=customer, user=person, granted_by_id=customer.owner_id)


async def _consents(world: World, customer: Customer, owner: User) -> None:
    for at in (None, clock.now()):
        state = "GIVEN" if at is None else "WITHDRAWN"
        agreed = {"purpose": "MARKETING", "state": state, "withdrawn_at": at, "given_on": "2026-03-05"}
        world.add("Consent", await Consent.create(customer=customer, recorded_by=owner, **agreed))


async def _children(world: World, customer: Customer, person: User, owner: User) -> None:
    world.add("Contact", await contacts.make_contact(customer, is_primary=True, wechat="wangwei88"))
    if customer.kind == CustomerKind.INDIVIDUAL:  # the enterprise has but one
        world.add("Contact", await contacts.make_contact(customer, name="李强"))
    world.add("FollowUp", await follow_ups.make_follow_up(customer, owner))
    if customer.kind == CustomerKind.INDIVIDUAL:
        mine = world.add("FollowUp", await follow_ups.make_follow_up(customer, person))
        old = world.add("FollowUp", await follow_ups.make_follow_up(customer, person))
        assert mine.id != old.id
        await FollowUp.filter(id=old.id).update(created_at=clock.now() - timedelta(hours=30))
    for state in ("OPEN", "MET"):
        world.add("Need", await follow_ups.make_need(customer, state=state, current_need="换机"))
    for assignee, state in ((person, TaskState.OPEN), (owner, TaskState.OPEN), (owner, TaskState.DONE)):
        task = world.add("Task", await follow_ups.make_task(customer, assignee, state=state))
        world.add("Reminder", await Reminder.create(task=task, recipient=assignee, due_at=task.due_at))
    await _consents(world, customer, owner)
    world.add("Branch", await Branch.create(customer=customer, name="东站店"))
    world.add("Procedure", await Procedure.create(customer=customer, kind="ORDERING", text="微信下单"))
    for uploader, values in (
        (person, {"kind": "OTHER"}),
        (owner, {"kind": "CONTRACT"}),
        (person, {"kind": "MINUTES", "contact": world.rows["Contact"][-1]}),
    ):
        world.add("Attachment", await make_attachment(customer, uploader, **values))
    if customer.state != CustomerState.DRAFT:
        for requester in (person, owner):
            world.add("Approval", await make_approval(customer, requester))
        over = {"state": "WITHDRAWN", "decided_at": clock.now()}
        world.add("Approval", await make_approval(customer, owner, **over))
        # About no customer: what he is to this one is to show by itself.
        world.add("AccessGrant", await make_grant(person, department_id=customer.department_id))
        world.add("AccessGrant", await make_grant(await people.make_user(), department_id=customer.department_id))
        world.add("AccessGrant", await make_grant(person, ended_at=clock.now(), end_reason="结束"))
    world.add("StageMove", await follow_ups.make_stage_move(customer, owner, reason="电话"))


_USER = f"usr_{new_id()}"
"""Nobody."""
_CONTACT = f"con_{new_id()}"
_CUSTOMER = f"cus_{new_id()}"
_ABOUT = {"Customer": "customerId"}
_LONG = "长" * 999
WRONG: dict[str, dict[str, Any]] = {
    "updateCustomer": {"website": "x"},
    "submitCustomer": {"evidence": "LICENCE"},
    "deleteCustomerDraft": {},
    "changeCustomerOwner": {"ownerId": _USER, "reason": "调岗"},
    "addCollaborator": {"userId": _USER},
    "removeCollaborator": {"userId": _USER},
    "grantEditPermission": {"userId": _USER},
    "withdrawEditPermission": {"userId": _USER},
    "moveCustomerStage": {"to": "LEAD"},
    "revealField": {"field": "ID_NUMBER", "reason": ""},
    "eraseProtectedValues": {"reason": ""},
    "addTags": {"systemTags": ["没有这个"]},
    "removeTags": {"tagIds": []},
    "createContact": {"name": "先生"},
    "createNeed": {"kinds": ["NOTHING"]},
    "recordFollowUp": {},
    "createTask": {},
    "reportInformationChange": {"text": ""},
    "updateContact": {"isPrimary": False},
    "removeContact": {"newPrimaryId": _CONTACT},
    "correctFollowUp": {"occurredAt": "2199-01-01T00:00:00Z"},
    "removeFollowUp": {"reason": ""},
    "updateNeed": {"expectedPurchase": "DATE"},
    "closeNeed": {"to": "DROPPED"},
    "updateTask": {"title": _LONG},
    "reassignTask": {"assigneeId": _USER},
    "completeTask": {},
    "cancelTask": {"reason": _LONG},
    "dismissReminder": {},
    "createBranch": {"name": ""},
    "recordConsent": {"purpose": "MARKETING", "givenOn": "2999-01-01"},
    "createAttachmentUpload": {
        "kind": "OTHER",
        "fileName": "a.exe",
        "contentType": "text/html",
        "size": 0,
        "sha256": "",
    },
    "renewAttachmentUpload": {},
    "completeAttachmentUpload": {},
    "updateAttachment": {"displayName": _LONG},
    "removeAttachment": {},
    "setPaymentTerms": {"terms": [{"kind": "PREPAID", "share": "50"}]},
    "createProcedure": {"kind": "ORDERING", "text": ""},
    "addCustomerRelation": {"toCustomerId": _CUSTOMER, "kind": "PARTNER"},
    "updateBranch": {"name": ""},
    "withdrawConsent": {},
    "removeBranch": {},
    "updateProcedure": {"text": ""},
    "removeProcedure": {},
    "removeCustomerRelation": {},
    "approve": {"comment": _LONG},
    "reject": {"comment": ""},
    "withdraw": {},
    "withdrawAccess": {"reason": _LONG},
}
"""Inputs that fail, or change nothing, where the mutation is allowed."""
RIGHT: dict[str, dict[str, Any]] = {"removeContact": {}, "removeFollowUp": {"reason": "重复"}, "updateNeed": {}}
"""Inputs that are right, where the others would be refused for another reason first."""
