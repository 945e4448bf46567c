"""Where work comes from: the request that asked for it, through the outbox to whoever does it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id() -> str | None:
    """The id of the request that is being answered, or whose background work is being done; None for the clock's."""
    return _request_id.get()


@contextmanager
def of(request: str | None, **shown: str) -> Generator[None]:
    """What is done inside belongs to that request. The logs name it, and `shown` as well."""
    token = _request_id.set(request)
    named = {"request_id": request, **shown} if request else shown
    try:
        with structlog.contextvars.bound_contextvars(**named):
            yield
    finally:
        _request_id.reset(token)
