"""Inputs for journeys: what a person would type."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from service.core import clock
from service.rules import uscc

CUSTOMER = """customer {
    id number name state stage version uscc owner { id } contacts(first: 10) { nodes { id name isPrimary version } }
    needs { nodes { id version } }
}"""
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def new_uscc() -> str:
    body = "91330100" + "".join(random.choice(_ALPHABET) for _ in range(9))
    return body + uscc.check_character(body)


def contact(**values: Any) -> dict[str, Any]:
    return {"name": "王伟", "title": "采购经理", "mobile": "13812345678", "salutation": "MR", **values}


def enterprise(**values: Any) -> dict[str, Any]:
    """A draft that can be submitted as it is."""
    return {
        "kind": "ENTERPRISE",
        "name": "杭州新程贸易有限公司",
        "uscc": new_uscc(),
        "industryCode": "F51",
        "systemTags": ["潜力客户"],
        "need": {"kinds": ["PURCHASE"], "priority": "HIGH"},
        "contacts": [contact()],
        **values,
    }


def communication(**values: Any) -> dict[str, Any]:
    return {"occurredAt": (clock.now() - timedelta(hours=1)).isoformat(), "mode": "PHONE", **values}


def submission(customer: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "id": customer["id"],
        "version": customer["version"],
        "evidence": "LICENCE",
        "communication": communication(),
        **values,
    }


async def saved(client: Any, **values: Any) -> dict[str, Any]:
    """A draft, entered through the API."""
    payload = await client.change("createCustomerDraft", enterprise(**values), CUSTOMER)
    assert not payload["userErrors"], payload["userErrors"]
    return payload["customer"]


async def submitted(client: Any, **values: Any) -> dict[str, Any]:
    """A customer in effect, entered through the API."""
    payload = await client.change("submitCustomer", submission(await saved(client, **values)), CUSTOMER)
    assert not payload["userErrors"], payload["userErrors"]
    return payload["customer"]


def confirmed() -> dict[str, str]:
    """Who at the customer confirmed a change of key information, and when (D33)."""
    return {"confirmedBy": "王伟", "confirmedAt": clock.now().isoformat()}


def faults(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with an input: the code and the path of each."""
    return [(error["code"], ".".join(error["field"])) for error in payload["userErrors"]]
