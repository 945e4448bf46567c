"""The twin of a database for one viewer: everything that he is not shown is different, everything else is the same."""

from __future__ import annotations

import random
from typing import Any

from service.core.fields.spec import FieldSpec
from service.core.ids import new_id
from tests.security.twin import alike, consents, grants, logged, own_fields, requests, values
from tests.security.twin.grants import TwinGrants
from tests.security.twin.logged import TwinLog
from tests.security.twin.oracle import BY_RELATION, Cells, Oracle, Seen, specs
from tests.security.twin.requests import TwinRequests
from tests.security.twin.rows import Row, Rows, copied
from tests.security.twin.world import COMPUTED, ENTITY_OF, WHOLE, add_name_keys, keep_whole, plan_or_reason

KEPT = ("state", "is_primary", "name", "salutation", "kind", "number", "position")
"""Columns with rules of their own: see `_customer`, `_primaries` and `_kind`."""


class Twin:
    """Makes `rows`, the twin of `before` for `viewer`. `changed` says which cells differ, by (table, column)."""

    def __init__(self, before: Rows, viewer: Row, seed: int, by_relation: Cells = BY_RELATION) -> None:
        self.rng = random.Random(seed)
        self.own_rng = random.Random(seed + 1)
        self.oracle = Oracle(before, viewer, by_relation)
        self.rows = copied(before)
        self.decided = set(self.oracle.requests.decided_cells())
        self.changed: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
        self.hidden = {t: {r["id"] for r in before[t] if not self.oracle.row_exists(t, r)} for t in ENTITY_OF}
        for table in ENTITY_OF:
            for row in self.rows[table]:
                self._row(table, row)
        for table in ENTITY_OF:
            self._add(table)
        self._drop()
        self._links()
        self._companions()
        self._primaries()
        self._tags()
        self.log = TwinLog(self.oracle, before, self.rows, seed)
        self.hidden[logged.TABLE] = self.log.hidden
        self.hidden[grants.TABLE] = TwinGrants(self.oracle, self.rows, seed).hidden
        self.hidden[requests.TABLE] = TwinRequests(self.oracle, before, self.rows, seed).hidden
        self._record(before)

    def _row(self, table: str, row: Row) -> None:
        if row["id"] in self.hidden[table]:
            self._whole(table, row)
            return
        for spec in self._columns(table):
            seen = self.oracle.cell(table, row, spec)
            if (table, row["id"], spec.name) in self.decided:
                continue
            if spec.name == "number":
                self._number(row, seen)
            elif seen is Seen.MASKED:
                alike.change(self.rng, spec, row)
            elif seen is Seen.NONE:
                self._cell(spec, row)
        self._customer(table, row)
        self._own(table, row)
        self._link_to_hidden(table, row)
        if table in ("customers", "contacts"):
            add_name_keys(table, row)
        keep_whole(row)
        self._protected(table, row)

    def _protected(self, table: str, row: Row) -> None:
        """Who may not reveal a number sees its last four: it may be another one that ends so."""
        if table == "customers" and self.oracle.right(row, "IDENTITY") < Seen.FULL:
            for name in values.NUMBERS:
                row[f"{name}_digest"] = row[name] and values.digest(self.rng)

    def _number(self, row: Row, seen: Seen) -> None:
        """Unique, and there as soon as the customer is in effect."""
        if seen < Seen.FULL and row["number"] is not None:
            row["number"] = f"H{self.rng.randrange(10**12)}"

    def _columns(self, table: str) -> list[FieldSpec]:
        """Salutations come last: what a masked name shows of one is known when the name stands."""
        found = [spec for spec in specs(table).values() if spec.name not in (*COMPUTED, "salutation")]
        return found + [spec for name, spec in specs(table).items() if name == "salutation"]

    def _cell(self, spec: FieldSpec, row: Row) -> None:
        """Any other value; where it may be null, sometimes none, or one where there was none."""
        if spec.name == "salutation" and row.get("name") is not None and row.get("kind") != "ENTERPRISE":
            self._salutation(spec, row)
        elif spec.nullable and row[spec.name] is not None and self.rng.random() < 0.3 and spec.name != "share":
            row[spec.name] = None
        else:
            row[spec.name] = values.other(self.rng, spec, row[spec.name])

    def _salutation(self, spec: FieldSpec, row: Row) -> None:
        # The masked name of an individual says 先生 or 女士: only where it does not can the value differ unseen.
        before, name = row["salutation"], specs("customers")["name"]
        look = alike.shown(name, row)
        row["salutation"] = values.other(self.rng, spec, before)
        if alike.shown(name, row) != look:
            row["salutation"] = before

    def _customer(self, table: str, row: Row) -> None:
        if table == "customers":
            row["submission_evidence"] = self.rng.choice(("LICENCE", "BUSINESS_CARD", "OTHER"))  # nobody is shown it
            self._referred(row)

    def _own(self, table: str, row: Row) -> None:
        """Fields that administrators defined, each under its own class."""
        for own in own_fields.FIELDS if table == "customers" else ():
            seen = self.oracle.level(row, own.data_class)
            if seen is Seen.MASKED:
                own_fields.behind_mask(self.own_rng, own, row["custom"])
            elif seen is Seen.NONE:
                own_fields.unseen(self.own_rng, own, row["custom"])

    def _referred(self, row: Row) -> None:
        """Links of a customer that lead to what is hidden, or are hidden themselves."""
        if row["referrer_customer_id"] in self.hidden["customers"]:
            row["referrer_customer_id"] = self.rng.choice([None, *sorted(self.hidden["customers"])])
        if self.oracle.level(row, "COMMERCIAL") is Seen.NONE:
            row["assessed_by_id"] = self.rng.choice([None, *sorted(self.oracle.users)])

    def _link_to_hidden(self, table: str, row: Row) -> None:
        """To whom a follow-up was, or with whom something is done, where that contact does not exist for the viewer;
        and the file that shows what a customer agreed to."""
        if table == consents.TABLE:
            consents.change_evidence(self.rng, self.rows, self.hidden["attachments"], row)
        if table == "attachments":
            return  # one of a hidden contact does not exist, and one of a hidden follow-up neither
        if table in ("follow_ups", "procedures") and row["contact_id"] in self.hidden["contacts"]:
            same = [c["id"] for c in self.rows["contacts"] if c["customer_id"] == row["customer_id"]]
            row["contact_id"] = self.rng.choice([None, *(key for key in same if key in self.hidden["contacts"])])

    def _whole(self, table: str, row: Row) -> None:
        """A row that does not exist for the viewer: everything may differ that leaves it so."""
        for spec in self._columns(table):
            if spec.name not in KEPT:
                nothing = spec.nullable and self.rng.random() < 0.3 and spec.name not in WHOLE
                row[spec.name] = None if nothing else values.other(self.rng, spec, row[spec.name])
        if table == "customers":
            row["custom"] = own_fields.filled(self.own_rng)
            row["kind"] = self.rng.choice(("ENTERPRISE", "INDIVIDUAL"))
            row["name"] = values.company(self.rng) if row["kind"] == "ENTERPRISE" else values.person(self.rng)
        if table == "contacts":
            row["name"] = values.person(self.rng)
        self._kind(table, row)
        if "salutation" in row:
            row["salutation"] = self.rng.choice(("MR", "MS", None))
        if table in ("customers", "contacts"):
            add_name_keys(table, row)
        keep_whole(row)
        if table == "follow_ups":
            plan_or_reason(self.rng, row)

    def _kind(self, table: str, row: Row) -> None:
        """Of a hidden row any kind; of relations such as make no parent, and once for each two customers."""
        if table in ("payment_terms", "procedures"):
            row["kind"] = values.other(self.rng, specs(table)["kind"], row["kind"])
        if table == consents.TABLE:
            consents.settle(self.rng, row)
        if table == "branches":
            row["name"] = values.words(self.rng)
        if table == "customer_relations" and row["kind"] not in ("SUBSIDIARY", "BRANCH"):
            row["kind"] = self.rng.choice(("SUPPLIER", "REFERRER", "PARTNER"))

    def _add(self, table: str) -> None:
        """More rows that do not exist for the viewer, made like those that there are."""
        like = [row for row in self.rows[table] if row["id"] in self.hidden[table]]
        if table == "customer_relations":
            like = self._more_relations()
        for model in self.rng.sample(like, min(len(like), 8)):
            row = model | {"id": new_id()}
            row |= {"follow_up_id": None} if table == "tasks" else {}
            row |= {"sha256": values.digest(self.rng)} if table == "attachments" else {}
            row |= {"position": 90 + len(self.rows[table])} if table == "payment_terms" else {}
            self._whole(table, row)
            self.hidden[table].add(row["id"])
            self.rows[table].append(row)

    def _more_relations(self) -> list[Row]:
        """Relations of hidden customers to others that they have none with yet."""
        known = {frozenset((r["from_customer_id"], r["to_customer_id"])) for r in self.rows["customer_relations"]}
        hidden, everybody = sorted(self.hidden["customers"]), sorted(c["id"] for c in self.rows["customers"])
        model = self.rows["customer_relations"][0]
        found: list[Row] = []
        for one in hidden[:8]:
            other = self.rng.choice(everybody)
            pair = frozenset((one, other))
            if len(pair) == 2 and pair not in known:
                known.add(pair)
                ends = self.rng.sample((one, other), 2)
                ends_of = dict(zip(("from_customer_id", "to_customer_id"), ends, strict=True))
                found.append(model | ends_of | {"kind": "PARTNER", "removed_at": None})
        return found

    def _drop(self) -> None:
        """A quarter of the hidden rows goes, with all that belongs to them, which is hidden as well."""
        gone = {t: {k for k in sorted(keys) if self.rng.random() < 0.25} for t, keys in self.hidden.items()}
        gone["attachments"] -= consents.needed(self.rows)
        parents = {
            "contacts": [("customer_id", "customers")], "follow_ups": [("customer_id", "customers")],
            "needs": [("customer_id", "customers")], "stage_moves": [("customer_id", "customers")],
            "tasks": [("customer_id", "customers"), ("follow_up_id", "follow_ups")],
            "reminders": [("task_id", "tasks")],
            "branches": [("customer_id", "customers")], "payment_terms": [("customer_id", "customers")],
            "procedures": [("customer_id", "customers")], "consents": [("customer_id", "customers")],
            "attachments": [
                ("customer_id", "customers"), ("contact_id", "contacts"), ("follow_up_id", "follow_ups")
            ],
            "customer_relations": [("from_customer_id", "customers"), ("to_customer_id", "customers")],
        }  # fmt: skip
        for table in ENTITY_OF:
            for row in self.rows[table]:
                if any(row[column] in gone[parent] for column, parent in parents.get(table, [])):
                    self._bereave(table, row, gone)
            self.rows[table] = [row for row in self.rows[table] if row["id"] not in gone[table]]
        for row in (*self.rows["follow_ups"], *self.rows["procedures"]):
            if row["contact_id"] in gone["contacts"]:
                row["contact_id"] = None
        consents.forget(self.rows, gone["attachments"])
        for row in self.rows["customers"]:
            if row["referrer_customer_id"] in gone["customers"]:
                row["referrer_customer_id"] = None

    def _bereave(self, table: str, row: Row, gone: dict[str, set[Any]]) -> None:
        if row["id"] in self.hidden[table]:
            gone[table].add(row["id"])
        elif table == "attachments" and row["contact_id"] in gone["contacts"]:
            row["contact_id"] = None  # a file that is seen, of a contact that was removed
        elif row.get("follow_up_id") in gone["follow_ups"]:
            row["follow_up_id"] = None  # a task that is seen, of a follow-up that is not

    def _links(self) -> None:
        """Who helps with a hidden draft or may edit it, and its tags, are hidden too; even the viewer may help."""
        present = {c["id"] for c in self.rows["customers"]}
        hidden = self.hidden["customers"]
        for table in ("collaborators", "edit_permissions", "customer_tags"):
            kept = [row for row in self.rows[table] if row["customer_id"] in present]
            self.rows[table] = [r for r in kept if r["customer_id"] not in hidden or self.rng.random() < 0.5]
        helped = {r["customer_id"] for r in self.rows["collaborators"] if r["user_id"] == self.oracle.viewer["id"]}
        for key in sorted(hidden & present - helped):
            if self.rng.random() < 0.5:
                link = {"id": new_id(), "created_at": values.START, "customer_id": key}
                self.rows["collaborators"].append(link | {"user_id": self.oracle.viewer["id"]})

    def _companions(self) -> None:
        """Who went along is hidden with the follow-up."""
        present, unseen = {row["id"] for row in self.rows["follow_ups"]}, self.hidden["follow_ups"]
        links = [row for row in self.rows["follow_up_companions"] if row["follow_up_id"] in present]
        self.rows["follow_up_companions"] = [
            row for row in links if row["follow_up_id"] not in unseen or self.rng.random() < 0.5
        ]

    def _primaries(self) -> None:
        """One primary contact at most of each customer; which one is hidden where the contacts are."""
        hidden = [c for c in self.rows["contacts"] if c["id"] in self.hidden["contacts"]]
        for customer in {c["customer_id"] for c in hidden}:
            own = [c for c in hidden if c["customer_id"] == customer and c["removed_at"] is None]
            for contact in own:
                contact["is_primary"] = False
            if own:
                self.rng.choice(own)["is_primary"] = True

    def _tags(self) -> None:
        """A custom tag that only hidden drafts bear is hidden with them."""
        borne = {r["tag_id"] for r in self.rows["customer_tags"] if r["customer_id"] not in self.hidden["customers"]}
        for tag in self.rows["tags"]:
            if not tag["is_system"] and tag["id"] not in borne:
                tag["name"] = f"暗{self.rng.randint(100, 999)}{tag['id'].hex[-4:]}"

    def _record(self, before: Rows) -> None:
        for table in ENTITY_OF:
            old, new = ({row["id"]: row for row in rows[table]} for rows in (before, self.rows))
            for name in (spec.name for spec in self._columns(table)):
                pairs = [(old[k][name], new[k][name]) for k in old.keys() & new.keys()]
                pairs += [(old[k][name], None) for k in old.keys() - new.keys()]
                pairs += [(None, new[k][name]) for k in new.keys() - old.keys()]
                self.changed[table, name] = [(a, b) for a, b in sorted(pairs, key=repr) if a != b]
        old, new = ({row["id"]: row["custom"] for row in rows["customers"]} for rows in (before, self.rows))
        for own in own_fields.FIELDS:
            keys = sorted(old.keys() | new.keys())
            pairs = [(old.get(k, {}).get(own.key), new.get(k, {}).get(own.key)) for k in keys]
            self.changed["customers", own.key] = [(a, b) for a, b in pairs if a != b]
