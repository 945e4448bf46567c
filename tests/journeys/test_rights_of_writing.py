"""Who may enter, edit and hand over customers (D3), and that masks never come back (SEC-B6, SEC-B2)."""

from __future__ import annotations

from typing import Any

import pytest

from service.boundary.access.snapshot import read_viewer
from service.core.enums import CustomerKind, CustomerState, Role
from service.core.errors import Forbidden, NotFound
from service.core.viewer import Viewer
from service.operations import tags
from service.operations.customers import drafts as operations
from service.operations.customers import ownership
from storage.models import Customer, Department, User
from tests.api import Client
from tests.builders import contacts as contact_rows
from tests.builders import customers as customer_rows
from tests.builders import people
from tests.journeys import drafts
from tests.journeys.conftest import SignIn
from tests.journeys.untouched import nothing_saved

RELATIONS = ("owner", "collaborator", "manager", "manager_above", "same_department", "nobody")
NEVER = {Role.MARKETING, Role.EXECUTIVE, Role.AUDITOR, Role.HR, Role.SECURITY, Role.DATA_STEWARD}
DIRECT = {"owner", "collaborator"}
MANAGING = {"manager", "manager_above"}


async def _related(role: Role, relation: str) -> tuple[Viewer, Customer]:
    """Somebody with that role who is that to a customer in effect."""
    above = await people.make_department("销售中心")
    department = await people.make_department("销售一部", parent=above)
    owner = await people.make_user(Role.SALES, department=department)
    place = {"same_department": department, "owner": department}.get(relation)
    person = await people.make_user(role, department=place)
    customer = await customer_rows.make_customer(person if relation == "owner" else owner)
    if relation == "collaborator":
        await customer_rows.make_collaborator(customer, person)
    if relation in MANAGING:
        managed = department if relation == "manager" else above
        await Department.filter(id=managed.id).update(manager_id=person.id)
    viewer = await read_viewer(person.id)
    assert viewer is not None
    return viewer, customer


def _edits(role: Role, relation: str) -> bool:
    if role is Role.ADMIN:
        return True
    return role not in NEVER and relation in DIRECT | MANAGING


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("role", Role)
async def test_d3_who_edits_a_customer(role: Role, relation: str) -> None:
    viewer, customer = await _related(role, relation)
    if _edits(role, relation):
        await tags.add(viewer, customer.id, ["长期合作"], [])
        return
    async with nothing_saved():
        with pytest.raises(Forbidden):
            await tags.add(viewer, customer.id, ["长期合作"], [])


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("role", Role)
async def test_d3_only_a_manager_or_the_administrator_changes_the_owner(role: Role, relation: str) -> None:
    viewer, customer = await _related(role, relation)
    heir = await people.make_user(Role.SALES, department=await people.make_department("销售二部"))
    allowed = role is Role.ADMIN or (_edits(role, relation) and relation in MANAGING)
    if not allowed:
        with pytest.raises(Forbidden):
            await ownership.change_owner(viewer, customer.id, 1, heir.id, "调岗")
        return
    await ownership.change_owner(viewer, customer.id, 1, heir.id, "调岗")
    now = await Customer.get(id=customer.id)
    assert (now.owner_id, now.department_id, now.version) == (heir.id, heir.department_id, 2)


@pytest.mark.parametrize("role", Role)
async def test_d3_who_enters_customers(role: Role) -> None:
    viewer = await read_viewer((await people.make_user(role)).id)
    assert viewer is not None
    draft = operations.Draft(CustomerKind.ENTERPRISE, {"name": "杭州新程贸易有限公司"})
    if role in NEVER:
        with pytest.raises(Forbidden):
            await operations.create(viewer, draft)
    else:
        assert (await operations.create(viewer, draft)).customer_id


async def test_d3_an_edit_right_is_given_to_a_person_and_withdrawn(seller: Client, sign_in: SignIn) -> None:
    customer = await drafts.submitted(seller)
    friend = await people.make_user(Role.SALES)
    colleague = await sign_in(friend)
    document = "mutation($input: AddTagsInput!) { addTags(input: $input) { customer { id } userErrors { code } } }"
    tagging = {"customerId": customer["id"], "customTags": ["老乡"]}
    given = {"customerId": customer["id"], "userId": f"usr_{friend.id}"}
    assert (await colleague.run(document, input=tagging)).code == "FORBIDDEN"
    await seller.change("addCollaborator", given, "customer { id }")
    assert (await colleague.run(document, input=tagging)).data["addTags"]["userErrors"] == []
    again = await seller.change("addCollaborator", given, "customer { id }")
    assert [(e["code"], e["field"]) for e in again["userErrors"]] == [("ALREADY_EXISTS", ["userId"])]
    await seller.change("removeCollaborator", given, "customer { id }")
    assert (await colleague.run(document, input=tagging)).code == "FORBIDDEN"


