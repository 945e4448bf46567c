"""Traces for OpenTelemetry, where a collector is named: a span for each request, each of its reads and changes, and
each piece of background work, which belongs to the trace of the request that asked for it.

A span says which operation it was, what it cost and how it went; never a document, a variable, a value or an error's
text, which hold customers' data (SEC-F2).
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from importlib import import_module
from typing import Protocol

Value = str | int | float | bool | list[str]


class Kind(Enum):
    """What a span stands for, in the words of OpenTelemetry."""

    REQUEST = "SERVER"
    WORK = "CONSUMER"
    PART = "INTERNAL"


class Span(Protocol):
    """What can be said of something while it goes on."""

    def name(self, name: str) -> None:
        """What it is, where that is known only later."""
        ...

    def note(self, attributes: dict[str, Value | None]) -> None:
        """Say more; what is None is left out."""
        ...

    def fail(self, name: str) -> None:
        """It went wrong: the name or the code of the error."""
        ...


class Tracer(Protocol):
    """Makes spans and sends them away."""

    def span(
        self, name: str, kind: Kind, parent: str | None, attributes: dict[str, Value]
    ) -> AbstractContextManager[Span]: ...

    def here(self) -> str | None: ...

    def close(self) -> None: ...


class _Silent:
    """A span that nobody asked for."""

    def name(self, name: str) -> None: ...

    def note(self, attributes: dict[str, Value | None]) -> None: ...

    def fail(self, name: str) -> None: ...


_SILENCE: AbstractContextManager[Span] = nullcontext(_Silent())
_tracer: Tracer | None = None


def start(service: str, collector: str | None, share: float) -> None:
    """From now on this process sends spans to the collector, as that service; of that share of all traces. Nothing
    where there is no collector. To be called after the last fork: a thread does the sending."""
    global _tracer  # noqa: PLW0603 - one a process, as its logs are
    if collector is None or _tracer is not None:
        return
    # Not at the top: a tenth of a second and ten megabytes, for nothing where there is no collector.
    _tracer = import_module("service.core.telemetry").Exporting(service, collector, share)


def close() -> None:
    """Send what is left, for a moment, and send no more. Blocks for as long."""
    global _tracer  # noqa: PLW0603
    if _tracer is not None:
        _tracer.close()
        _tracer = None


def span(
    name: str, attributes: dict[str, Value] | None = None, *, kind: Kind = Kind.PART, parent: str | None = None
) -> AbstractContextManager[Span]:
    """What is done inside is a span: of the one that is open, or of `parent`, a `traceparent` of the W3C."""
    return _SILENCE if _tracer is None else _tracer.span(name, kind, parent, attributes or {})


def here() -> str | None:
    """The `traceparent` of the span that is open, to be carried along to whatever goes on with it elsewhere."""
    return None if _tracer is None else _tracer.here()
