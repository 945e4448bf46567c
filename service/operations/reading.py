"""Reading, as the faces see it."""

from service.boundary.reading import PLANS, read
from service.core.selection import Slot

__all__ = ["PLANS", "Slot", "read"]
