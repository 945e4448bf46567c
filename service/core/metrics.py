"""What Prometheus reads of this process. Nothing here names a person or a record, and no label has many values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from prometheus_client import REGISTRY, Counter, Histogram, start_http_server
from prometheus_client.core import Metric

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15)
"""Seconds. The last one is the longest statement."""
MOST_NAMES = 200
"""Operations that get a label of their own; their names are the clients', so there may be any number."""
OTHER = "(other)"

REQUESTS = Counter("mingce_requests", "Requests that were answered.", ["operation"])
SECONDS = Histogram("mingce_request_seconds", "How long answers took.", ["operation"], buckets=BUCKETS)
ERRORS = Counter("mingce_errors", "Errors and refusals that were answered, by code.", ["code"])
TASKS = Counter("mingce_tasks", "Deliveries of background work, by what came of them.", ["task", "outcome"])
TASK_SECONDS = Histogram("mingce_task_seconds", "How long deliveries took.", ["task"], buckets=(*BUCKETS, 60, 300))

_names: set[str] = set()


class Source(Protocol):
    """Gives metrics when they are asked for, from a thread of its own."""

    def collect(self) -> Iterable[Metric]: ...


def answered(operation: str, seconds: float, codes: list[str]) -> None:
    """Count one answer."""
    label = label_of(operation)
    REQUESTS.labels(label).inc()
    SECONDS.labels(label).observe(seconds)
    for code in codes:
        ERRORS.labels(code).inc()


def worked(task: str, outcome: str, seconds: float | None = None) -> None:
    """Count one delivery of background work."""
    TASKS.labels(task, outcome).inc()
    if seconds is not None:
        TASK_SECONDS.labels(task).observe(seconds)


class Served:
    """Metrics of this process on a port of their own, which nobody outside reaches, until it is closed."""

    def __init__(self, host: str, port: int, source: Source | None = None) -> None:
        self._source = source
        if source is not None:
            REGISTRY.register(source)  # pyright: ignore[reportArgumentType]
        self._server, self._thread = start_http_server(port, host)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._source is not None:
            REGISTRY.unregister(self._source)  # pyright: ignore[reportArgumentType]


def label_of(operation: str) -> str:
    """The operation, or `OTHER` where there are too many of them."""
    if operation not in _names:
        if len(_names) >= MOST_NAMES:
            return OTHER
        _names.add(operation)
    return operation
