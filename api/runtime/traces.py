"""Traces by OpenTelemetry: a span for each request and each piece of work, sent to a collector by OTLP over HTTP.

A span holds names that are declared and random ids: no address, no words, no id of anybody. The libraries are the extra
`traces`, so that this is imported only where a collector is named. It sends from a thread of its own, and what the
collector does not take is lost: nobody waits for it.
"""

import importlib.metadata
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, StatusCode, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_ONE_TRY_S: Final = 3.0
_logger = structlog.get_logger(__name__)


class Traces:
    """The spans of one process, for as long as it is open."""

    def __init__(self, url: str) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)  # it quotes addresses; we log that it failed
        resource = Resource.create(
            {SERVICE_NAME: "folkmoot", SERVICE_VERSION: importlib.metadata.version("folkmoot")},
        )
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(_Noted(OTLPSpanExporter(url, timeout=_ONE_TRY_S))))
        self._tracer = self._provider.get_tracer("folkmoot")

    @contextmanager
    def request(self, sent: Mapping[str, str]) -> Iterator[Span]:
        """The span of a request; `sent` may name the span that it is part of, as `traceparent` (W3C Trace Context)."""
        with self._span("request", SpanKind.SERVER, sent) as span:
            yield span

    @contextmanager
    def work(self, task: str, attempt: int) -> Iterator[None]:
        """The span of an attempt at a piece of work."""
        with self._span(f"work {task}", SpanKind.CONSUMER, {}) as span:
            span.set_attributes({"folkmoot.task": task, "folkmoot.attempt": attempt})
            yield

    def close(self) -> None:
        """Send what is left, for some seconds at most."""
        self._provider.shutdown()

    @contextmanager
    def _span(self, name: str, kind: SpanKind, sent: Mapping[str, str]) -> Iterator[Span]:
        around = TraceContextTextMapPropagator().extract(sent)
        with self._tracer.start_as_current_span(
            name, around, kind, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except Exception as error:
                failed(span, type(error).__name__)  # never its message: it may quote what people wrote
                raise


def failed(span: Span, kind: str) -> None:
    """Note that what a span is about failed."""
    span.set_attribute("error.type", kind)
    span.set_status(StatusCode.ERROR)


def trace_id_of(span: Span) -> str:
    """The id of the trace that a span is part of, as `traceparent` has it."""
    return format_trace_id(span.get_span_context().trace_id)


class _Noted(SpanExporter):
    """An exporter whose first failure, and the end of it, are logged."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._is_taken = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans."""
        result = self._exporter.export(spans)
        is_taken = result is SpanExportResult.SUCCESS
        if is_taken is not self._is_taken:
            self._is_taken = is_taken
            _logger.warning("traces_taken_again" if is_taken else "traces_not_taken")
        return result

    def shutdown(self) -> None:
        """Send no more."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Send at once what is held back."""
        return self._exporter.force_flush(timeout_millis)
