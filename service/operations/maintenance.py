"""What the service does for its own upkeep."""

from __future__ import annotations

from service.boundary.jobs import scheduled
from storage.queries import change_log

MONTHS_AHEAD = 3


@scheduled("change_log.prepare")
async def prepare_change_log() -> int:
    """Make the change log's partitions of this month and the coming ones, where they are missing."""
    await change_log.ensure_partitions(MONTHS_AHEAD)
    return MONTHS_AHEAD
