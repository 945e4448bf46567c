"""Requests for approval in the world and its twins, and what D34 and D42 say of them, row by row."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from service.core.fields import ENTITIES
from service.core.fields.spec import FieldSpec, Mask
from service.core.ids import new_id
from tests.security.twin import alike, values
from tests.security.twin.rows import Row, Rows

if TYPE_CHECKING:
    from tests.security.twin.oracle import Oracle

TABLE = "approvals"
READERS = frozenset({"AUDITOR", "SECURITY", "ADMIN"})
"""Who reads all of them, masked at least."""

_FIELDS = {
    "Customer": {"name": "BASIC", "uscc": "BASIC", "credit_rating": "COMMERCIAL", "bank_account": "IDENTITY"},
    "Need": {"kinds": "BUSINESS", "current_need": "BUSINESS", "budget_band": "COMMERCIAL"},
}
"""What is reviewed, with its class; the name of an individual is CONTACT."""
_TABLE_OF = {"Customer": "customers", "Need": "needs"}
_BY_DEPARTMENT = ("DEPARTMENT_HEAD", "SUPERVISOR", "HR_OR_MANAGER")
_RULES = (*_BY_DEPARTMENT, "DATA_STEWARD")
_ENDED = ("APPROVED", "REJECTED", "WITHDRAWN", "EXPIRED", "SUPERSEDED")
_ASKING = ("owner", "colleague", "collaborator", "service", "manager", "stranger")
_DECIDED = ("east manager", "chief", "titled stranger", "steward", "marketing", "admin")
DELEGATIONS = (("manager", "marketing", -1, 20), ("chief", "hr", -20, -1), ("steward", "executive", 5, 20))
"""Who stands in for whom, from so many days on until so many: only the first one is in force."""


def delegations(users: dict[str, Row]) -> list[Row]:
    now = datetime.now(UTC).replace(microsecond=0)
    return [
        {
            "id": new_id(), "created_at": now, "user_id": users[person]["id"], "delegate_id": users[delegate]["id"],
            "begins_at": now + timedelta(days=begins), "until": now + timedelta(days=until), "ended_at": None,
        }
        for person, delegate, begins, until in DELEGATIONS
    ]  # fmt: skip


def add(rng: random.Random, rows: Rows, users: dict[str, Row]) -> None:
    """Requests about customers and their needs in every state, and some about no customer."""
    made: list[Row] = rows.setdefault(TABLE, [])
    needs = {row["customer_id"]: row for row in rows["needs"]}
    for serial, customer in enumerate(rows["customers"]):
        if customer["state"] == "PENDING":
            entry = {"kind": "CUSTOMER_ENTRY", "requester_id": customer["created_by_id"], "rule": _RULES[serial % 2]}
            made.append(_row(rng, users, "Customer", customer, customer, entry))
        for _ in range(rng.randint(0, 2) if customer["state"] in ("ACTIVE", "ARCHIVED") else 0):
            of_need = customer["id"] in needs and rng.random() < 0.4
            subject = needs[customer["id"]] if of_need else customer
            made.append(_row(rng, users, "Need" if of_need else "Customer", subject, customer, {}))
    for asking in ("owner", "stranger", "service"):
        handed = {"kind": "HAND_OVER", "rule": "HR_OR_MANAGER", "department_id": users[asking]["department_id"]}
        handed |= {"requester_id": users[asking]["id"], "subject_id": None}
        row = _row(rng, users, "Customer", {"id": None}, None, handed)
        others = [users["colleague"]["id"], users["owner"]["id"]]
        row["values"] = {"owner_id": [str(key) for key in others], "customers": [None, rng.randrange(50)]}
        made.append(row)


def _row(rng: random.Random, users: dict[str, Row], entity: str, subject: Row, customer: Row | None, given: Row) -> Row:
    is_open = given.get("kind") == "CUSTOMER_ENTRY" or rng.random() < 0.5
    entered = values.moment(rng)
    row: Row = {
        "id": new_id(), "created_at": entered, "updated_at": entered, "version": rng.randint(1, 3),
        "kind": "CUSTOMER_CHANGE", "state": "PENDING" if is_open else rng.choice(_ENDED),
        "customer_id": customer and customer["id"], "department_id": customer and customer["department_id"],
        "requester_id": users[rng.choice(_ASKING)]["id"], "subject_type": entity, "subject_id": subject["id"],
        "reason": values.words(rng), "rule": rng.choice(_RULES), "later_rules": [], "decided_before": [],
        "payload": {}, "expires_at": datetime.now(UTC).replace(microsecond=0) + timedelta(days=rng.choice((7, 9))),
        "reminded_at": None, "decided_at": None, "decided_by_id": None, "in_place_of_id": None, "comment": None,
    } | given  # fmt: skip
    _end(rng, row, [users[name]["id"] for name in _DECIDED])
    if customer is not None and row["state"] == "PENDING" and rng.random() < 0.2:
        row["expires_at"] = values.START  # over, and not yet swept
    row["values"] = {n: [subject.get(n), _value(rng, entity, n)] for n in _chosen(rng, entity, is_open=is_open)}
    row["payload"] = {"columns": {n: [_plain(v) for v in pair] for n, pair in row["values"].items()}, "told": {}}
    return row


def _chosen(rng: random.Random, entity: str, *, is_open: bool) -> list[str]:
    names = [name for name in _FIELDS[entity] if not (is_open and name in ("bank_account", "name", "uscc"))]
    return rng.sample(names, rng.randint(1, len(names)))


def _end(rng: random.Random, row: Row, deciders: list[Any]) -> None:
    """Who has decided it, and when, where it is over."""
    row |= {"decided_at": None, "decided_by_id": None, "in_place_of_id": None, "comment": None}
    if row["state"] == "PENDING":
        return
    row["decided_at"] = row["created_at"] + timedelta(hours=rng.randint(1, 9))
    if row["state"] in ("APPROVED", "REJECTED"):
        row["decided_by_id"] = rng.choice([key for key in deciders if key != row["requester_id"]])
        row["comment"] = values.words(rng)


def _value(rng: random.Random, entity: str, name: str) -> Any:
    if name == "bank_account":
        return f"****{rng.randrange(10**4):04d}"
    if name == "name":
        return values.company(rng)
    return values.value(rng, ENTITIES[entity].by_name[name])


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, datetime) else value


class Requests:
    """What the viewer is to each request of `rows`."""

    def __init__(self, oracle: Oracle, rows: Rows) -> None:
        self.oracle, self.me = oracle, oracle.viewer
        self.of_customer: dict[Any, list[Row]] = {}
        for row in rows[TABLE]:
            self.of_customer.setdefault(row["customer_id"], []).append(row)
        now = datetime.now(UTC)
        absent = (
            one["user_id"] for one in rows["delegations"]
            if one["delegate_id"] == self.me["id"] and one["ended_at"] is None
            and one["begins_at"] <= now < one["until"]
        )  # fmt: skip
        self.posts = [self.me, *(oracle.users[key] for key in absent)]

    def is_open(self, row: Row) -> bool:
        return row["state"] == "PENDING" and row["expires_at"] > datetime.now(UTC)

    def decides(self, row: Row) -> bool:
        """Nobody decides on his own request, nor in the place of who made it, nor twice (D34)."""
        if row["requester_id"] == self.me["id"] or self.me["id"] in row["decided_before"]:
            return False
        return any(post["id"] != row["requester_id"] and self._fits(post, row) for post in self.posts)

    def _fits(self, post: Row, row: Row) -> bool:
        customer = row["customer_id"] and self.oracle.customers[row["customer_id"]]
        where = customer["department_id"] if customer else row["department_id"]
        roles, rule = set(post["roles"]), row["rule"]
        manages = rule in _BY_DEPARTMENT and self._manages(post, where)
        titled = rule == "SUPERVISOR" and post["department_id"] == where and where is not None
        return (
            "ADMIN" in roles
            or manages
            or (titled and bool(roles & {"SALES_MANAGER", "SERVICE_MANAGER"}))
            or (rule == "HR_OR_MANAGER" and "HR" in roles)
            or (rule == "DATA_STEWARD" and "DATA_STEWARD" in roles)
        )

    def _manages(self, post: Row, department_id: Any) -> bool:
        while department_id is not None:
            department = self.oracle.departments[department_id]
            if department["manager_id"] == post["id"]:
                return True
            department_id = department["parent_id"]
        return False

    def approves(self, customer: Row) -> bool:
        """Whether he is the approver of an open request about the customer."""
        return any(self.is_open(row) and self.decides(row) for row in self.of_customer.get(customer["id"], ()))

    def exists(self, row: Row) -> bool:
        """For who asked, may decide or has decided, manages the department, or reads the log as such."""
        customer = row["customer_id"] and self.oracle.customers[row["customer_id"]]
        if customer and not self.oracle.customer_exists(customer):
            return False
        manages = bool(customer) and self.oracle.manages(customer["department_id"])
        decided = self.me["id"] in (row["decided_by_id"], *row["decided_before"])
        mine = row["requester_id"] == self.me["id"]
        reads = not READERS.isdisjoint(self.me["roles"])
        return reads or mine or decided or manages or (self.is_open(row) and self.decides(row))

    def seen(self, row: Row, name: str) -> int:
        """How much of a field's values is shown: 0 nothing, 1 masked, 2 whole. IDENTITY is kept as it is masked."""
        if row["customer_id"] is None or (self.is_open(row) and self.decides(row)):
            return 2
        customer = self.oracle.customers[row["customer_id"]]
        data_class = _FIELDS[row["subject_type"]][name]
        if name == "name" and customer["kind"] == "INDIVIDUAL":
            data_class = "CONTACT"
        level = int(self.oracle.level(customer, data_class))
        return max(level, 0 if READERS.isdisjoint(self.me["roles"]) else 1)

    def decided_cells(self) -> Iterator[tuple[str, Any, str]]:
        """What he decides about: the record must be as it was, or the request would be stale."""
        for row in (row for found in self.of_customer.values() for row in found):
            if row["kind"] != "DATA_ACCESS" and self.is_open(row) and self.decides(row):
                yield from ((_TABLE_OF[row["subject_type"]], row["subject_id"], name) for name in row["values"])


