"""Structured logs, one JSON line an event, without personal data."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TypeAlias, cast

import structlog

Event = MutableMapping[str, Any]
_Raised: TypeAlias = "tuple[type[BaseException] | None, BaseException | None, TracebackType | None]"


def configure(level: str) -> None:
    """Set up our own logs in this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _error_without_text,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
    )
    # Resolvers' errors are logged by the schema, under an incident number and without values.
    logging.getLogger("strawberry.execution").disabled = True


def configure_all(level: str) -> None:
    """Set up our own logs, and bring those of libraries into the same form, never with the text of an error."""
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
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # At DEBUG libraries write statements with their values, which are personal data.
    root.setLevel(max(logging.getLevelNamesMapping()[level], logging.INFO))


def _error_without_text(_logger: Any, _method: str, event: Event) -> Event:
    """The text of an error may hold a customer's data: its name and the places say enough."""
    given = event.pop("exc_info", None)
    if isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    elif given is True:
        given = sys.exc_info()
    _, error, trace = cast("_Raised", given or (None, None, None))
    if error is not None:
        frames = traceback.extract_tb(trace)[-8:]
        event["error"] = type(getattr(error, "exc", error)).__name__  # Celery wraps those of its children
        event["where"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    return event
