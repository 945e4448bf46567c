"""Values to ask for: those that are hidden in A, those that stand in their place in B, and some that are seen."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from service.core.enums import AccessState
from service.core.fields import ENTITIES
from service.core.fields.spec import FieldSpec
from tests.security.twin.rows import Rows
from tests.security.twin.twin import Twin
from tests.security.twin.values import START
from tests.security.twin.world import COMPUTED, ENTITY_OF

TABLE_OF = {entity: table for table, entity in ENTITY_OF.items()} | {
    "Tag": "tags",
    "User": "users",
    "Department": "departments",
    "ListValue": "list_values",
    "CustomField": "custom_fields",
    "Change": "change_log",
    "Approval": "approvals",
    "AccessGrant": "access_grants",
    "AccessUse": "change_log",
}


def camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.title() for word in tail)


def as_input(value: Any) -> Any:
    """The value as a client writes it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


class Pools:
    """Values by (entity, field)."""

    def __init__(self, world: Rows, twin: Twin, seed: int) -> None:
        self.rng = random.Random(seed)
        self.world, self.twin = world, twin
        self.ids = {e: self._ids(table) for e, table in TABLE_OF.items()}
        self._values: dict[tuple[str, str], list[Any]] = {}
        self.moments = [(START + timedelta(hours=hours)).isoformat() for hours in (20, 40, 58)]
        """Before some changes and after others."""

    def _ids(self, table: str) -> list[Any]:
        found = {row["id"] for rows in (self.world, self.twin.rows) for row in rows[table]}
        return sorted(found)

    def values(self, entity: str, field: FieldSpec) -> list[Any]:
        """One hidden in A, one of B in its place, one that both have; fewer where there are none."""
        key = (entity, field.name)
        if key not in self._values:
            self._values[key] = self._find(entity, field)
        return self.rng.sample(self._values[key], min(3, len(self._values[key])))

    def _find(self, entity: str, field: FieldSpec) -> list[Any]:
        table = TABLE_OF[entity]
        if field.name == "changed_fields":
            return [["mobile"], ["bankName"], ["notes"], ["title"], ["somethingElse"], ["creditRating"], ["kinds"]]
        if field.name == "subject_id":
            return [*self.global_ids("Contact")[:40], *self.global_ids("CustomerRelation")[:20]]
        if (entity, field.name) == ("AccessGrant", "state"):
            return [state.value for state in AccessState]
        if field.name == "awaits_you":
            return [True, False]
        if field.name in COMPUTED:
            return []
        pairs = self.twin.changed.get((table, field.name), [])
        before = [a for a, _ in pairs if a is not None]
        after = [b for _, b in pairs if b is not None]
        seen = [row[field.name] for row in self.world[table] if row[field.name] is not None]
        chosen: list[Any] = []
        for values in (before, after, seen):
            if values:
                chosen.append(as_input(self.rng.choice(values)))
        return chosen

    def own_values(self, key: str) -> list[Any]:
        """The same of a field that administrators defined."""
        pairs = self.twin.changed["customers", key]
        seen = [row["custom"][key] for row in self.world["customers"] if key in row["custom"]]
        groups = ([a for a, _ in pairs if a is not None], [b for _, b in pairs if b is not None], seen)
        return [self.rng.choice(group) for group in groups if group]

    def global_ids(self, entity: str) -> list[str]:
        return [f"{ENTITIES[entity].prefix}_{key}" for key in self.ids[entity]]
