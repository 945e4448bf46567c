"""The logs of a worker: JSON lines, those of Celery too, and never the text of an error."""

from __future__ import annotations

import billiard.util

from service.core.logging import configure_all


def set_up(level: str) -> None:
    """Set up the logs of this process."""
    configure_all(level)
    billiard.util.get_logger().propagate = True
