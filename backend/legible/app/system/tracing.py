"""OpenTelemetry traces, for those who set `LEGIBLE_OTLP_ENDPOINT`; nothing is imported otherwise.

A span for each request and one for the reading in it, with templates, sizes and times only.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from legible.app.settings import StartError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


class Tracing:
    """What does nothing, where no traces are wanted."""

    @contextmanager
    def request(self, headers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Time a request. What is put into the answer comes to its span when the block ends."""
        del headers
        yield {}

    @contextmanager
    def reading(self) -> Iterator[dict[str, Any]]:
        """Time the reading of a picture, within the request that asks for it."""
        yield {}

    def close(self) -> None:
        """Send what is left."""


class SentTracing(Tracing):
    """Sends spans."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("legible")

    @contextmanager
    def request(self, headers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Time a request, as part of the trace that its caller names."""
        from opentelemetry.trace import SpanKind  # noqa: PLC0415  only where it is installed
        from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
            TraceContextTextMapPropagator,
        )

        parent = TraceContextTextMapPropagator().extract(headers)
        with self._span("request", context=parent, kind=SpanKind.SERVER) as attributes:
            yield attributes

    @contextmanager
    def reading(self) -> Iterator[dict[str, Any]]:
        """Time the reading of a picture."""
        with self._span("read") as attributes:
            yield attributes

    @contextmanager
    def _span(self, name: str, **options: Any) -> Iterator[dict[str, Any]]:
        from opentelemetry.trace import StatusCode  # noqa: PLC0415

        attributes: dict[str, Any] = {}
        # An exception's words may be anybody's, so only its type is sent.
        with self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False, **options
        ) as span:
            try:
                yield attributes
            except Exception as error:
                attributes["error.type"] = type(error).__name__
                raise
            finally:
                span.update_name(attributes.pop("name", name))
                span.set_attributes(attributes)
                if attributes.get("http.response.status_code", 0) >= 500:
                    span.set_status(StatusCode.ERROR)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def open_tracing(endpoint: str) -> Tracing:
    """Send traces to an OTLP/HTTP address, or nowhere if there is none.

    Raises:
        StartError: the packages are missing.
    """
    if not endpoint:
        return Tracing()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise StartError(
            "LEGIBLE_OTLP_ENDPOINT is set, but OpenTelemetry is not installed. "
            "Install `legible[otel]`, or leave it unset."
        ) from error
    provider = TracerProvider(
        resource=Resource.create({"service.name": "legible"}), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    return SentTracing(provider)
