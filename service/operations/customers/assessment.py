"""Who has assessed a customer's credit and risk, and when (D14)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from service.core import clock
from service.core.settings import settings
from service.core.viewer import Viewer

FIELDS = frozenset({"credit_rating", "risk_level"})


def made(viewer: Viewer, changed: Collection[str]) -> dict[str, Any]:
    """Who assessed credit or risk, and on which day: whoever sets one of them."""
    if FIELDS.isdisjoint(changed):
        return {}
    return {"assessed_by_id": viewer.id, "assessed_on": clock.business_day(clock.now(), settings().zone)}
