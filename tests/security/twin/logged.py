"""The change log in the world and its twins, and what D35, D42 and D43 say of it, row by row."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from service.core.fields import ENTITIES
from service.core.fields.spec import FieldSpec, Mask
from service.core.ids import new_id
from tests.security.twin import alike, grants, own_fields, values
from tests.security.twin.rows import Row, Rows

if TYPE_CHECKING:
    from tests.security.twin.oracle import Oracle

TABLE = "change_log"
READERS = frozenset({"AUDITOR", "SECURITY", "ADMIN"})
"""Who reads all of it, masked at least."""

TOLD_OF = {
    "customers": ("Customer", ("name", "mobile", "notes", "bank_name", "grade", "intent", "address")),
    "contacts": ("Contact", ("name", "title", "mobile", "email", "landline")),
    "follow_ups": ("FollowUp", ("content", "mode")),
    "needs": ("Need", ("priority",)),
    "branches": ("Branch", ("name", "phone")),
    "payment_terms": ("PaymentTerm", ("kind",)),
    "customer_relations": ("CustomerRelation", ("kind",)),
    "attachments": ("Attachment", ("display_name", "state")),
    "consents": ("Consent", ("purpose", "note")),
}
BESIDES = {"owner_id": "BASIC", "tags": "BASIC", "assessed_by_id": "COMMERCIAL", "confirmed_by": "CONTACT"}
"""What the log of a customer has that are no fields of it, with their class. Nothing else is shown to anybody."""
NOT_SHOWN = ("referrer_customer_id", "something_else")


def add(rng: random.Random, rows: Rows, users: dict[str, Row]) -> None:
    """Log rows about what the world has, and some about no customer."""
    log: list[Row] = rows.setdefault(TABLE, [])
    actors = [users[name]["id"] for name in ("owner", "colleague", "manager")]
    customer_of = {row["id"]: row for row in rows["customers"]}
    for table, (entity, names) in TOLD_OF.items():
        for subject in rows[table]:
            if table in ("customer_relations", "attachments") and subject["removed_at"] is not None:
                continue  # the twin drops what was removed, which the service never does
            key = {"customers": "id", "customer_relations": "from_customer_id"}.get(table, "customer_id")
            customer = customer_of[subject[key]]
            for _ in range(1 if table != "customers" else 2):
                chosen = rng.sample(names, min(len(names), 4))
                held = {name: _pair(rng, entity, name, customer) for name in chosen}
                if table == "customers":
                    held |= _besides(rng, rows, actors)
                log.append(_row(rng, actors, entity, subject["id"], customer["id"], held))
    for user in list(users.values())[:6]:
        log.append(_row(rng, actors, "User", user["id"], None, {"name": ("甲", "乙"), "email": (None, "a@b.example")}))
        log.append(_row(rng, actors, "SavedFilter", new_id(), None, {"where": (None, "x")}))


def _besides(rng: random.Random, rows: Rows, actors: list[Any]) -> dict[str, tuple[Any, Any]]:
    own = rng.choice(own_fields.FIELDS)
    found: dict[str, tuple[Any, Any]] = {
        "owner_id": tuple(str(actor) for actor in rng.sample(actors, 2)),  # type: ignore[dict-item]
        "tags": (None, [values.words(rng)]),
        "assessed_by_id": (None, str(rng.choice(actors))),
        "confirmed_by": (None, values.person(rng)),
        "referrer_customer_id": (None, str(rng.choice(rows["customers"])["id"])),
        "something_else": (values.words(rng), values.words(rng)),
    }
    kept = {name: found[name] for name in rng.sample(sorted(found), 3)}
    return kept | {f"custom.{own.key}": (None, own_fields.filled(random.Random(rng.random())).get(own.key))}


def _row(
    rng: random.Random, actors: list[Any], entity: str, subject: Any, customer: Any, held: dict[str, tuple[Any, Any]]
) -> Row:
    refused = rng.random() < 0.15
    return {
        "id": new_id(), "at": values.moment(rng), "actor_id": rng.choice(actors), "action": rng.choice(ACTIONS),
        "outcome": "REFUSED" if refused else "DONE", "subject_type": entity, "subject_id": subject,
        "customer_id": customer, "reason": rng.choice(("FORBIDDEN", values.words(rng))) if rng.random() < 0.7 else None,
        "request_id": f"r{rng.randrange(10**6)}", "channel": rng.choice(("API", "IMPORT", "JOB")),
        "digests": {} if refused else {name: [None, None] for name in held},
        "values": {} if refused else {name: [_plain(one) for one in pair] for name, pair in held.items()},
    }  # fmt: skip


ACTIONS = ("customer.update", "contact.update", "customer.tag", "need.update")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date | datetime) else value


def _pair(rng: random.Random, entity: str, name: str, customer: Row) -> tuple[Any, Any]:
    return _value(rng, entity, name, customer), _value(rng, entity, name, customer)


def _value(rng: random.Random, entity: str, name: str, customer: Row | None) -> Any:
    if rng.random() < 0.2:
        return None
    if name == "name":
        is_company = entity == "Customer" and (customer is None or customer["kind"] == "ENTERPRISE")
        return values.company(rng) if is_company else values.person(rng)
    return values.value(rng, ENTITIES[entity].by_name[name])


def exists(oracle: Oracle, rows: Rows, row: Row) -> bool:
    """Whether a row of the log exists for the viewer."""
    reads = not READERS.isdisjoint(oracle.viewer["roles"])
    if row["customer_id"] is None:
        return reads
    customer = oracle.customers[row["customer_id"]]
    if row["action"] == grants.USE:
        return reads and oracle.customer_exists(customer)
    if not oracle.customer_exists(customer) or not _both_ends(oracle, rows, row):
        return False
    table = next(table for table, (entity, _) in TOLD_OF.items() if entity == row["subject_type"])
    file = next((one for one in rows["attachments"] if one["id"] == row["subject_id"]), None)
    there = file is None or oracle.file_exists("attachments", file, customer)
    return reads or (row["outcome"] == "DONE" and oracle.level(customer, ROW_CLASS[table]) > 0 and there)


ROW_CLASS = {
    "customers": "BASIC", "contacts": "CONTACT", "follow_ups": "BUSINESS", "needs": "BUSINESS", "branches": "BASIC",
    "payment_terms": "COMMERCIAL", "customer_relations": "BASIC", "attachments": "BUSINESS", "consents": "BASIC",
}  # fmt: skip


def _both_ends(oracle: Oracle, rows: Rows, row: Row) -> bool:
    if row["subject_type"] != "CustomerRelation":
        return True
    relation = next(one for one in rows["customer_relations"] if one["id"] == row["subject_id"])
    return all(
        oracle.customer_exists(oracle.customers[relation[end]]) for end in ("from_customer_id", "to_customer_id")
    )


def seen(oracle: Oracle, row: Row, name: str) -> tuple[int, Mask]:
    """How much is shown of a field's values: 0 nothing, 1 masked, 2 whole; and how they are masked."""
    reads = not READERS.isdisjoint(oracle.viewer["roles"])
    if row["customer_id"] is None:
        return (2 if row["subject_type"] == "User" else 0), Mask.SHOW
    customer = oracle.customers[row["customer_id"]]
    data_class, mask = _class(row["subject_type"], name, customer["kind"])
    if data_class is None:
        return 0, mask
    level = int(oracle.level(customer, data_class))
    return max(level, 1 if reads else 0), mask


