"""D47: what the API says somebody may do is what its mutations let him do, and what it shows him."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import get_named_type

from schema.api import SCHEMA
from service.core.enums import CustomerKind, CustomerState, Role
from service.core.fields import BY_PREFIX, CUSTOMER, ENTITIES
from service.core.fields.access import ACCESS_USE
from service.core.fields.changes import CHANGE
from service.core.fields.spec import FieldType, Mask
from service.core.text import camel
from service.operations.permissions.actions import LINKS, OF_RECORDS, OF_VIEWERS, UPDATES
from storage import db
from storage.models import Department, User
from tests.api import Client
from tests.builders import customers, people
from tests.journeys import permission_world
from tests.journeys.conftest import SignIn
from tests.journeys.permission_world import OBSTACLES, PLACES, RIGHT, WRONG, World

ASK = """query($ids: [ID!]!) { permissionsOf(ids: $ids) { id legalStages
    fields { field level isEditable isRetired } links { link isEditable } actions { name isAllowed code reason } } }"""
MINE = "{ myPermissions { roles managedDepartments { name } actions { name isAllowed code reason } } }"
MUTATIONS = SCHEMA._schema.mutation_type.fields  # type: ignore[union-attr]
APART = {"signIn", "signOut", "signOutEverywhere", "refreshSession", "changePassword"}
APART |= {"tagCustomers", "untagCustomers", "decideApprovals", "requestAccess", "requestSharing"}
"""Of many at once: each record has an answer of its own."""
APART |= {"rollbackChange"}
"""What it may follows from the record that was changed: the update says it."""
APART |= {"findByProtectedValue"}
"""Finds what may be revealed, and nothing for everybody else."""
OF_OWN_THINGS = {
    "delegate",
    "endDelegation",
    "cancelJob",
    "createSavedFilter",
    "updateSavedFilter",
    "deleteSavedFilter",
}
"""Of what belongs to one person: whoever sees it may do it."""
EDITING = (Role.SALES, Role.ADMIN)
OF_VIEWER = ("awaitsYou", "canWithdraw", "changedFields")
"""Fields that say something else to everybody."""
_TELLING = {Role.SALES_MANAGER: "manager", Role.SERVICE_MANAGER: "manager", Role.ADMIN: "nobody"}
"""The place in which a role shows most; a collaborator where nothing is said."""


def _cases() -> Iterator[Any]:
    """Every role and everything that one can be to a customer: a telling part, and the rest in the deep run."""
    for role in Role:
        for place in PLACES:
            telling = role is Role.SALES or place == _TELLING.get(role, "collaborator")
            yield pytest.param(role, place, marks=() if telling else pytest.mark.deep)


CASES = list(_cases())
Json = dict[str, Any]


async def _permissions(client: Client, ids: list[str]) -> list[Json | None]:
    return (await client.data(ASK, ids=ids))["permissionsOf"]


async def _tried(client: Client, mutation: str, given: Json) -> set[str]:
    """The codes that a mutation is refused with; what ends it, or all that is wrong with its input."""
    field = MUTATIONS[mutation]
    kind, payload = get_named_type(field.args["input"].type), get_named_type(field.type)
    wanted = "userErrors { code }" if "userErrors" in payload.fields else "__typename"
    document = f"mutation($input: {kind.name}!) {{ {mutation}(input: $input) {{ {wanted} }} }}"
    answer = await client.run(document, input=given)
    if answer.body.get("errors"):
        assert answer.code != "GRAPHQL_VALIDATION_FAILED", answer.body
        return {answer.code}
    return {error["code"] for error in answer.data[mutation].get("userErrors", ())}


_TABLES = {
    "cus": "customers", "con": "contacts", "fol": "follow_ups", "nee": "needs", "tas": "tasks", "bra": "branches",
    "pro": "procedures", "cre": "customer_relations", "att": "attachments", "apv": "approvals",
    "agr": "access_grants", "cst": "consents",
}  # fmt: skip


async def _input(mutation: str, key: str, values: Json) -> Json:
    """The record under the name that the input gives it, with its present version where one is wanted."""
    fields = get_named_type(MUTATIONS[mutation].args["input"].type).fields
    own = next(name for name in ("id", "customerId", "fromCustomerId", "subjectId") if name in fields)
    given = {own: key, **values}
    if "version" in fields:
        table = _TABLES[key[:3]]
        found = await db.rows(f"select version from {table} where id = $1", key.partition("_")[2])
        given["version"] = found[0]["version"]
    return given


async def _agrees(client: Client, key: str, action: Json) -> None:
    """A refused action is refused with its code; an allowed one gets as far as its input."""
    name = action["name"]
    if action["isAllowed"]:
        codes = await _tried(client, name, await _input(name, key, WRONG[name]))
        assert not codes & {"FORBIDDEN", "FIELD_FORBIDDEN", *OBSTACLES}, (key, action, codes)
        return
    assert action["reason"].endswith("."), action
    codes = await _tried(
        client,
        name,
        await _input(name, key, RIGHT.get(name, WRONG[name])),
    )
    assert action["code"] in codes, (key, action, codes)


@pytest.mark.parametrize(("role", "place"), CASES)
async def test_d47_what_may_be_done_is_what_the_mutations_let_do(sign_in: SignIn, role: Role, place: str) -> None:
    world = await permission_world.make(role, place)
    client = await sign_in(world.person)
    answers = await _permissions(client, world.ids())
    assert any(answers), "somebody sees something of every customer in effect"
    actions: list[tuple[str, Json]] = []
    for found in filter(None, answers):
        expected = OF_RECORDS[BY_PREFIX[found["id"].partition("_")[0]].name]
        assert [action["name"] for action in found["actions"]] == list(expected)
        actions += [(found["id"], action) for action in found["actions"]]
    # What takes place although nothing is given comes last. A draft takes what belongs to it along.
    last = ("", "withdraw", "completeTask", "deleteCustomerDraft")
    for key, action in sorted(actions, key=lambda pair: last.index(pair[1]["name"]) if pair[1]["name"] in last else 0):
        await _agrees(client, key, action)
    assert len(actions) > 40


@pytest.mark.parametrize(("role", "place"), [case for case in CASES if case.values[0] in EDITING])
async def test_d47_an_editable_field_is_one_that_is_not_refused(sign_in: SignIn, role: Role, place: str) -> None:
    world = await permission_world.make(role, place)
    client = await sign_in(world.person)
    tried = {True: 0, False: 0}
    for found in filter(None, await _permissions(client, world.ids())):
        spec = BY_PREFIX[found["id"].partition("_")[0]]
        update = next((a for a in found["actions"] if a["name"] == UPDATES.get(spec.name)), None)
        if update is None or not update["isAllowed"]:
            assert not any(f["isEditable"] for f in found["fields"] + found["links"])
            continue
        links = [(link["link"], link["isEditable"]) for link in found["links"]]
        for name, editable in links + await _decided_by_rights(world, spec.name, found):
            stale = {"id": found["id"], "version": 999, name: None}
            codes = await _tried(client, update["name"], stale)
            assert codes == ({"CONFLICT"} if editable else {"FIELD_FORBIDDEN"}), (found["id"], name, codes)
            tried[editable] += 1
    assert (sum(tried.values()) > 30) is (role is Role.ADMIN or place not in ("nobody", "same department"))


async def _decided_by_rights(world: World, entity: str, found: Json) -> list[tuple[str, bool]]:
    """The fields of the update's input, without those that do not go with the customer's kind whoever asks."""
    inputs = get_named_type(MUTATIONS[UPDATES[entity]].args["input"].type).fields
    kinds = {str(customer.id): CustomerKind(customer.kind) for customer in world.rows["Customer"]}
    kind = kinds.get(found["id"].partition("_")[2])
    specs = {camel(f.name): f for f in ENTITIES[entity].fields}
    return [
        (f["field"], f["isEditable"])
        for f in found["fields"]
        if f["field"] in inputs and f["field"] != "version" and specs[f["field"]].only_for in (None, kind)
    ]


@pytest.mark.parametrize(("role", "place"), CASES)
async def test_d47_a_level_is_how_the_field_is_shown(sign_in: SignIn, role: Role, place: str) -> None:
    world = await permission_world.make(role, place)
    client, admin = await sign_in(world.person), await sign_in(await people.make_user(Role.ADMIN))
    for found in filter(None, await _permissions(client, world.ids())):
        spec = BY_PREFIX[found["id"].partition("_")[0]]
        wanted = [camel(f.name) for f in spec.fields if f.type not in (FieldType.MONEY, FieldType.LINK)]
        wanted = [name for name in wanted if name not in OF_VIEWER]
        document = f"query($id: ID!) {{ node(id: $id) {{ ... on {spec.name} {{ {' '.join(wanted)} }} }} }}"
        mine, whole = [(await one.data(document, id=found["id"]))["node"] for one in (client, admin)]
        masks = {camel(f.name): f.shown_masked for f in spec.fields}
        for field in found["fields"]:
            name, level = field["field"], field["level"]
            if name not in wanted:
                continue
            if level == "FULL":
                assert mine[name] == whole[name], (found["id"], field)
            elif level == "NONE":
                assert mine[name] is None, (found["id"], field)
            elif masks[name] is not Mask.SHOW and whole[name] is not None:
                assert mine[name] != whole[name], (found["id"], field)


async def test_d43_what_does_not_exist_for_the_viewer_is_null_in_its_place(seller: Client, sign_in: SignIn) -> None:
    world = await permission_world.make(Role.SALES, "owner")
    ids = world.ids()
    draft = next(f"cus_{c.id}" for c in world.rows["Customer"] if c.state == CustomerState.DRAFT)
    contact = f"con_{world.rows['Contact'][0].id}"
    absent = "cus_01900000-0000-7000-8000-000000000000"
    auditor = await sign_in(await people.make_user(Role.AUDITOR))
    shown = await _permissions(auditor, [ids[0], draft, absent, contact])
    assert shown[0] is not None
    assert shown[1:] == [None, None, None]
    own = await _permissions(await sign_in(world.person), ids)
    others = {f"apv_{a.id}" for a in world.rows["Approval"] if a.requester_id != world.person.id}
    others |= {f"agr_{a.id}" for a in world.rows["AccessGrant"] if a.holder_id != world.person.id}
    assert [one and one["id"] for one in own] == [None if key in others else key for key in ids]


async def test_d47_a_hundred_records_cost_no_more_than_a_page(seller: Client) -> None:
    too_many = ["cus_01900000-0000-7000-8000-000000000000"] * 101
    assert (await seller.run(ASK, ids=too_many)).code == "BAD_USER_INPUT"
    assert (await seller.run(ASK, ids=["usr_01900000-0000-7000-8000-000000000000"])).code == "BAD_USER_INPUT"


async def test_d24_the_legal_stages_are_those_of_the_present_one(seller: Client, sales: User) -> None:
    won = await customers.make_customer(sales, stage="WON")
    lost = await customers.make_customer(sales, stage="LOST")
    draft = await customers.make_customer(sales, state=CustomerState.DRAFT)
    found = await _permissions(seller, [f"cus_{c.id}" for c in (won, lost, draft)])
    assert [one and one["legalStages"] for one in found] == [
        ["LEAD", "CONTACTED", "QUALIFIED", "PROPOSAL", "NEGOTIATION", "AFTER_SALES", "LOST"],
        ["LEAD", "CONTACTED", "QUALIFIED", "PROPOSAL", "NEGOTIATION"],
        [],
    ]


async def test_d10_a_retired_field_is_not_editable(seller: Client, sales: User, sign_in: SignIn) -> None:
    admin = await sign_in(await people.make_user(Role.ADMIN))
    customer = await customers.make_customer(sales)
    document = "mutation($input: RetireFieldInput!) { retireField(input: $input) { userErrors { code } } }"
    for retired in (True, False):
        await admin.data(document, input={"field": "businessCode", "retired": retired})
        (found,) = await _permissions(seller, [f"cus_{customer.id}"])
        assert found is not None
        field = next(f for f in found["fields"] if f["field"] == "businessCode")
        assert field == {"field": "businessCode", "level": "FULL", "isEditable": not retired, "isRetired": retired}


_TRIED_BY_VIEWERS: dict[str, Json] = {
    "createCustomerDraft": {"kind": "ENTERPRISE", "website": "x"},
    "handOverCustomers": {
        "toUserId": "usr_01900000-0000-7000-8000-000000000000",
        "reason": "离职",
        "mode": "WHAT_IS_POSSIBLE",
        "customerIds": [],
    },
    "changePolicy": {"version": 0, "role": "SALES", "dataClass": "BASIC", "level": "FULL"},
    "setCadence": {"status": "DEAL", "version": 1, "days": 0},
    "addListValue": {"list": "Nothing", "code": "X", "zh": "一", "en": "One"},
    "requireField": {"field": "nothing", "kind": "ENTERPRISE", "required": True},
    "retireField": {"field": "nothing", "retired": True},
    "createUser": {"staffNumber": "", "name": "", "roles": []},
    "createDepartment": {"name": ""},
}


@pytest.mark.parametrize("role", Role)
async def test_d47_my_permissions_are_what_the_mutations_let_do(sign_in: SignIn, role: Role) -> None:
    client = await sign_in(await people.make_user(role))
    mine = (await client.data(MINE))["myPermissions"]
    assert mine["roles"] == [role.value]
    assert mine["managedDepartments"] == []
    assert [action["name"] for action in mine["actions"]] == list(OF_VIEWERS)
    for action in (a for a in mine["actions"] if a["name"] in _TRIED_BY_VIEWERS):
        codes = await _tried(client, action["name"], _TRIED_BY_VIEWERS[action["name"]])
        assert ("FORBIDDEN" in codes) is not action["isAllowed"], (action, codes)
        assert (action["code"], action["reason"] is None) == (
            (None, True) if action["isAllowed"] else ("FORBIDDEN", False)
        )


async def test_d2_my_permissions_name_the_departments_that_i_manage(sign_in: SignIn) -> None:
    top = await people.make_department("销售中心")
    await people.make_department("销售一部", parent=top)
    boss = await people.make_user(Role.SALES_MANAGER)
    await Department.filter(id=top.id).update(manager_id=boss.id)
    mine = (await (await sign_in(boss)).data(MINE))["myPermissions"]
    assert {d["name"] for d in mine["managedDepartments"]} == {"销售中心", "销售一部"}
    assert next(a for a in mine["actions"] if a["name"] == "handOverCustomers")["isAllowed"]


def test_d47_every_id_that_an_update_takes_is_a_link_with_a_permission() -> None:
    for entity, update in UPDATES.items():
        inputs = get_named_type(MUTATIONS[update].args["input"].type).fields
        ids = {n for n in inputs if n.endswith(("Id", "Ids")) and n not in ("id", "clientMutationId")}
        assert ids == {camel(name) for name in LINKS.get(entity, {})}, entity


def test_d47_every_mutation_says_who_may() -> None:
    said = {name for actions in OF_RECORDS.values() for name in actions} | set(OF_VIEWERS) | APART | OF_OWN_THINGS
    assert said == set(MUTATIONS)
    assert {name for actions in OF_RECORDS.values() for name in actions} == set(WRONG)


SYNC = "{ syncStatus { serverTime newestChange } }"


async def test_d47_the_newest_change_is_one_that_the_viewer_sees(seller: Client, sales: User, sign_in: SignIn) -> None:
    visible = await customers.make_customer(sales)
    await db.rows("update customers set updated_at = '2198-01-01T00:00:00Z' where id = $1 returning 1", visible.id)
    draft = await customers.make_customer(sales, state=CustomerState.DRAFT)
    await db.rows("update customers set updated_at = '2199-01-01T00:00:00Z' where id = $1 returning 1", draft.id)
    colleague = await sign_in(await people.make_user(Role.SALES))
    try:
        assert (await seller.data(SYNC))["syncStatus"]["newestChange"] == "2199-01-01T00:00:00+00:00"
        assert (await colleague.data(SYNC))["syncStatus"]["newestChange"] == "2198-01-01T00:00:00+00:00"
    finally:
        await db.rows("update customers set updated_at = now() where id = any($1) returning 1", [visible.id, draft.id])


def test_every_type_of_record_that_belongs_to_customers_is_there() -> None:
    # Nobody acts on the log.
    written = {spec.name for spec in ENTITIES.values() if spec.guarded} - {CHANGE.name, ACCESS_USE.name}
    assert set(OF_RECORDS) == written
    assert CUSTOMER.name in OF_RECORDS
