"""Structured logs, one JSON line an event, without personal data."""

from __future__ import annotations

import logging

import structlog


def configure(level: str) -> None:
    """Set up the logs of this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
    )
    # Resolvers' errors are logged by the schema, under an incident number and without values.
    logging.getLogger("strawberry.execution").disabled = True
