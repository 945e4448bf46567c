"""Access grants in the world and its twins, and what D45 says of them, row by row."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from service.core.ids import new_id
from tests.security.twin import values
from tests.security.twin.rows import Row, Rows

if TYPE_CHECKING:
    from tests.security.twin.oracle import Oracle

TABLE, MEMBERS = "access_grants", "access_grant_customers"
USE = "access.use"
OVERSEERS = frozenset({"DATA_STEWARD", "ADMIN", "AUDITOR", "SECURITY"})
WITHDRAWING = frozenset({"DATA_STEWARD", "ADMIN"})

HOLDERS = (
    "stranger", "service", "marketing", "hr", "collaborator", "auditor", "steward", "colleague", "neighbour manager",
)  # fmt: skip
LEVELS = {"BUSINESS": 2, "COMMERCIAL": 2, "CONTACT": 1}
"""What a grant of a class shows: contact data stay masked."""
_STATES = ("REQUESTED", "REFUSED", "UPCOMING", "WITHDRAWN", "EXPIRED", "COPIED")
"""COPIED: granted as a file, which opens nothing in the service."""


def add(rng: random.Random, rows: Rows, users: dict[str, Row]) -> None:
    """For each holder grants in force, of all classes and of one; and one in another state, with its request."""
    places: defaultdict[Any, list[Row]] = defaultdict(list)
    for customer in rows["customers"]:
        if customer["state"] in ("ACTIVE", "ARCHIVED"):
            places[customer["department_id"]].append(customer)
    rows[TABLE], rows[MEMBERS] = [], []
    for serial, holder in enumerate(HOLDERS):
        for number, classes in enumerate((list(LEVELS), [rng.choice(list(LEVELS))], list(LEVELS))):
            state = "ACTIVE" if number < 2 else _STATES[serial % len(_STATES)]
            department = rng.choice(sorted(places))
            chosen = rng.sample(places[department], min(len(places[department]), 5))
            grant = _row(rng, users, holder, department, classes, state) | {"customer_count": len(chosen)}
            rows[TABLE].append(grant)
            rows[MEMBERS] += [{"id": new_id(), "grant_id": grant["id"], "customer_id": c["id"]} for c in chosen]
            rows["approvals"].append(_request(rng, users, grant, state))
            used = [None, *(c["id"] for c in chosen)] if grant["granted_at"] else []
            rows["change_log"].append(use(rng, grant, None) | {"action": "access.grant"})
            rows["change_log"] += [use(rng, grant, key) for key in rng.sample(used, min(len(used), 2))]


def _row(
    rng: random.Random, users: dict[str, Row], holder: str, department: Any, classes: list[str], state: str
) -> Row:
    now = datetime.now(UTC).replace(microsecond=0)
    begins, until = now - timedelta(days=rng.randint(1, 9)), now + timedelta(days=rng.randint(5, 20))
    if state == "UPCOMING":
        begins = now + timedelta(days=2)
    if state == "EXPIRED":
        begins, until = now - timedelta(days=9), now - timedelta(days=2)
    granted, ended = state not in ("REQUESTED", "REFUSED"), state in ("WITHDRAWN", "REFUSED")
    return {
        "id": new_id(), "created_at": values.moment(rng), "updated_at": values.START, "version": rng.randint(1, 3),
        "delivery": "COPY" if state == "COPIED" else "GRANT", "copied_at": None, "recipient": None,
        "for_marketing": False, "is_authorised": False,
        "holder_id": users[holder]["id"], "department_id": department, "data_classes": classes,
        "purpose": values.words(rng), "customer_count": 0, "begins_at": begins, "until": until,
        "granted_at": values.moment(rng) if granted else None,
        "checked_by_id": users["chief"]["id"] if granted else None,
        "granted_by_id": users["admin"]["id"] if granted else None, "ended_at": values.moment(rng) if ended else None,
        "ended_by_id": users["chief"]["id"] if state == "WITHDRAWN" else None,
        "end_reason": values.words(rng) if state == "WITHDRAWN" else None,
    }  # fmt: skip


def _request(rng: random.Random, users: dict[str, Row], grant: Row, state: str) -> Row:
    """The request that it began with: open, or decided by those whom the grant names."""
    is_open, checked = state == "REQUESTED", rng.random() < 0.5
    by = {"REQUESTED": None, "REFUSED": users["east manager"]["id"]}.get(state, grant["granted_by_id"])
    second = checked or grant["granted_at"] is not None
    became = "PENDING" if is_open else "REJECTED" if state == "REFUSED" else "APPROVED"
    return {
        "id": new_id(), "created_at": grant["created_at"], "updated_at": grant["created_at"], "version": 1,
        "kind": "DATA_ACCESS", "state": became, "customer_id": None, "department_id": grant["department_id"],
        "requester_id": grant["holder_id"], "subject_type": "AccessGrant", "subject_id": grant["id"],
        "reason": grant["purpose"],
        "rule": "DATA_STEWARD" if second else "DEPARTMENT_HEAD", "later_rules": [] if second else ["DATA_STEWARD"],
        "decided_before": [users["chief"]["id"]] if second else [], "payload": {},
        "expires_at": datetime.now(UTC).replace(microsecond=0) + timedelta(days=8), "reminded_at": None,
        "decided_at": None if is_open else values.moment(rng), "decided_by_id": by, "in_place_of_id": None,
        "comment": None, "values": {"data_classes": [None, grant["data_classes"]], "customers": [None, 3]},
    }  # fmt: skip


def use(rng: random.Random, grant: Row, customer: Any) -> Row:
    """A row of the change log that tells of a use."""
    return {
        "id": new_id(), "at": values.moment(rng), "actor_id": grant["holder_id"], "action": USE, "outcome": "DONE",
        "subject_type": "AccessGrant", "subject_id": grant["id"], "customer_id": customer, "reason": None,
        "request_id": f"u{rng.randrange(10**6)}", "channel": "JOB", "digests": {}, "values": {},
    }  # fmt: skip


class Grants:
    """What the viewer is to each grant of `rows`."""

    def __init__(self, oracle: Oracle, rows: Rows) -> None:
        self.oracle, self.me = oracle, oracle.viewer
        self.by_id = {row["id"]: row for row in rows[TABLE]}
        self.members: defaultdict[Any, set[Any]] = defaultdict(set)
        for member in rows[MEMBERS]:
            self.members[member["grant_id"]].add(member["customer_id"])
        self.requests = {row["subject_id"]: row for row in rows["approvals"] if row["kind"] == "DATA_ACCESS"}
        self.opened: defaultdict[Any, set[str]] = defaultdict(set)
        """By customer, the classes that grants in force open for the viewer."""
        for grant in rows[TABLE]:
            if grant["holder_id"] == self.me["id"] and in_force(grant):
                for customer in self.members[grant["id"]]:
                    self.opened[customer] |= set(grant["data_classes"])

    def exists(self, grant: Row) -> bool:
        """For its holder, who answers for the customers, who decides or has decided, and who oversees all of them."""
        mine = grant["holder_id"] == self.me["id"]
        oversees = not OVERSEERS.isdisjoint(self.me["roles"])
        owned = (self.oracle.customers.get(key) for key in self.members[grant["id"]])
        owns = any(customer is not None and customer["owner_id"] == self.me["id"] for customer in owned)
        return mine or oversees or owns or self.oracle.manages(grant["department_id"]) or self._decides(grant)

    def _decides(self, grant: Row) -> bool:
        request = self.requests.get(grant["id"])
        if request is None:
            return False
        decided = self.me["id"] in (request["decided_by_id"], *request["decided_before"])
        return decided or (self.oracle.requests.is_open(request) and self.oracle.requests.decides(request))

    def answers(self, grant: Row) -> bool:
        """Whether he may end it."""
        steward = not WITHDRAWING.isdisjoint(self.me["roles"])
        return steward or grant["holder_id"] == self.me["id"] or self.oracle.manages(grant["department_id"])

    def use_exists(self, row: Row) -> bool:
        customer = row["customer_id"] and self.oracle.customers[row["customer_id"]]
        seen = customer is None or self.oracle.customer_exists(customer)
        return seen and self.exists(self.by_id[row["subject_id"]])


def in_force(grant: Row) -> bool:
    now = datetime.now(UTC)
    return (
        grant["delivery"] == "GRANT"
        and bool(grant["granted_at"])
        and grant["ended_at"] is None
        and grant["begins_at"] <= now < grant["until"]
    )


class TwinGrants:
    """Changes whatever the viewer is not shown of grants and of their use."""

    def __init__(self, oracle: Oracle, rows: Rows, seed: int) -> None:
        self.rng, self.grants = random.Random(seed + 4), oracle.grants
        self.hidden = {row["id"] for row in rows[TABLE] if not self.grants.exists(row)}
        for row in rows[TABLE]:
            if row["id"] in self.hidden:
                self._whole(row)
        gone = {key for key in sorted(self.hidden) if self.rng.random() < 0.25}
        rows[TABLE] = [row for row in rows[TABLE] if row["id"] not in gone]
        there = {row["id"] for row in rows["customers"]}
        rows[MEMBERS] = [
            row
            for row in rows[MEMBERS]
            if row["grant_id"] not in gone
            and row["customer_id"] in there
            and (row["grant_id"] not in self.hidden or self.rng.random() < 0.6)
        ]
        self._uses(rows, gone, there)

    def _whole(self, row: Row) -> None:
        """Of a grant that does not exist for the viewer anything differs that leaves it so."""
        row["data_classes"] = self.rng.sample(list(LEVELS), self.rng.randint(1, 3))
        row["purpose"], row["created_at"] = values.words(self.rng), values.moment(self.rng)
        row["customer_count"], row["until"] = (
            self.rng.randint(1, 99),
            row["until"] + timedelta(days=self.rng.randint(1, 9)),
        )

    def _uses(self, rows: Rows, gone: set[Any], there: set[Any]) -> None:
        kept: list[Row] = []
        for row in rows["change_log"]:
            if row["action"] == USE and not self.grants.use_exists(row):
                if row["subject_id"] in gone or self.rng.random() < 0.3 or row["customer_id"] not in there | {None}:
                    continue
                row["at"], row["request_id"] = values.moment(self.rng), f"h{self.rng.randrange(10**6)}"
            kept.append(row)
        rows["change_log"] = kept
