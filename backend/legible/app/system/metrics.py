"""What Prometheus is told."""

import os
from collections.abc import Mapping
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from legible.app.methods import METHODS
from legible.reader.types import Reading

# From a digit read in 10 ms to a 20-page PDF.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def known_method(method: str) -> str:
    """Answer a method that HTTP knows, and `OTHER` for whatever a client made up."""
    return method if method in METHODS else "OTHER"


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "legible_http_requests_total",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "legible_http_request_seconds",
            "From the request's head to the end of its answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._readings = Counter(
            "legible_readings_total", "Pictures read.", ("status",), registry=self._registry
        )
        self._step_seconds = Histogram(
            "legible_reader_step_seconds",
            "Time of each step of the reader.",
            ("step",),
            buckets=_SECONDS,
            registry=self._registry,
        )

        self._served = Gauge(
            "legible_networks_served",
            "Processes that read with this version of a network.",
            ("name", "version"),
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._told_served: dict[str, str] = {}
        self._switches = Counter(
            "legible_network_switches_total",
            "Networks exchanged while the service runs.",
            ("name",),
            registry=self._registry,
        )
        self._refusals = Counter(
            "legible_network_refusals_total",
            "Versions that were to be served and were refused; what was served stayed.",
            ("name",),
            registry=self._registry,
        )
        self._shadow = Counter(
            "legible_shadow_readings_total",
            "Pictures for the challenger: read, failed, or passed by because it was busy.",
            ("result",),
            registry=self._registry,
        )

    def count_request(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. `route` is a template, so that ids do not make endless series."""
        method = known_method(method)
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(method, route).observe(seconds)

    def count_reading(self, reading: Reading) -> None:
        """Count one picture read and the time of its steps."""
        self._readings.labels(reading.status.value).inc()
        for step, milliseconds in reading.timing_ms.items():
            self._step_seconds.labels(step).observe(milliseconds / 1000)

    def tell_served(self, models: Mapping[str, str]) -> None:
        """Tell which networks read in this process."""
        for name, version in self._told_served.items():
            self._served.labels(name, version).set(0)
        for name, version in models.items():
            self._served.labels(name, version).set(1)
        self._told_served = dict(models)

    def count_switch(self, name: str) -> None:
        """Count a network that was exchanged."""
        self._switches.labels(name).inc()

    def count_refusal(self, name: str) -> None:
        """Count a version that was refused."""
        self._refusals.labels(name).inc()

    def count_shadow(self, result: Literal["read", "failed", "passed_by"]) -> None:
        """Count a picture that a challenger was offered."""
        self._shadow.labels(result).inc()

    def render(self) -> bytes:
        """Write all counters as text, summed over the workers where there are several."""
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            everybodys = CollectorRegistry()
            MultiProcessCollector(everybodys)  # type: ignore[no-untyped-call]
            return generate_latest(everybodys)
        return generate_latest(self._registry)
