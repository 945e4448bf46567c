"""D3, D42, D43 and D61 once more: by what a change is refused. Written from the rules, with nothing of the service."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tests.security.twin import grants, requests
from tests.security.twin.change import Change, Right
from tests.security.twin.oracle import ROW_CLASS, Oracle, Seen, specs
from tests.security.twin.rows import Row, Rows
from tests.security.twin.world import ENTITY_OF

NOT_FOUND, FORBIDDEN, FIELD_FORBIDDEN = "NOT_FOUND", "FORBIDDEN", "FIELD_FORBIDDEN"
REFUSALS = (NOT_FOUND, FORBIDDEN, FIELD_FORBIDDEN)

ENTERING = {"SALES", "SERVICE", "SALES_MANAGER", "SERVICE_MANAGER", "ADMIN"}
"""Nobody else enters or edits customers. Managers edit those of their department, whatever their title."""


class Editing:
    """What the viewer may change of `rows`; what is refused is the same for a twin of them."""

    def __init__(self, rows: Rows, oracle: Oracle) -> None:
        self.oracle = oracle
        self.roles = set(oracle.viewer["roles"])
        given = (row for row in rows["edit_permissions"] if row["user_id"] == oracle.viewer["id"])
        self.permitted = {row["customer_id"] for row in given}
        self.rows = {
            table: {row["id"]: row for row in rows[table]} for table in (*ENTITY_OF, requests.TABLE, grants.TABLE)
        }

    def refusal(self, change: Change) -> str | None:
        """The code that the change is refused with as a whole; None where that is not for want of a right."""
        if change.about is None:
            return None if self._may_at_all(change.right) else FORBIDDEN
        table, key = change.about
        row = self.rows[table].get(key)
        if row is None or not self.oracle.row_exists(table, row):
            return NOT_FOUND
        if table == requests.TABLE:
            return None if self._decides(change.right, row) else FORBIDDEN
        if table == grants.TABLE:
            return None if self.oracle.grants.answers(row) else FORBIDDEN
        return self._refusal(change, self.oracle.customer_of(table, row), row)

    def _refusal(self, change: Change, customer: Row, row: Row) -> str | None:
        if change.makes and self.oracle.level(customer, ROW_CLASS[change.makes]) is Seen.NONE:
            return NOT_FOUND
        if not self._may(change.right, customer, row):
            return FORBIDDEN
        if change.right is Right.REVEAL:
            return None if all(self._full(*one, customer) for one in change.sets) else FIELD_FORBIDDEN
        return None if self._sees_all(change, customer) else FIELD_FORBIDDEN

    def customer(self, change: Change) -> Row | None:
        """The customer concerned, where there is one."""
        row = change.about and self.rows[change.about[0]].get(change.about[1])
        if not change.about or not row or change.about[0] == grants.TABLE or row.get("customer_id", row) is None:
            return None
        return self.oracle.customer_of(change.about[0], row)

    def customer_key(self, change: Change) -> UUID | None:
        customer = self.customer(change)
        return customer and customer["id"]

    def concerned(self, change: Change) -> set[Any]:
        """The record, its customer, and the records that it hangs on: with one of them it goes."""
        row = change.about and self.rows[change.about[0]].get(change.about[1])
        links = {value for name, value in row.items() if name.endswith("_id")} if row else set[Any]()
        return {change.about[1], self.customer_key(change), *links} if change.about else links

    def may_refer(self, change: Change) -> bool:
        """Whether the other record that it names exists for the viewer, and fits."""
        return self.reference(change) in ("none", "good")

    def reference(self, change: Change) -> str:
        """What the other record that it names is: none, good, unfit, hidden, or not there."""
        if change.refers is None:
            return "none"
        table, key = change.refers
        row = self.rows[table].get(key)
        if row is None:
            return "not there"
        if table in ("contacts", "attachments"):
            fits = row["customer_id"] == self.customer_key(change)
        else:
            fits = row["state"] in ("ACTIVE", "ARCHIVED")
        if not fits:
            return "unfit"
        return "good" if self.oracle.row_exists(table, row) else "hidden"

    def _is_fresh(self, change: Change) -> bool:
        """Whether it was made of the version that was there at the beginning."""
        row = change.about and self.rows[change.about[0]].get(change.about[1])
        return bool(row) and change.given.get("version") == row.get("version")

    def _may_at_all(self, right: Right) -> bool:
        """Without regard to a record."""
        if right in (Right.ASK, Right.WHATEVER):
            return True
        if right is Right.ADMINISTER:
            return "ADMIN" in self.roles
        if right is Right.HAND_OVER:
            manages = any(self.oracle.manages(key) for key in self.oracle.departments)
            return bool(self.roles & {"HR", "ADMIN"}) or (manages and bool(self.roles & ENTERING))
        return bool(self.roles & ENTERING)

    def _decides(self, right: Right, row: Row) -> bool:
        """Whether a request is the viewer's to decide, or to take back (D34)."""
        if right is Right.WITHDRAW:
            return row["requester_id"] == self.oracle.viewer["id"]
        return self.oracle.requests.decides(row)

    def _may(self, right: Right, customer: Row, row: Row) -> bool:
        held, me, admin = set(self.oracle.relations(customer)), self.oracle.viewer["id"], "ADMIN" in self.roles
        enters, is_open = bool(self.roles & ENTERING), customer["state"] in ("DRAFT", "ACTIVE")
        answers = admin or (enters and bool(held & {"owner", "collaborator", "manager"}))
        edits = answers or (enters and customer["id"] in self.permitted)
        manages = answers and (admin or "manager" in held)
        return {
            Right.EDIT: is_open and edits,
            Right.ANSWER: is_open and answers,
            Right.PERMIT: is_open and (manages or (answers and "owner" in held)),
            Right.GIVE_AWAY: manages,
            Right.DELETE: customer["state"] != "DRAFT" or admin or "owner" in held,
            # Every follow-up of the world is older than the time in which its author may correct it.
            Right.CORRECT: is_open and edits and (admin or "manager" in held),
            Right.WORK: customer["state"] == "ACTIVE" and (answers or row.get("assignee_id") == me),
            Right.UPLOAD: is_open and edits and row.get("uploaded_by_id") == me,
            Right.REVEAL: True,
            Right.REPORT: True,
            Right.ADMINISTER: admin,
            Right.RECEIVE: row.get("recipient_id") == me,
        }[right]

    def _sees_all(self, change: Change, customer: Row) -> bool:
        """Whether the viewer has FULL on every field that is set. His own draft he has typed himself."""
        if customer["state"] == "DRAFT" and customer["owner_id"] == self.oracle.viewer["id"]:
            return True
        return all(self._full(table, column, customer) for table, column in change.sets)

    def _full(self, table: str, column: str, customer: Row) -> bool:
        spec = specs(table)[column]
        own = customer["kind"] == "INDIVIDUAL" and spec.individual_class
        return self.oracle.right(customer, str(own or spec.data_class)) is Seen.FULL

    def some_of_each(self, changes: Iterable[Change], count: int, seed: int) -> list[Change]:
        """`count` changes of each kind: first one of each, then another, and so on, so that a hole shows early.

        One kind is what does the same to customers in the same state, and is refused for the same reason.
        """
        shuffled = list(changes)
        random.Random(seed).shuffle(shuffled)
        kinds: Counter[object] = Counter()
        ranked: list[tuple[int, int, Change]] = []
        for place, change in enumerate(shuffled):
            customer = self.customer(change)
            refusal = self.refusal(change)
            state = customer["state"] if customer and refusal != NOT_FOUND else customer is None
            fit = (self.reference(change), self._is_fresh(change)) if refusal is None else None
            kind = (change.mutation, change.sets, refusal, state, fit)
            kinds[kind] += 1
            if kinds[kind] <= count:
                ranked.append((kinds[kind], place, change))
        return [change for *_, change in sorted(ranked, key=lambda r: r[:2])]
