"""What the demo is made from, and the rows that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from service.app.demo.calendar import DAYS, Calendar
from service.app.demo.staff import Seller
from service.app.demo.words import Words

SHOWN_FIRST = 3
"""The newest customers belong to the first sales person, a colleague of his department, and another department."""


@dataclass
class Tables:
    """Rows by table, in the order in which they can be written."""

    customers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    contacts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    needs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    customer_tags: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    collaborators: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    stage_moves: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    follow_ups: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    tasks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@dataclass(frozen=True)
class Maker:
    """What customers are made from."""

    words: Words
    calendar: Calendar
    sellers: list[Seller]
    system_tags: list[UUID]
    custom_tags: list[UUID]
    tables: Tables = field(default_factory=Tables)

    def seller(self, place_from_end: int) -> Seller:
        first = self.sellers[0]
        colleagues = [s for s in self.sellers if s.department_id == first.department_id and s is not first]
        others = [s for s in self.sellers if s.department_id != first.department_id]
        shown = (first, colleagues[0], others[0])
        return shown[place_from_end] if place_from_end < SHOWN_FIRST else self.words.random.choice(self.sellers)

    def days_ago(self, place: int, count: int) -> int:
        """Customers become more with time; the last ones were entered yesterday."""
        age = 1 - (place / count) ** 0.7
        return 1 + int(age * (DAYS - 1))
