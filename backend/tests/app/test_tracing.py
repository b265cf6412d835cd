import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from starlette.testclient import TestClient

from legible.app.main import create_app
from legible.app.settings import Settings, StartError
from legible.app.system.tracing import open_tracing
from legible.reader.types import Reading, ReadOptions
from tests.app.people import PASSWORD, FakeReader, picture


class Collector(ThreadingHTTPServer):
    """Takes what is sent over OTLP/HTTP."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receive)
        self.received: list[bytes] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/traces"

    def spans(self) -> list[Span]:
        exports = [ExportTraceServiceRequest.FromString(body) for body in self.received]
        return [
            span
            for export in exports
            for resource in export.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class _Receive(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.received.append(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.serve_forever)
    thread.start()
    yield collector
    collector.shutdown()
    thread.join()
    collector.server_close()


def _attributes(span: Span) -> dict[str, object]:
    return {
        one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes
    }


class Failing(FakeReader):
    def read(self, data: bytes, options: ReadOptions) -> Reading:
        if options.pattern == "fail":
            raise RuntimeError("the inner secret")
        return super().read(data, options)


def test_requests_and_readings_are_sent_to_the_collector_without_what_is_private(
    sqlite_settings: Settings, collector: Collector
) -> None:
    settings = sqlite_settings.model_copy(update={"otlp_endpoint": collector.endpoint})
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    trace_id, parent_id = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"

    with TestClient(create_app(settings, Failing)) as client:
        token = client.post("/api/v1/auth/register", json=new).json()["access_token"]
        headers = {
            "Authorization": f"Bearer {token}",
            "traceparent": f"00-{trace_id}-{parent_id}-01",
            "X-Request-ID": "trace-7",
        }
        files = {"file": ("private-name.png", picture())}
        client.post("/api/v1/readings?query=hidden", headers=headers, files=files)
        client.post("/api/v1/readings", headers=headers, files=files, data={"pattern": "fail"})

    spans = collector.spans()
    names = [span.name for span in spans]
    upload = "POST /api/v1/readings"
    assert names == ["POST /api/v1/auth/register", "read", upload, "read", upload]
    _, read, request, failed_read, failed = spans
    assert request.trace_id.hex() == trace_id
    assert request.parent_span_id.hex() == parent_id
    assert read.parent_span_id == request.span_id
    assert request.kind == Span.SPAN_KIND_SERVER
    assert _attributes(request) == {
        "http.request.method": "POST",
        "http.route": "/api/v1/readings",
        "http.response.status_code": 201,
        "legible.request_id": "trace-7",
    }
    assert _attributes(read) == {"legible.decode_ms": 1.5, "legible.total_ms": 2.0}
    assert _attributes(failed_read) == {"error.type": "RuntimeError"}
    assert failed.status.code == Status.STATUS_CODE_ERROR
    everything = b"".join(collector.received)
    for secret in ("hidden", "ada@", PASSWORD, token, "private-name", "inner secret"):
        assert secret.encode() not in everything


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    with pytest.raises(StartError, match=r"legible\[otel\]"):
        open_tracing("http://127.0.0.1:1/v1/traces")


def test_nothing_is_imported_where_no_traces_are_wanted() -> None:
    script = (
        "import sys; from legible.app.asgi import create; create().openapi();"
        "from legible.app.system.tracing import open_tracing; open_tracing('').close();"
        "print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert answer.stdout.strip() == "[]"
