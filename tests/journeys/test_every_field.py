"""Every field that an input sets, one by one: who may set it, what the log keeps, where it is found, who is shown what.

A new field is here as soon as it is in its specification.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from service.core import clock
from service.core.enums import CustomerKind, DataClass, Level, Role, Salutation
from service.core.fields import ENTITIES
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType
from service.core.text import camel
from service.operations.customers import protected
from service.rules import masks
from storage import db
from storage.models import Department, User
from tests.api import Client
from tests.builders import people
from tests.journeys import drafts, field_values
from tests.journeys.conftest import SignIn
from tests.journeys.drafts import faults

UPDATES = {
    "Customer": "updateCustomer", "Contact": "updateContact", "Need": "updateNeed", "FollowUp": "correctFollowUp",
    "Task": "updateTask",
}  # fmt: skip
LISTS = {"Contact": "contacts", "Need": "needs", "FollowUp": "followUps", "Task": "tasks"}
AS_A_WHOLE = {"next_plan_at", "next_plan_mode", "next_plan_goal", "no_plan_reason"}
"""Parts of a next plan: set together (`tests/journeys/test_corrections.py`)."""
FIELDS = [
    (ENTITIES[entity], field)
    for entity in UPDATES
    for field in ENTITIES[entity].fields
    if field.settable and field.name not in AS_A_WHOLE
]
ONE_BY_ONE = pytest.mark.parametrize(("spec", "field"), FIELDS, ids=[f"{s.name}.{f.name}" for s, f in FIELDS])


@dataclass
class Record:
    """A record of a customer in effect, and how to change it."""

    spec: EntitySpec
    field: FieldSpec
    customer_id: str
    id: str
    version: int

    @property
    def label(self) -> str:
        return f"{self.spec.name}.{camel(self.field.name)}"

    @property
    def attribute(self) -> str:
        return camel(self.spec.name[0].lower() + self.spec.name[1:])

    def values(self) -> tuple[Any, Any]:
        if self.label == "Customer.uscc":  # another customer may have the one in the list
            return drafts.new_uscc(), drafts.new_uscc()
        return field_values.VALUES.get(self.label, field_values.TWO_TEXTS)

    async def set(self, client: Client, value: Any) -> dict[str, Any]:
        given = {"id": self.id, "version": self.version, **field_values.TOGETHER.get(self.label, {})}
        given[camel(self.field.name)] = value
        if self.field.core:
            given |= {"reason": "更正", **drafts.confirmed()}
        return await client.change(UPDATES[self.spec.name], given, f"{self.attribute} {{ version {self.leaf} }}")

    @property
    def leaf(self) -> str:
        return camel(self.field.name) + (" { amount currency }" if self.field.type is FieldType.MONEY else "")

    async def change(self, client: Client, value: Any) -> Any:
        answer = await self.set(client, value)
        assert faults(answer) == []
        self.version = answer[self.attribute]["version"]
        return answer[self.attribute][camel(self.field.name)]

    async def shown(self, client: Client) -> Any:
        """What somebody is shown of it; None as well where the record does not exist for him."""
        query = f"query($id: ID!) {{ node(id: $id) {{ ... on {self.spec.name} {{ {self.leaf} }} }} }}"
        node = (await client.data(query, id=self.id))["node"]
        return node and node[camel(self.field.name)]


async def _record(seller: Client, spec: EntitySpec, field: FieldSpec) -> Record:
    individual = field.only_for is CustomerKind.INDIVIDUAL
    person = {"kind": "INDIVIDUAL", "name": "陈晓东", "mobile": "13987654321", "uscc": None, "industryCode": None}
    customer = await drafts.submitted(seller, **(person if individual else {}))
    if spec.name == "Customer":
        return Record(spec, field, customer["id"], customer["id"], customer["version"])
    if spec.name == "Task":
        due = (clock.now() + timedelta(days=1)).isoformat()
        await seller.change("createTask", {"customerId": customer["id"], "title": "回访", "dueAt": due}, "task { id }")
    query = f"query($id: ID!) {{ customer(id: $id) {{ {LISTS[spec.name]} {{ nodes {{ id version }} }} }} }}"
    found = (await seller.data(query, id=customer["id"]))["customer"][LISTS[spec.name]]["nodes"][0]
    return Record(spec, field, customer["id"], found["id"], found["version"])


@ONE_BY_ONE
async def test_d35_d43_a_field_is_set_logged_found_and_sorted_by(
    seller: Client, manager: Client, spec: EntitySpec, field: FieldSpec
) -> None:
    record = await _record(seller, spec, field)
    first, second = record.values()
    for value in (first, second):
        shown = masks.last_four(value) if field.name in protected.COLUMNS else value
        assert _same(await record.change(_setter(field, seller, manager), value), shown)
    await _is_logged(record, first, second)
    for operator in field.operators:
        assert await _is_found(seller, record, operator, second), operator
    if field.sortable and spec.name != "Need":
        order = f"orderBy: [{{field: {field.name.upper()}}}]"
        await seller.data(f"query {{ {_root(spec)}(first: 1, {order}) {{ nodes {{ id }} }} }}")


@pytest.fixture
async def manager(department: Department, sign_in: SignIn) -> Client:
    """Who manages the seller's department."""
    user = await people.make_user(Role.SALES_MANAGER, department=department)
    await Department.filter(id=department.id).update(manager_id=user.id)
    return await sign_in(user)


