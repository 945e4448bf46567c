"""Mutations for the twins: each is tried on records that exist for the viewer and on such that do not.

What a change creates has new ids and times in each database. Before the answers are compared, new ids are numbered by
their first appearance; times since the test began become one word, because two databases do not share a second.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson

from service.core import clock
from service.rules import uscc
from tests.security.twin.pools import Pools

_ID = re.compile(rb"[a-z]{3}_[0-9a-f]{8}-[0-9a-f-]{27}")
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_ERRORS = "userErrors { code field message } warnings { code field }"
_CUSTOMER = (
    "customer { id number name state stage version notes mobile lastFollowedUpAt updatedAt"
    " contacts(first: 9) { totalCount nodes { id name mobile isPrimary } } tags { nodes { name } } } " + _ERRORS
)

Change = tuple[str, dict[str, Any], str]
"""The name of the mutation, its input, and what is selected of its payload."""


def changes(pools: Pools, seed: int) -> Iterator[Change]:
    """Changes of records of every kind, in a fixed order that is the same for both databases."""
    rng = random.Random(seed)
    customers, contacts = pools.global_ids("Customer"), pools.global_ids("Contact")
    rng.shuffle(customers)
    rng.shuffle(contacts)
    for customer in customers:
        yield from _of_customer(rng, customer, rng.choice(contacts))
    for contact in contacts:
        yield (
            "updateContact",
            {"id": contact, "version": 1, "title": "总监", "mobile": "13700001111"},
            (f"contact {{ id name mobile title version }} {_ERRORS}"),
        )
        if rng.random() < 0.3:
            step = {"id": contact, "version": rng.choice((1, 2)), "newPrimaryId": rng.choice(contacts)}
            yield "removeContact", step, _CUSTOMER
    people = pools.global_ids("User")
    for follow_up in pools.global_ids("FollowUp"):
        yield from _of_follow_up(rng, follow_up, rng.choice(contacts), rng.choice(people))
    for task in pools.global_ids("Task"):
        yield from _of_task(rng, task, rng.choice(people))
    for reminder in pools.global_ids("Reminder"):
        yield "dismissReminder", {"id": reminder}, f"reminder {{ id task {{ title }} }} {_ERRORS}"


def _of_follow_up(rng: random.Random, follow_up: str, contact: str, person: str) -> Iterator[Change]:
    """Corrections: managers make them, authors are too late."""
    given = {"id": follow_up, "version": rng.choice((1, 2, 3, 4)), "content": "更正", "noPlanReason": "等待"}
    shown = f"followUp {{ id version content contact {{ name }} companions {{ nodes {{ name }} }} }} {_ERRORS}"
    yield "correctFollowUp", given, shown
    yield "correctFollowUp", {**given, "contactId": contact, "companionIds": [person]}, shown
    if rng.random() < 0.3:
        yield "removeFollowUp", {"id": follow_up, "version": rng.choice((1, 2)), "reason": "记错"}, _CUSTOMER


def _of_task(rng: random.Random, task: str, person: str) -> Iterator[Change]:
    given, shown = {"id": task, "version": rng.choice((1, 2, 3, 4))}, f"task {{ id title state version }} {_ERRORS}"
    yield "updateTask", {**given, "title": "改期", "notes": None}, shown
    yield "reassignTask", {**given, "assigneeId": person}, shown
    yield rng.choice(("completeTask", "cancelTask")), given, shown


def _of_customer(rng: random.Random, customer: str, contact: str) -> Iterator[Change]:
    """What one does to a customer; versions are right, stale, or those of another record."""
    version = rng.choice((1, 1, 1, 7))
    hour_ago = (clock.now() - timedelta(hours=1)).isoformat()
    yield "updateCustomer", {"id": customer, "version": version, "notes": "新备注", "mobile": None}, _CUSTOMER
    yield "updateCustomer", {"id": customer, "version": version, "notes": "再改备注"}, _CUSTOMER
    yield (
        "moveCustomerStage",
        {"id": customer, "version": 2, "to": rng.choice(("QUALIFIED", "LEAD", "WON"))},
        (f"customer {{ id stage version }} {_ERRORS}"),
    )
    yield "addTags", {"customerId": customer, "systemTags": ["高意向"], "customTags": ["待回访"]}, _CUSTOMER
    follow_up = {
        "customerId": customer,
        "contactId": contact,
        "occurredAt": hour_ago,
        "mode": "PHONE",
        "content": "电话",
    }
    yield (
        "recordFollowUp",
        {**follow_up, "content": "电话", "noPlanReason": "等待"},
        (f"followUp {{ id content contact {{ name }} customer {{ lastFollowedUpAt }} }} {_ERRORS}"),
    )
    yield (
        "createContact",
        {"customerId": customer, "name": "赵敏", "mobile": "13800001111", "title": "经理"},
        (f"contact {{ id name isPrimary customer {{ contacts {{ totalCount }} }} }} {_ERRORS}"),
    )
    task = {"customerId": customer, "title": "寄样品", "dueAt": (clock.now() + timedelta(days=1)).isoformat()}
    yield "createTask", task, f"task {{ id title customer {{ tasks {{ totalCount }} }} }} {_ERRORS}"
    yield (
        "setNeed",
        {"customerId": customer, "version": 1, "priority": "HIGH"},
        f"need {{ id priority kinds }} {_ERRORS}",
    )


def draft_with(code: str) -> dict[str, Any]:
    """A draft that can be submitted, with that unified social credit code."""
    return {
        "kind": "ENTERPRISE", "name": "同码贸易有限公司", "uscc": code, "industryCode": "F51", "systemTags": ["高意向"],
        "need": {"kinds": ["PURCHASE"], "priority": "LOW"},
        "contacts": [{"name": "孙丽", "title": "经理", "mobile": "13900001111"}],
    }  # fmt: skip


def new_code(rng: random.Random) -> str:
    body = "91330100" + "".join(rng.choice(uscc.ALPHABET) for _ in range(9))
    return body + uscc.check_character(body)


def renumbered(body: bytes, known: set[bytes], since: datetime) -> bytes:
    """The answer with new ids numbered by their first appearance, and times at or after `since` replaced."""
    numbers: dict[bytes, bytes] = {}

    def number(match: re.Match[bytes]) -> bytes:
        return match[0] if match[0] in known else numbers.setdefault(match[0], b"#%d" % len(numbers))

    def time(match: re.Match[bytes]) -> bytes:
        return b"#now" if datetime.fromisoformat(match[0].decode()) >= since else match[0]

    return _TIME.sub(time, _ID.sub(number, body))


def headers(token: str) -> dict[str, str]:
    return {"content-type": "application/json", "authorization": f"Bearer {token}", "accept-language": "en"}


def submission(customer: dict[str, Any]) -> bytes:
    """The request that submits a draft."""
    hour_ago = (clock.now() - timedelta(hours=1)).isoformat()
    given = {**customer, "evidence": "LICENCE", "communication": {"occurredAt": hour_ago, "mode": "PHONE"}}
    document = """mutation($input: SubmitCustomerInput!) {
        submitCustomer(input: $input) { customer { number state } userErrors { code field message } } }"""
    return orjson.dumps({"query": document, "variables": {"input": given}})
