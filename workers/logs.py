"""The logs of a worker: JSON lines, those of Celery too, and never the text of an error."""

from __future__ import annotations

import logging
import traceback
from collections.abc import MutableMapping
from typing import Any

import billiard.util
import structlog

from service.core.logging import configure

Event = MutableMapping[str, Any]


def set_up(level: str) -> None:
    """Set up the logs of this process."""
    configure(level)
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(()),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _error_without_text,
            ],
        )
    )
    billiard.util.get_logger().propagate = True
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def _error_without_text(_logger: Any, _method: str, event: Event) -> Event:
    """The text of an error may hold a customer's data: its name and the places say enough."""
    raised = event.pop("exc_info", None)
    if isinstance(raised, tuple) and raised[1] is not None:
        frames = traceback.extract_tb(raised[2])[-8:]
        event["error"] = type(getattr(raised[1], "exc", raised[1])).__name__  # Celery wraps those of its children
        event["where"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    return event