def _setter(field: FieldSpec, seller: Client, manager: Client) -> Client:
    """Who has FULL on it: of IDENTITY the owner has not."""
    return manager if field.data_class is DataClass.IDENTITY else seller


def _same(shown: Any, given: Any) -> bool:
    if isinstance(shown, str) and shown.endswith("+00:00"):
        return shown[:19] == str(given)[:19]
    return shown == given


async def _is_logged(record: Record, first: Any, second: Any) -> None:
    rows = await db.rows(
        "select v.before::text as before, v.after::text as after, l.digests::text as digests from change_log l"
        " left join change_values v on v.change_id = l.id and v.field = $2"
        " where l.subject_id = $1 and l.digests::jsonb ? $2 order by l.id desc limit 1",
        UUID(record.id.partition("_")[2]), record.field.name,
    )  # fmt: skip
    (row,) = rows
    if record.field.data_class is DataClass.IDENTITY:
        assert (row["before"], row["after"]) == (None, None)
        assert None not in orjson.loads(row["digests"])[record.field.name]
        return
    for kept, value in ((row["before"], first), (row["after"], second)):
        given = value["amount"] if isinstance(value, dict) else value
        assert _same(str(orjson.loads(kept)).replace(" ", "T"), str(given)) or orjson.loads(kept) == given


async def _is_found(client: Client, record: Record, operator: str, value: Any) -> bool:
    """Whether a condition that holds finds it, and its opposite does not."""
    value = value["amount"] if isinstance(value, dict) else value
    operand = {
        "in": [value], "isNull": False, "ne": None, "contains": value[0] if isinstance(value, list) else value,
    }.get(operator, value)  # fmt: skip
    if operator == "ne":
        wanted: dict[str, Any] = {"not": {camel(record.field.name): {"ne": value}}}
    elif operator in ("gt", "lt"):
        wanted = {"not": {camel(record.field.name): {operator: operand}}}
    else:
        wanted = {camel(record.field.name): {operator: operand}}
    return await _count(client, record, wanted) == 1 and await _count(client, record, {"not": wanted}) == 0


async def _count(client: Client, record: Record, wanted: dict[str, Any]) -> int:
    own = {"and": [{"id": {"eq": record.id}}, wanted]}
    if record.spec.name == "Need":
        own = {"id": {"eq": record.customer_id}, "needs": {"some": own}}
    kind = "Customer" if record.spec.name == "Need" else record.spec.name
    query = f"query($w: {kind}Where) {{ {_root(ENTITIES[kind])}(where: $w) {{ totalCount }} }}"
    return (await client.data(query, w=own))[_root(ENTITIES[kind])]["totalCount"]