class TwinRequests:
    """Changes whatever the viewer is not shown of requests."""

    def __init__(self, oracle: Oracle, before: Rows, rows: Rows, seed: int) -> None:
        self.rng, self.requests = random.Random(seed + 3), oracle.requests
        self.users = sorted(oracle.users)
        self.hidden = {row["id"] for row in before[TABLE] if not self.requests.exists(row)}
        for row in rows[TABLE]:
            self._whole(row) if row["id"] in self.hidden else self._row(row)
        gone = {key for key in sorted(self.hidden) if self.rng.random() < 0.25}
        models = [row for row in rows[TABLE] if row["id"] in self.hidden and row["kind"] != "CUSTOMER_ENTRY"]
        more = [self._whole(model | {"id": new_id()}) for model in self.rng.sample(models, min(len(models), 8))]
        there = {row["id"] for row in rows["customers"]} | {None}
        kept = [row for row in rows[TABLE] if row["id"] not in gone] + more
        rows[TABLE] = [row for row in kept if row["customer_id"] in there]

    def _whole(self, row: Row) -> Row:
        """Of a request that does not exist for the viewer anything differs that leaves it so."""
        state = row["state"]
        if row["kind"] != "CUSTOMER_ENTRY":
            row["state"] = self.rng.choice(("PENDING", *_ENDED))
        _end(self.rng, row, [key for key in self.users if key != self.requests.me["id"]])
        if self.requests.exists(row):
            row["state"] = state
            _end(self.rng, row, [key for key in self.users if key != self.requests.me["id"]])
        row["reason"], row["created_at"] = values.words(self.rng), values.moment(self.rng)
        row["values"] = {name: self._others(row, name) for name in row["values"]}
        return row

    def _row(self, row: Row) -> None:
        for name in list(row["values"]):
            shown = self.requests.seen(row, name)
            if shown == 0:
                row["values"][name] = self._others(row, name)
            elif shown == 1:
                row["values"][name] = [self._behind(row, name, value) for value in row["values"][name]]

    def _others(self, row: Row, name: str) -> list[Any]:
        if row["customer_id"] is None:
            return row["values"][name]
        entity = row["subject_type"]
        return [self.rng.choice((None, _value(self.rng, entity, name))), _value(self.rng, entity, name)]

    def _behind(self, row: Row, name: str, value: Any) -> Any:
        """Another value behind the same mask."""
        spec: FieldSpec = ENTITIES[row["subject_type"]].by_name[name]
        if spec.shown_masked is Mask.SHOW:
            return value
        if spec.shown_masked is Mask.HIDE:
            return self.rng.choice((None, _value(self.rng, row["subject_type"], name)))
        pretended = {spec.name: value, "salutation": None, "kind": "INDIVIDUAL"}
        alike.change(self.rng, spec, pretended)
        return pretended[spec.name]
