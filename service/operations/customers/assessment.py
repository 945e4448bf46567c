"""Who has assessed a customer's credit and risk, and when (D14)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from service.core import clock
from service.core.settings import settings

FIELDS = frozenset({"credit_rating", "risk_level"})


def made(person: UUID, changed: Collection[str]) -> dict[str, Any]:
    """Who assessed credit or risk, and on which day: whoever sets one of them, or has asked for it to be set."""
    if FIELDS.isdisjoint(changed):
        return {}
    return {"assessed_by_id": person, "assessed_on": clock.business_day(clock.now(), settings().zone)}
