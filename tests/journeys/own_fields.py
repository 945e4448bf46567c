"""Fields that administrators define, as journeys make and use them."""

from __future__ import annotations

from itertools import count
from typing import Any

from service.core.enums import Role
from storage import db
from tests.api import Client
from tests.builders import people
from tests.journeys.conftest import SignIn

_numbers = count(1)
FIELD = "customField { id key type dataClass version retiredAt list indexState position }"
VALUES = "customFields(keys: $keys) { key type text number date boolean code codes money { amount currency } isMasked }"
READ = f"query($id: ID!, $keys: [CustomFieldKey!]) {{ customer(id: $id) {{ version {VALUES} }} }}"
FIND = """query($where: CustomerWhere, $orderBy: [CustomerOrderBy!], $after: String, $first: Int = 20) {
    customers(first: $first, after: $after, where: $where, orderBy: $orderBy) {
        totalCount nodes { name } pageInfo { endCursor } } }"""
CHOICES = [
    {"code": "B_FIRST", "zh": "乙", "en": "Second letter"},
    {"code": "A_SECOND", "zh": "甲", "en": "First letter"},
]


async def administrator(sign_in: SignIn) -> Client:
    """Somebody who defines fields, where there are none."""
    await db.rows("update customers set custom = '{}'")
    await db.rows("delete from custom_fields")
    await db.rows("delete from list_values where list like 'custom.%'")
    return await sign_in(await people.make_user(Role.ADMIN))


def new_key(name: str = "field") -> str:
    """No test defines the field of another."""
    return f"{name}_{next(_numbers)}"


async def create(admin: Client, type: str = "TEXT", **given: Any) -> dict[str, Any]:
    """The payload of a definition."""
    offered = {"choices": CHOICES} if "CHOICE" in type and "choices" not in given else {}
    wanted = {"key": new_key(), "type": type, "zh": "字段", "en": "Field", **offered, **given}
    return await admin.change("createCustomField", wanted, FIELD)


async def defined(admin: Client, type: str = "TEXT", **given: Any) -> dict[str, Any]:
    """A definition that was saved."""
    payload = await create(admin, type, **given)
    assert payload["userErrors"] == []
    return payload["customField"]


async def changed(admin: Client, field: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The payload of a change of a definition."""
    return await admin.change("updateCustomField", {"id": field["id"], "version": field["version"], **given}, FIELD)


async def retired(admin: Client, field: dict[str, Any], *, retired: bool = True) -> dict[str, Any]:
    """The payload of taking a field out of use, or back into it."""
    given = {"id": field["id"], "version": field["version"], "retired": retired}
    return await admin.change("retireCustomField", given, FIELD)


async def fill(client: Client, customer: dict[str, Any], *values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The payload of a change of a customer's values."""
    given = {"id": customer["id"], "version": customer["version"], "customFields": list(values), **more}
    return await client.change("updateCustomer", given, "customer { id version }")


async def values(client: Client, customer_id: str, *keys: str) -> dict[str, dict[str, Any]]:
    """What a customer has in these fields, by key, as the client is shown it."""
    data = await client.data(READ, id=customer_id, keys=list(keys))
    return {value.pop("key"): value for value in data["customer"]["customFields"]}


async def value(client: Client, customer_id: str, key: str) -> Any:
    """The one member that is not null."""
    (found,) = (await values(client, customer_id, key)).values()
    held = [held for name, held in found.items() if name not in ("type", "isMasked") and held is not None]
    assert len(held) <= 1
    return held[0] if held else None


async def found(client: Client, *conditions: dict[str, Any], **variables: Any) -> list[str]:
    """The names of the customers that meet these conditions."""
    where = {"customFields": list(conditions)} if conditions else None
    page = (await client.data(FIND, **{"where": where, **variables}))["customers"]
    return [node["name"] for node in page["nodes"]]
