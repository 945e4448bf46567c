"""The small world that the twins are made of: both kinds of customer, every state, every child, each with gaps."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from service.core.fields import ENTITIES
from service.core.fields.spec import EntitySpec
from service.core.ids import new_id
from service.rules import name_keys, readings
from tests.security.twin import consents, grants, logged, own_fields, requests, values
from tests.security.twin.rows import Row, Rows

ENTITY_OF = {
    "customers": "Customer", "contacts": "Contact", "follow_ups": "FollowUp", "needs": "Need",
    "stage_moves": "StageMove", "tasks": "Task", "reminders": "Reminder", "branches": "Branch",
    "payment_terms": "PaymentTerm", "procedures": "Procedure", "customer_relations": "CustomerRelation",
    "attachments": "Attachment", "consents": "Consent",
}  # fmt: skip
"""The guarded tables with fields of their own."""

WHOLE = ("name", "title", "content", "share", "display_name", "file_name", "sha256")
"""Fields that the database wants, though a viewer may be shown none."""

LINKS = ("download", "thumbnail", "preview")
"""Made for each answer, and asked for last: giving one out is logged."""
COMPUTED = (
    "coarse_status", "proposed_next_follow_up_at", "is_overdue", "refusal", "rejection_zh", "rejection_en", *LINKS,
)  # fmt: skip
CUSTOMERS = 44
_OWNERS = ("owner", "colleague", "collaborator", "service", "owner", None, "manager", "selling marketer", "stranger")
_EDITORS = ((), ("service",), ("marketing", "colleague"), ("owner",))
_ATTACHED_TO = {"contacts": "contact_id", "follow_ups": "follow_up_id"}
_HELPERS = ("collaborator", "service", "collaborating auditor", "neighbour manager")


def columns(spec: EntitySpec) -> list[Any]:
    """The fields that are columns."""
    return [field for field in spec.fields if field.name not in COMPUTED]


def filled(rng: random.Random, table: str) -> Row:
    """A row with a value for each field, three of ten left out where they may be."""
    row: Row = {"id": new_id()}
    for spec in columns(ENTITIES[ENTITY_OF[table]]):
        absent = spec.nullable and spec.name not in WHOLE and rng.random() < 0.3
        row[spec.name] = None if absent else values.value(rng, spec)
    keep_whole(row)
    return row


def keep_whole(row: Row) -> None:
    """What belongs together: an amount with its currency, both coordinates or none; an enterprise is no Mr or Ms."""
    if row.get("kind") == "ENTERPRISE":
        row["salutation"] = None
    if "registered_capital" in row:
        row["registered_capital_currency"] = row["registered_capital"] and "CNY"
    for name in values.NUMBERS.keys() & row.keys():
        shown = row[name]
        row[f"{name}_digest"] = shown and (row.get(f"{name}_digest") or values.protected_digest(name, shown))
    if "amount" in row:
        row["amount_currency"] = row["amount"] and "CNY"
    if "rejection" in row:
        row["rejection"] = (row["rejection"] or "DAMAGED") if row["state"] == "REJECTED" else None
        if row["state"] == "CLEAN":
            row |= {"scanned_by": row["scanned_by"] or "clamd", "checked_at": row["checked_at"] or values.START}
    if row.get("latitude") is None or row.get("longitude") is None:
        row |= dict.fromkeys(row.keys() & {"latitude", "longitude"})


def add_name_keys(table: str, row: Row) -> None:
    """What names are found and sorted by follows from the name."""
    person = table == "contacts" or row["kind"] == "INDIVIDUAL"
    row["name_sort"] = row["name"] and readings.sort_key(row["name"], person=person)
    if table == "customers":
        row["name_key"] = row["name"] and name_keys.key(row["name"])
        row["short_name_sort"] = row["short_name"] and readings.sort_key(row["short_name"])


def plan_or_reason(rng: random.Random, row: Row) -> None:
    """A follow-up has a whole next plan or the reason why there is none (D20)."""
    planned = rng.random() < 0.5
    row["next_plan_at"] = values.moment(rng) if planned else None
    row["next_plan_mode"] = rng.choice(("PHONE", "VISIT")) if planned else None
    row["next_plan_goal"] = values.words(rng) if planned else None
    row["no_plan_reason"] = None if planned else values.words(rng)


class World:
    """Makes the rows. `rows` holds them, `users` the staff by name."""

    def __init__(self, people: Rows, users: dict[str, Row], system_tags: list[Row], seed: int = 7) -> None:
        self.rng = random.Random(seed)
        self.users = users
        custom = [self._tag(name) for name in ("老张介绍", "要发票", "只在草稿上", "暗标签")]
        self.rows: Rows = people | {"tags": [*system_tags, *custom]}
        linking = ("collaborators", "edit_permissions", "customer_tags", "follow_up_companions", "file_contents")
        for table in ("customers", *linking, *ENTITY_OF):
            self.rows.setdefault(table, [])
        for serial in range(CUSTOMERS):
            self._customer(serial)
        self._files()
        self._network()
        consents.add(random.Random(seed + 4), self.rows, users, filled)
        logged.add(random.Random(seed + 1), self.rows, users)
        requests.add(random.Random(seed + 2), self.rows, users)
        grants.add(random.Random(seed + 3), self.rows, users)

    def _tag(self, name: str) -> Row:
        times = dict.fromkeys(("created_at", "updated_at"), values.START)
        return {"id": new_id(), **times, "name": name, "is_system": False, "retired_at": None, "version": 1}

    def _id(self, name: str | None) -> Any:
        return self.users[name]["id"] if name else None

    def _customer(self, serial: int) -> None:
        rng, state = self.rng, self._state(serial)
        owner = _OWNERS[serial % len(_OWNERS)]
        # A draft is its author's: nobody else has entered it.
        author = owner or ("manager" if state in ("DRAFT", "PENDING") else "owner")
        owner = owner or (author if state in ("DRAFT", "PENDING") else None)
        row = filled(rng, "customers") | {
            "kind": "INDIVIDUAL" if serial % 2 else "ENTERPRISE", "state": state, "owner_id": self._id(owner),
            "department_id": self.users[author]["department_id"], "created_by_id": self._id(author),
            "updated_by_id": self._id(author), "submission_evidence": "LICENCE", "number": None, "number_day": None,
            "number_serial": None,
        }  # fmt: skip
        row["name"] = values.company(rng) if row["kind"] == "ENTERPRISE" else values.person(rng)
        if state == "DRAFT" and rng.random() < 0.4:
            row["name"] = None
        if state in ("ACTIVE", "ARCHIVED"):
            row["number_day"] = (values.START + timedelta(days=serial % 3)).date()
            row["number_serial"] = serial + 1
            row["number"] = f"C{row['number_day']:%Y%m%d}{serial + 1:04d}"
        keep_whole(row)
        add_name_keys("customers", row)
        row["custom"] = own_fields.filled(random.Random(serial))
        self._referred(row)
        self.rows["customers"].append(row)
        self._relations(row, serial)
        self._children(row)

    def _state(self, serial: int) -> str:
        # 5 and 7 have nothing in common with the number of owners: every owner has every state in both kinds.
        return {1: "DRAFT", 3: "PENDING", 5: "ARCHIVED"}.get(serial % 7, "ACTIVE")

    def _referred(self, row: Row) -> None:
        """By whom, and who assessed it. Drafts refer too: what is hidden must stay so behind every link."""
        rng, before = self.rng, self.rows["customers"]
        row["referrer_customer_id"] = rng.choice(before)["id"] if before and rng.random() < 0.5 else None
        row["referrer_user_id"] = self._id(rng.choice((None, "owner", "stranger")))
        row["assessed_by_id"] = self._id(rng.choice((None, "owner", "colleague", "manager")))

    def _relations(self, customer: Row, serial: int) -> None:
        rng = self.rng
        for name in rng.sample(_HELPERS, rng.choice((0, 1, 1, 2))):
            self._link("collaborators", customer, user_id=self._id(name))
        for name in _EDITORS[serial % len(_EDITORS)]:
            self._link("edit_permissions", customer, user_id=self._id(name), granted_by_id=self._id("owner"))
        usable = [t for t in self.rows["tags"] if t["is_system"] or t["name"] not in ("只在草稿上", "暗标签")]
        chosen = rng.sample(usable, 2)
        if customer["state"] in ("DRAFT", "PENDING"):
            chosen.append(next(t for t in self.rows["tags"] if t["name"] == "只在草稿上"))
        if serial == 1:
            chosen.append(next(t for t in self.rows["tags"] if t["name"] == "暗标签"))
        for tag in chosen:
            self._link("customer_tags", customer, tag_id=tag["id"])

    def _link(self, table: str, customer: Row, **target: Any) -> None:
        row = {"id": new_id(), "created_at": values.START, "customer_id": customer["id"], **target}
        self.rows[table].append(row)

    def _children(self, customer: Row) -> None:
        rng, staff = self.rng, [self._id(name) for name in ("owner", "colleague", "collaborator", "service")]
        contacts = [self._contact(customer, place) for place in range(rng.randint(0, 3))]
        for _ in range(rng.randint(0, 4)):
            follow_up = self._add("follow_ups", customer, recorded_by_id=rng.choice(staff), author_id=rng.choice(staff))
            follow_up["contact_id"] = rng.choice(contacts)["id"] if contacts and rng.random() < 0.7 else None
            follow_up["removed_at"] = values.START if rng.random() < 0.25 else None
            plan_or_reason(rng, follow_up)
            for companion in rng.sample(staff, rng.choice((0, 0, 1, 2))):
                link = {"id": new_id(), "created_at": values.START, "follow_up_id": follow_up["id"]}
                self.rows["follow_up_companions"].append(link | {"user_id": companion})
            if rng.random() < 0.6:
                self._task(customer, follow_up, rng.choice(staff))
        for _ in range(rng.randint(0, 2)):
            self._add("needs", customer)
        for _ in range(rng.randint(0, 2)):
            self._add("stage_moves", customer, actor_id=rng.choice(staff))
        if rng.random() < 0.4:
            self._task(customer, None, rng.choice(staff))
        self._places_and_terms(customer, contacts)

    def _places_and_terms(self, customer: Row, contacts: list[Row]) -> None:
        rng = self.rng
        for place in range(rng.randint(0, 2)):
            self._add("branches", customer, removed_at=values.START if place else None)
        for place in range(rng.randint(0, 3)):
            self._add("payment_terms", customer, position=place + 1)
        for place in range(rng.randint(0, 2)):
            procedure = self._add("procedures", customer, removed_at=values.START if place else None)
            procedure["contact_id"] = rng.choice(contacts)["id"] if contacts and rng.random() < 0.7 else None

    def _files(self) -> None:
        """Files in every state, of customers, contacts and follow-ups; with a generator of their own."""
        rng, staff = random.Random(77), [self._id(name) for name in ("owner", "colleague", "collaborator")]
        for customer in self.rows["customers"]:
            for _ in range(rng.randint(0, 3)):
                self._file(rng, customer, rng.choice(staff))

    def _file(self, rng: random.Random, customer: Row, uploader: Any) -> None:
        of = {t: [r["id"] for r in self.rows[t] if r["customer_id"] == customer["id"]] for t in _ATTACHED_TO}
        subject = rng.choice([None, *(table for table, found in of.items() if found)])
        row = filled(rng, "attachments") | {"customer_id": customer["id"], "uploaded_by_id": uploader}
        row |= {column: rng.choice(of[t]) if t == subject else None for t, column in _ATTACHED_TO.items()}
        row["removed_at"] = values.START if rng.random() < 0.2 else None
        row |= {"updated_at": row["created_at"], "content_id": None}
        if row["state"] == "CLEAN":
            row["content_id"] = self._content(rng, row)
        keep_whole(row)
        self.rows["attachments"].append(row)

    def _content(self, rng: random.Random, file: Row) -> str:
        """What is stored of a clean file; half of them have pictures."""
        row = {"sha256": values.digest(rng), "size": file["size"], "file_type": file["file_type"], "unused_since": None}
        row |= {"created_at": values.START, "thumbnails": rng.choice(([], [256, 1024]))}
        self.rows["file_contents"].append(row)
        return row["sha256"]

    def _network(self) -> None:
        """Relations of every kind among customers in effect; hidden ones are at the end of some, in no hierarchy."""
        rng, customers = self.rng, self.rows["customers"]
        pairs = {(one["id"], other["id"]): (one, other) for one in customers for other in rng.sample(customers, 3)}
        childless = {row["id"] for row in customers}
        for pair in [pair for key, pair in sorted(pairs.items()) if key[0] < key[1]]:
            one, other = rng.sample(pair, 2)
            kind = rng.choice(("SUPPLIER", "REFERRER", "PARTNER"))
            in_effect = {one["state"], other["state"]} <= {"ACTIVE", "ARCHIVED"}
            if in_effect and other["id"] in childless and one["id"] < other["id"]:
                kind = rng.choice(("SUBSIDIARY", "BRANCH"))
                childless.remove(other["id"])
            ends = {"from_customer_id": one["id"], "to_customer_id": other["id"]}
            row = filled(rng, "customer_relations") | {"kind": kind, **ends}
            row |= {"updated_at": row["created_at"], "removed_at": values.START if rng.random() < 0.2 else None}
            self.rows["customer_relations"].append(row)

    def _add(self, table: str, customer: Row, **more: Any) -> Row:
        row = filled(self.rng, table) | {"customer_id": customer["id"], **more}
        if table in ("follow_ups", "needs", "tasks", "branches", "procedures"):
            row["updated_at"] = row["created_at"]
        self.rows[table].append(row)
        return row

    def _contact(self, customer: Row, place: int) -> Row:
        row = self._add("contacts", customer, is_primary=place == 0)
        row["removed_at"] = values.START if place == 2 or self.rng.random() < 0.1 else None
        row["name"] = values.person(self.rng)
        add_name_keys("contacts", row)
        return row

    def _task(self, customer: Row, follow_up: Row | None, assignee: Any) -> None:
        people = {"assignee_id": assignee, "created_by_id": None if follow_up else assignee}
        task = self._add("tasks", customer, follow_up_id=follow_up and follow_up["id"], **people)
        task["closed_by_id"] = assignee if task["state"] == "DONE" else None
        if self.rng.random() < 0.6:
            reminder = filled(self.rng, "reminders") | {"task_id": task["id"], "recipient_id": assignee}
            self.rows["reminders"].append(reminder)