def _class(entity: str, name: str, kind: str) -> tuple[str | None, Mask]:
    if name.startswith("custom."):
        own = next(one for one in own_fields.FIELDS if f"custom.{one.key}" == name)
        return own.data_class, Mask.HIDE if own.type in own_fields.MASKED_AWAY else Mask.SHOW
    if name in BESIDES and entity == "Customer":
        return BESIDES[name], Mask.PERSON_NAME if name == "confirmed_by" else Mask.SHOW
    if name in NOT_SHOWN:
        return None, Mask.HIDE
    spec = ENTITIES[entity].by_name[name]
    own_class = spec.individual_class if kind == "INDIVIDUAL" and spec.individual_class else spec.data_class
    return own_class.value, spec.shown_masked


class TwinLog:
    """Changes in the rows of the log whatever the viewer is not shown."""

    def __init__(self, oracle: Oracle, before: Rows, rows: Rows, seed: int) -> None:
        self.rng, self.oracle = random.Random(seed + 2), oracle
        self.hidden = {row["id"] for row in before[TABLE] if not exists(oracle, before, row)}
        self.changed: dict[str, list[tuple[Any, Any]]] = {}
        # The use of a grant exists for others than who reads the log: see `grants`.
        uses = {row["id"] for row in before[TABLE] if row["action"] == grants.USE}
        changes = self.hidden - uses
        for row in (row for row in rows[TABLE] if row["id"] not in uses):
            self._whole(row) if row["id"] in self.hidden else self._row(row)
        gone = {key for key in sorted(changes) if self.rng.random() < 0.25}
        models = [row for row in rows[TABLE] if row["id"] in changes]
        more = [self._whole(model | {"id": new_id()}) for model in self.rng.sample(models, min(len(models), 8))]
        rows[TABLE] = [row for row in rows[TABLE] if row["id"] not in gone] + more

    def _whole(self, row: Row) -> Row:
        """Of a row that does not exist for the viewer anything differs that leaves it so."""
        row["action"], row["at"] = self.rng.choice(ACTIONS), values.moment(self.rng)
        row["reason"], row["request_id"] = values.words(self.rng), f"h{self.rng.randrange(10**6)}"
        row["values"] = {name: [self._other(row, name), self._other(row, name)] for name in row["values"]}
        return row

    def _row(self, row: Row) -> None:
        for name in list(row["values"]):
            shown, mask = seen(self.oracle, row, name)
            if name == "referrer_customer_id":
                row["values"][name] = [self._referrer(key) for key in row["values"][name]]
            elif shown == 0 and self._is_always_named(row, name):
                row["values"][name] = [self._behind(row, name, mask, value) for value in row["values"][name]]
            elif shown == 0:
                self._unseen(row, name)
            elif shown == 1 and mask is not Mask.SHOW:
                row["values"][name] = [self._behind(row, name, mask, value) for value in row["values"][name]]
        if row["outcome"] == "DONE" and self._reason_is_hidden(row):
            self._note("reason", row["reason"], None)
            row["reason"] = self.rng.choice((None, values.words(self.rng)))

    def _is_always_named(self, row: Row, name: str) -> bool:
        """The log shows nothing of an individual's name below MASKED; the customer as it was is masked like today."""
        if row["subject_type"] != "Customer" or name != "name":
            return False
        return self.oracle.customers[row["customer_id"]]["kind"] == "INDIVIDUAL"

    def _referrer(self, key: Any) -> Any:
        """A customer as it was shows who referred it, where that one exists for the viewer."""
        found = next((c for c in self.oracle.customers.values() if str(c["id"]) == key), None)
        if found is None or self.oracle.customer_exists(found):
            return key
        hidden = [str(c["id"]) for c in self.oracle.customers.values() if not self.oracle.customer_exists(c)]
        return self.rng.choice([None, *hidden])

    def _reason_is_hidden(self, row: Row) -> bool:
        if row["customer_id"] is None:
            return "ADMIN" not in self.oracle.viewer["roles"]
        return self.oracle.level(self.oracle.customers[row["customer_id"]], "BUSINESS") < 2

    def _unseen(self, row: Row, name: str) -> None:
        if self.rng.random() < 0.3:
            del row["values"][name]
        else:
            row["values"][name] = [self._other(row, name), self._other(row, name)]

    def _other(self, row: Row, name: str) -> Any:
        entity = row["subject_type"]
        if name.endswith("_id"):
            return str(new_id())
        if entity in ENTITIES and name in ENTITIES[entity].by_name and entity != "User":
            return _plain(_value(self.rng, entity, name, None))
        return values.words(self.rng)

    def _behind(self, row: Row, name: str, mask: Mask, value: Any) -> Any:
        """Another value behind the same mask."""
        if mask in (Mask.HIDE, Mask.CITY):
            return self.rng.choice((None, self._other(row, name)))
        known = ENTITIES[row["subject_type"]].by_name.get(name)
        spec: FieldSpec = known or ENTITIES["Contact"].by_name["name"]
        pretended = {spec.name: value}
        alike.change(self.rng, spec, pretended)
        self._note(name, value, pretended[spec.name])
        return pretended[spec.name]

    def _note(self, name: str, before: Any, after: Any) -> None:
        if before != after:
            self.changed.setdefault(name, []).append((before, after))
