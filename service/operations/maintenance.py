"""What the service does for its own upkeep."""

from __future__ import annotations

from service.boundary.jobs import scheduled
from service.operations.events.sequences import KEPT_FOR
from storage.queries import change_log, events

MONTHS_AHEAD = 3
PRUNED_AT_ONCE = 50_000


@scheduled("change_log.prepare")
async def prepare_change_log() -> int:
    """Make the change log's partitions of this month and the coming ones, where they are missing."""
    await change_log.ensure_partitions(MONTHS_AHEAD)
    return MONTHS_AHEAD


@scheduled("event.prune")
async def prune_events() -> int:
    """Delete events that subscriptions cannot go on from any more; how many it was."""
    return await events.prune(KEPT_FOR, PRUNED_AT_ONCE)
