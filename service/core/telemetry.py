"""The sending of traces, by OTLP over HTTP: see `tracing`, which imports this only where a collector is named."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from service.core.tracing import Kind, Value

PATH = "/v1/traces"
EVERY_MILLISECONDS = 1000
SEND_SECONDS = 3
"""How long the collector may take for what it is sent; then it is dropped. Nobody waits for it."""
END_SECONDS = 2.0
"""How long the end of a process waits until what is left is sent."""
KEPT = 4096
"""Spans that wait at most; further ones are dropped."""

_W3C = TraceContextTextMapPropagator()


class _Open:
    """A span that is open."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def name(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, attributes: dict[str, Value | None]) -> None:
        for key, value in attributes.items():
            if value is not None:
                self._span.set_attribute(key, value)

    def fail(self, name: str) -> None:
        self._span.set_attribute("error.type", name)
        self._span.set_status(Status(StatusCode.ERROR))


class Exporting:
    """The spans of one process, sent from a thread of its own."""

    def __init__(self, service: str, collector: str, share: float) -> None:
        # By the number of the trace alone: whoever else takes the same share of the same trace decides alike, and no
        # caller can have more kept, or less.
        self._provider = TracerProvider(
            sampler=TraceIdRatioBased(share),
            resource=Resource.create({"service.name": service}),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(collector.rstrip("/") + PATH, timeout=SEND_SECONDS)
        self._provider.add_span_processor(
            BatchSpanProcessor(exporter, max_queue_size=KEPT, schedule_delay_millis=EVERY_MILLISECONDS)
        )
        self._tracer = self._provider.get_tracer("mingce")

    @contextmanager
    def span(self, name: str, kind: Kind, parent: str | None, attributes: dict[str, Value]) -> Generator[_Open]:
        """An error ends it with its name. Its text stays behind."""
        context = _W3C.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(
            name,
            context,
            SpanKind[kind.value],
            attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as opened:
            made = _Open(opened)
            try:
                yield made
            except BaseException as error:
                made.fail(type(error).__name__)
                raise

    def here(self) -> str | None:
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get("traceparent")

    def close(self) -> None:
        # The library waits for as long as a collector that hangs likes.
        ending = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(END_SECONDS)
