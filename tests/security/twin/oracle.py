"""D42, D30 and §9 once more, row by row, in plain Python: what one viewer is shown of each cell.

Written from the text of the rules and from nothing else: no guard, no relation, no SQL of the service is used here. Of
the service come only the words (enumerations) and the data class of each field.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from service.core.fields import ENTITIES
from service.core.fields.spec import FieldSpec
from tests.security.twin import grants, logged, requests
from tests.security.twin.grants import Grants
from tests.security.twin.requests import Requests
from tests.security.twin.rows import Row, Rows
from tests.security.twin.world import ENTITY_OF


class Seen(IntEnum):
    """How much of a cell is shown."""

    NONE = 0
    MASKED = 1
    FULL = 2


N, M, F = Seen
Cells = Mapping[str, tuple[Seen, Seen, Seen, Seen, Seen]]
"""A level for each of `CLASSES`, by relation."""
CLASSES = ("BASIC", "BUSINESS", "COMMERCIAL", "CONTACT", "IDENTITY")

BY_RELATION: Cells = {
    "owner": (F, F, F, F, M),
    "collaborator": (F, F, F, F, M),
    "manager": (F, F, F, F, F),
    "same department": (F, F, N, M, N),
    "collaborator's manager": (F, F, N, M, N),
    "any other staff": (F, N, N, N, N),
}
"""The relations that there can be today: no ticket exists. An approver sees no more than any other staff, but for what
he decides about: see `requests`. The holder of a grant sees what it opens: see `grants`."""

BY_ROLE = {
    "SERVICE": (F, N, N, M, N),
    "SERVICE_MANAGER": (F, F, N, M, N),
    "MARKETING": (F, M, N, N, N),
    "EXECUTIVE": (F, F, F, M, F),
    "DATA_STEWARD": (F, M, N, M, N),
    "AUDITOR": (F, N, N, N, N),
    "SECURITY": (F, N, N, N, N),
    "ADMIN": (F, F, F, F, F),
}

ROW_CLASS = {
    "customers": "BASIC", "contacts": "CONTACT", "follow_ups": "BUSINESS", "needs": "BUSINESS", "stage_moves": "BASIC",
    "tasks": "BUSINESS", "reminders": "BUSINESS", "branches": "BASIC", "payment_terms": "COMMERCIAL",
    "procedures": "COMMERCIAL", "customer_relations": "BASIC", "attachments": "BUSINESS", "consents": "BASIC",
}  # fmt: skip


class Oracle:
    """What `viewer` (a row of users) is shown of `rows` under a policy for relations."""

    def __init__(self, rows: Rows, viewer: Row, by_relation: Cells = BY_RELATION) -> None:
        self.viewer, self.by_relation, self.rows = viewer, by_relation, rows
        self.users = {u["id"]: u for u in rows["users"]}
        self.departments = {d["id"]: d for d in rows["departments"]}
        self.customers = {c["id"]: c for c in rows["customers"]}
        self.tasks = {t["id"]: t for t in rows["tasks"]}
        self.requests = Requests(self, rows)
        self.grants = Grants(self, rows)
        self.helpers: dict[Any, set[Any]] = {}
        for link in rows["collaborators"]:
            self.helpers.setdefault(link["customer_id"], set()).add(link["user_id"])

    def manages(self, department_id: Any) -> bool:
        """Whether the viewer manages that department or one above it."""
        while department_id is not None:
            department = self.departments[department_id]
            if department["manager_id"] == self.viewer["id"]:
                return True
            department_id = department["parent_id"]
        return False

    def relations(self, customer: Row) -> list[str]:
        me, helpers = self.viewer["id"], self.helpers.get(customer["id"], set())
        own = self.viewer["department_id"]
        holds = {
            "owner": customer["owner_id"] == me,
            "collaborator": me in helpers,
            "manager": self.manages(customer["department_id"]),
            "same department": own is not None
            and customer["owner_id"] is not None
            and customer["department_id"] == own,
            "collaborator's manager": any(self.manages(self.users[h]["department_id"]) for h in helpers),
            "any other staff": True,
        }
        return [name for name, true in holds.items() if true]

    def level(self, customer: Row, data_class: str) -> Seen:
        """What is shown of the class. IDENTITY in FULL is an act of its own (D44): everywhere else it shows masked."""
        right = self.right(customer, data_class)
        return min(right, M) if data_class == "IDENTITY" else right

    def right(self, customer: Row, data_class: str) -> Seen:
        """The maximum over all relations and roles."""
        place = CLASSES.index(data_class)
        levels = [self.by_relation[name][place] for name in self.relations(customer)]
        opened = self.grants.opened.get(customer["id"], set())
        levels += [Seen(grants.LEVELS[data_class])] if data_class in opened else []
        levels += [F] if opened and data_class == "BASIC" else []
        levels += [BY_ROLE[role][place] for role in self.viewer["roles"] if role in BY_ROLE]
        return max(levels)

    def customer_exists(self, customer: Row) -> bool:
        """Drafts: author, author's managers, administrator; pending ones: the approver too."""
        if customer["state"] not in ("DRAFT", "PENDING"):
            return True
        author = self.users[customer["created_by_id"]]
        is_author = author["id"] == self.viewer["id"]
        if customer["state"] == "PENDING" and self.requests.approves(customer):
            return True
        return is_author or self.manages(author["department_id"]) or "ADMIN" in self.viewer["roles"]

    def customer_of(self, table: str, row: Row) -> Row:
        if table == "customers":
            return row
        if table == "customer_relations":
            return self.customers[row["from_customer_id"]]
        key = self.tasks[row["task_id"]]["customer_id"] if table == "reminders" else row["customer_id"]
        return self.customers[key]

    def other_end_exists(self, table: str, row: Row) -> bool:
        """A relation is one of two customers: both must exist."""
        return table != "customer_relations" or self.customer_exists(self.customers[row["to_customer_id"]])

    def file_exists(self, table: str, row: Row, customer: Row) -> bool:
        """A contract is for those who see COMMERCIAL, a contact's file for those who see CONTACT in full (D42)."""
        if table != "attachments":
            return True
        contract = row["kind"] != "CONTRACT" or self.level(customer, "COMMERCIAL") is F
        return contract and (row["contact_id"] is None or self.level(customer, "CONTACT") is F)

    def row_exists(self, table: str, row: Row) -> bool:
        """A child row whose own class is NONE for the viewer does not exist, nor does one that was removed."""
        if table == logged.TABLE:
            return logged.exists(self, self.rows, row)
        if table == requests.TABLE:
            return self.requests.exists(row)
        if table == grants.TABLE:
            return self.grants.exists(row)
        customer = self.customer_of(table, row)
        removed = row.get("removed_at") is not None
        there = not removed and self.customer_exists(customer) and self.other_end_exists(table, row)
        there = there and self.file_exists(table, row, customer)
        return there and self.level(customer, ROW_CLASS[table]) > N

    def cell(self, table: str, row: Row, spec: FieldSpec) -> Seen:
        """What is shown of one cell of a row that exists."""
        customer = self.customer_of(table, row)
        individual = customer["kind"] == "INDIVIDUAL" and spec.individual_class is not None
        seen = self.level(customer, spec.individual_class if individual else spec.data_class)  # type: ignore[arg-type]
        if table == "customers" and spec.name == "name" and individual:
            return max(seen, M)  # an individual's name is never null
        return seen


def specs(table: str) -> dict[str, FieldSpec]:
    return ENTITIES[ENTITY_OF[table]].by_name
