"""Whether anything is new (D47)."""

from __future__ import annotations

from datetime import datetime

from service.boundary.access import shown
from service.core.viewer import Viewer


async def newest_change(viewer: Viewer) -> datetime | None:
    """When a customer that exists for the viewer was last changed; hidden ones do not count."""
    return await shown.newest(viewer)