def _root(spec: EntitySpec) -> str:
    return {"Customer": "customers"}.get(spec.name) or LISTS[spec.name]


@ONE_BY_ONE
async def test_d3_d43_who_may_edit_a_customer_sets_of_it_what_he_sees_in_full(
    seller: Client, sign_in: SignIn, spec: EntitySpec, field: FieldSpec
) -> None:
    """A stranger with an edit permission: of everything but BASIC he sees nothing."""
    record = await _record(seller, spec, field)
    stranger = await people.make_user(Role.SALES, department=await people.make_department("外地"))
    given = {"customerId": record.customer_id, "userId": f"usr_{stranger.id}"}
    assert faults(await seller.change("grantEditPermission", given, "customer { id }")) == []
    client, first = await sign_in(stranger), record.values()[0]
    kind = CustomerKind.INDIVIDUAL if field.only_for is CustomerKind.INDIVIDUAL else CustomerKind.ENTERPRISE
    if field.class_for(kind) is DataClass.BASIC:
        assert _same(await record.change(client, first), first)
        return
    document = _document(record)
    refused = await client.run(document, input={"id": record.id, "version": record.version, camel(field.name): None})
    assert refused.code == ("FIELD_FORBIDDEN" if spec.row_class is DataClass.BASIC else "NOT_FOUND")


def _document(record: Record) -> str:
    mutation = UPDATES[record.spec.name]
    kind = mutation[0].upper() + mutation[1:] + "Input"
    return f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"


LEVELS = {
    Role.DATA_STEWARD: {"BASIC": "FULL", "BUSINESS": "MASKED", "CONTACT": "MASKED"},
    Role.EXECUTIVE: {
        "BASIC": "FULL", "BUSINESS": "FULL", "COMMERCIAL": "FULL", "CONTACT": "MASKED", "IDENTITY": "MASKED",
    },
    Role.MARKETING: {"BASIC": "FULL", "BUSINESS": "MASKED"},
}  # fmt: skip
"""By the table of D42; NONE where nothing is said."""


@pytest.fixture(scope="module")
async def watchers() -> dict[Role, User]:
    return {role: await people.make_user(role) for role in LEVELS}


@ONE_BY_ONE
async def test_d42_a_field_is_shown_whole_masked_or_not_at_all(
    seller: Client, manager: Client, sign_in: SignIn, watchers: dict[Role, User], spec: EntitySpec, field: FieldSpec
) -> None:
    record = await _record(seller, spec, field)
    value = record.values()[0]
    whole = await record.change(_setter(field, seller, manager), value)
    rows = await db.rows(f"select * from {_TABLES[spec.name]} where id = $1", UUID(record.id.partition("_")[2]))
    kind = CustomerKind.INDIVIDUAL if field.only_for is CustomerKind.INDIVIDUAL else CustomerKind.ENTERPRISE
    for role, levels in LEVELS.items():
        level = Level(levels.get(field.class_for(kind).value, "NONE"))
        row_exists = levels.get(spec.row_class.value, "NONE") != "NONE"
        shown = await record.shown(await sign_in(watchers[role]))
        assert shown == (_expected(field, level, whole, rows[0]) if row_exists else None), role


_TABLES = {
    "Customer": "customers", "Contact": "contacts", "Need": "needs", "FollowUp": "follow_ups", "Task": "tasks",
}  # fmt: skip


def _expected(field: FieldSpec, level: Level, whole: Any, row: dict[str, Any]) -> Any:
    if level is Level.FULL or whole is None:
        return whole
    if level is Level.NONE:
        return None
    salutation = row.get("salutation")
    city = row.get(field.name.replace("address", "city"))
    return masks.shown(field.shown_masked, whole, salutation and Salutation(salutation), city)


@ONE_BY_ONE
def test_s1_a_field_is_documented_and_translated(spec: EntitySpec, field: FieldSpec) -> None:
    assert field.doc.endswith(".")
    assert field.en[0].isupper()
    assert any(ord(character) > 0x2E80 for character in field.zh)
