"""What administrators and human resources do in journeys, as they type it."""

from __future__ import annotations

from typing import Any

from service.core.enums import Role
from storage import db
from tests.api import Client

USER = "user { id name email roles version disabledAt department { id name } }"
DEPARTMENT = "department { id name version parent { id } manager { id } }"
JOB = "job { id kind state total done failed errors { recordId number code message } requestedByName finishedAt }"

INPUTS = {
    "disableUser": "UserVersionInput", "enableUser": "UserVersionInput",
    "grantEditPermission": "EditPermissionInput", "withdrawEditPermission": "EditPermissionInput",
}  # fmt: skip
SELECTIONS = {
    "createUser": "user { id staffNumber version } initialPassword userErrors { code field message }",
    "resetPassword": "user { id } initialPassword userErrors { code field message }",
    "removeDepartment": "deletedId userErrors { code field message }",
    "handOverCustomers": f"{JOB} userErrors {{ code field message }}",
    "cancelJob": f"{JOB} userErrors {{ code field message }}",
}
_DEPARTMENTS = ("createDepartment", "renameDepartment", "moveDepartment", "appointManager")
_EDITORS = ("grantEditPermission", "withdrawEditPermission")


def document(mutation: str) -> str:
    """The mutation with what journeys look at."""
    kind = INPUTS.get(mutation, mutation[0].upper() + mutation[1:] + "Input")
    record = DEPARTMENT if mutation in _DEPARTMENTS else USER
    record = "customer { id version editors { nodes { id } } }" if mutation in _EDITORS else record
    selection = SELECTIONS.get(mutation, f"{record} userErrors {{ code field message }}")
    return f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}"


async def does(client: Client, mutation: str, **given: Any) -> dict[str, Any]:
    """The payload of a mutation that is not refused as a whole."""
    return (await client.data(document(mutation), input=given))[mutation]


async def faults(client: Client, mutation: str, **given: Any) -> list[tuple[str, list[str]]]:
    """Code and path of everything that is wrong with an input."""
    return [(e["code"], e["field"]) for e in (await does(client, mutation, **given))["userErrors"]]


async def done(client: Client, mutation: str, **given: Any) -> dict[str, Any]:
    """The record after a mutation that was carried out."""
    payload = await does(client, mutation, **given)
    assert payload["userErrors"] == []
    return next(payload[name] for name in ("user", "department", "customer", "job") if name in payload)


async def refused(client: Client, mutation: str, **given: Any) -> str:
    """The code of a mutation that is refused as a whole."""
    return (await client.run(document(mutation), input=given)).code


async def no_other_administrators() -> None:
    """Whoever was made an administrator by other tests is one no more."""
    await db.rows(
        "update users set roles = array_remove(roles, $1) || '{AUDITOR}' where $1 = any(roles) returning 1",
        Role.ADMIN.value,
    )
