"""Requests that nobody decides: who may is reminded, and after their time they end (D34)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from service.core import clock
from service.core.enums import ApprovalKind, ApprovalState, CustomerState, Decider, Role
from service.core.fields import CUSTOMER
from service.core.settings import settings
from service.operations.approvals import due
from storage.models import Approval, Customer, Delegation, Department, Event, User
from storage.queries import approvals as queries
from tests.builders.customers import make_customer
from tests.builders.people import make_department, make_user

pytestmark = pytest.mark.usefixtures("database")


async def _waiting(owner: User, rule: Decider = Decider.DEPARTMENT_HEAD, **values: object) -> Approval:
    customer = await make_customer(owner, state=CustomerState.PENDING)
    defaults = {
        "kind": ApprovalKind.CUSTOMER_ENTRY.value, "customer_id": customer.id, "requester_id": owner.id,
        "subject_type": CUSTOMER.name, "subject_id": customer.id, "rule": rule.value,
        "expires_at": clock.now() + timedelta(days=1),
    }  # fmt: skip
    return await Approval.create(**{**defaults, **values})


async def _told(approval: Approval) -> set[UUID]:
    return {e.key for e in await Event.filter(topic="APPROVAL", record_id=approval.id)}


async def test_d34_a_request_that_nobody_decided_in_time_ends_and_the_draft_comes_back() -> None:
    owner = await make_user(Role.SALES, department=await make_department())
    over = await _waiting(owner, expires_at=clock.now() - timedelta(seconds=1))
    fresh = await _waiting(owner)
    assert await due.due() == 1
    await over.refresh_from_db()
    await fresh.refresh_from_db()
    assert (over.state, fresh.state) == (ApprovalState.EXPIRED, ApprovalState.PENDING)
    assert over.decided_at is not None
    assert (await Customer.get(id=over.customer_id)).state == CustomerState.DRAFT
    assert await _told(over) == {owner.id}
    assert await due.due() == 0  # two clocks do no harm


async def test_d34_who_may_decide_is_reminded_again_and_again() -> None:
    department = await make_department()
    boss = await make_user(Role.SALES_MANAGER, department=department)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    request = await _waiting(await make_user(Role.SALES, department=department))
    assert await due.due() == 0
    days = timedelta(days=settings().approval_reminder_days)
    await Approval.filter(id=request.id).update(created_at=clock.now() - days)
    assert await due.due() == 1
    assert await _told(request) == {boss.id}
    assert await due.due() == 0
    await Approval.filter(id=request.id).update(reminded_at=clock.now() - days)
    assert await due.due() == 1


async def test_d34_the_nearest_who_may_decide_hears_of_it() -> None:
    top = await make_department("总部")
    middle = await make_department("中层", parent_id=top.id)
    team = await make_department("小组", parent_id=middle.id)
    chief, owner = await make_user(Role.EXECUTIVE), await make_user(Role.SALES, department=team)
    await Department.filter(id=top.id).update(manager_id=chief.id)
    request = await _waiting(owner)
    assert await queries.tell_deciders(request.id) == [chief.id]
    head = await make_user(Role.SALES_MANAGER)
    await Department.filter(id=middle.id).update(manager_id=head.id)
    assert await queries.tell_deciders(request.id) == [head.id]
    # Nobody decides on his own request: the next one up.
    await Department.filter(id=team.id).update(manager_id=owner.id)
    assert await queries.tell_deciders(request.id) == [head.id]
    deputy = await make_user(Role.SERVICE)
    now = clock.now()
    await Delegation.create(
        user_id=head.id, delegate_id=deputy.id, begins_at=now - timedelta(hours=1), until=now + timedelta(hours=1)
    )
    assert set(await queries.tell_deciders(request.id)) == {head.id, deputy.id}
    await User.filter(id__in=[head.id, chief.id]).update(disabled_at=now)
    assert await queries.tell_deciders(request.id) == []
    admin = await make_user(Role.ADMIN)
    assert await queries.tell_deciders(request.id) == [admin.id]


@pytest.mark.parametrize(
    ("rule", "roles"),
    [
        (Decider.SUPERVISOR, {Role.SALES_MANAGER, Role.SERVICE_MANAGER}),
        (Decider.HR_OR_MANAGER, {Role.HR}),
        (Decider.DATA_STEWARD, {Role.DATA_STEWARD}),
        (Decider.DEPARTMENT_HEAD, set()),
    ],
)
async def test_d34_each_rule_finds_its_people(rule: Decider, roles: set[Role]) -> None:
    department = await make_department()
    people = {(await make_user(role, department=department)).id: role for role in Role if role is not Role.ADMIN}
    request = await _waiting(await make_user(Role.SALES, department=department), rule)
    assert {people[key] for key in await queries.tell_deciders(request.id)} == roles