@pytest.mark.parametrize("mutation", ["changeCustomerOwner", "addCollaborator", "recordFollowUp"])
async def test_d4_work_is_not_given_to_somebody_who_is_disabled(
    department: Department, seller: Client, sign_in: SignIn, mutation: str
) -> None:
    customer = await drafts.submitted(seller)
    boss = await people.make_user(Role.SALES_MANAGER, department=department)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    leaver = await people.make_user(Role.SALES, disabled_at=boss.created_at)
    inputs: dict[str, dict[str, Any]] = {
        "changeCustomerOwner": {
            "id": customer["id"], "version": customer["version"], "reason": "调岗", "ownerId": f"usr_{leaver.id}",
        },
        "addCollaborator": {"customerId": customer["id"], "userId": f"usr_{leaver.id}"},
        "recordFollowUp": {
            "customerId": customer["id"], **drafts.communication(content="回访", noPlanReason="无"),
            "authorId": f"usr_{leaver.id}",
        },
    }  # fmt: skip
    manager = await sign_in(boss)
    record = "followUp" if mutation == "recordFollowUp" else "customer"
    async with nothing_saved():
        payload = await manager.change(mutation, inputs[mutation], f"{record} {{ id }}")
    field = {"changeCustomerOwner": "ownerId", "addCollaborator": "userId", "recordFollowUp": "authorId"}[mutation]
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("USER_DISABLED", [field])]


@pytest.mark.parametrize("value", ["123X", None, ""])
async def test_sec_b6_a_field_without_full_is_refused_even_as_null(seller: Client, value: str | None) -> None:
    """The owner is shown IDENTITY masked: what he entered as a draft he cannot write once it is in effect."""
    person = {"kind": "INDIVIDUAL", "name": "陈晓东", "mobile": "13987654321", "contacts": [], "uscc": None}
    customer = await drafts.submitted(seller, **person, industryCode=None, idNumberLastFour="1234")
    document = "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { id } } }"
    change = {"id": customer["id"], "version": customer["version"], "notes": "改", "idNumberLastFour": value}
    async with nothing_saved() as refusals:
        answer = await seller.run(document, input=change)
    assert answer.code == "FIELD_FORBIDDEN"
    assert answer.error["extensions"]["field"] == "Customer.idNumberLastFour"
    assert "Customer.idNumberLastFour" in answer.error["message"]
    assert refusals[0]["action"] == "customer.update"


CHANGE_CONTACT = "mutation($input: UpdateContactInput!) { updateContact(input: $input) { contact { id } } }"


async def test_sec_b2_the_id_of_a_hidden_contact_answers_like_one_that_does_not_exist(
    seller: Client, sign_in: SignIn
) -> None:
    customer = await drafts.submitted(seller)
    contact = customer["contacts"]["nodes"][0]["id"]
    auditor = await sign_in(await people.make_user(Role.AUDITOR))  # sees the customer and none of its contacts

    async def answers(key: str) -> list[bytes]:
        documents = (
            CHANGE_CONTACT,
            CHANGE_CONTACT.replace("update", "remove")
            .replace("Update", "Remove")
            .replace("contact { id }", "customer { id }"),
        )
        return [(await auditor.run(d, input={"id": key, "version": 1})).raw for d in documents]

    hidden, absent = await answers(contact), await answers(contact[:-4] + "0000")
    assert hidden == absent
    assert all(b"NOT_FOUND" in raw for raw in hidden)


async def test_sec_b2_a_draft_of_somebody_else_answers_like_one_that_does_not_exist(
    seller: Client, sign_in: SignIn, department: Department
) -> None:
    draft = await drafts.saved(seller)
    colleague = await sign_in(await people.make_user(Role.SALES, department=department))
    change = {"id": draft["contacts"]["nodes"][0]["id"], "version": 1, "title": "总监"}
    assert (await colleague.run(CHANGE_CONTACT, input=change)).code == "NOT_FOUND"
    document = "mutation($input: SubmitCustomerInput!) { submitCustomer(input: $input) { customer { id } } }"
    async with nothing_saved():
        assert (await colleague.run(document, input=drafts.submission(draft))).code == "NOT_FOUND"


async def test_d61_a_draft_is_deleted_by_its_author_and_not_by_his_manager(
    seller: Client, sign_in: SignIn, department: Department
) -> None:
    draft = await drafts.saved(seller)
    boss = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=department.id).update(manager_id=boss.id)
    document = "mutation($input: DeleteCustomerDraftInput!) { deleteCustomerDraft(input: $input) { deletedId } }"
    manager = await sign_in(boss)
    async with nothing_saved():
        assert (await manager.run(document, input={"id": draft["id"]})).code == "FORBIDDEN"
    gone = await seller.run(document, input={"id": draft["id"]})
    assert gone.data == {"deleteCustomerDraft": {"deletedId": draft["id"]}}
    assert (await seller.run(document, input={"id": draft["id"]})).code == "NOT_FOUND"


async def test_d61_an_archived_customer_is_read_only(seller: Client, sales: User) -> None:
    customer = await customer_rows.make_customer(sales, state=CustomerState.ARCHIVED)
    await contact_rows.make_contact(customer)
    viewer = await read_viewer(sales.id)
    assert viewer is not None
    with pytest.raises(Forbidden):
        await tags.add(viewer, customer.id, ["长期合作"], [])
    with pytest.raises(NotFound):
        await tags.add(viewer, sales.id, ["长期合作"], [])
