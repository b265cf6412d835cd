import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from legible.app.main import create_app
from legible.app.settings import Settings
from legible.reader.errors import ReadError
from legible.reader.types import Reading, ReadOptions
from tests.app.people import PASSWORD, FakeReader, Person, assert_problem, picture


def test_the_process_says_that_it_lives(client: TestClient) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_the_service_is_ready_when_database_and_networks_are(client: TestClient) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "models": {"digit": "9.9.9"}, "refused": {}}


def test_the_counters_are_nobodys_where_the_operator_says_so(sqlite_settings: Settings) -> None:
    settings = sqlite_settings.model_copy(update={"metrics": False})

    with TestClient(create_app(settings, FakeReader)) as client:
        assert_problem(client.get("/metrics"), 404, "not_found")


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all.sqlite3", "postgresql://nobody@127.0.0.1:1/nothing"],
    ids=["sqlite", "postgresql"],
)
def test_the_service_is_not_ready_without_its_database(sqlite_settings: Settings, url: str) -> None:
    settings = sqlite_settings.model_copy(update={"database_url": url})

    with TestClient(create_app(settings, FakeReader)) as client:
        assert_problem(client.get("/readyz"), 503, "not_ready")
        assert client.get("/healthz").status_code == 200


def test_the_service_does_not_start_without_its_networks(sqlite_settings: Settings) -> None:
    def fail() -> FakeReader:
        raise ReadError("models/digit/1.0.0: the sha256 of model.onnx does not match")

    app = create_app(sqlite_settings, fail)

    with pytest.raises(ReadError, match="sha256"), TestClient(app):
        pass


def test_the_counters_tell_requests_by_route_and_readings_by_status(ada: Person) -> None:
    reading_id = ada.read()["id"]
    ada.get(f"/readings/{reading_id}")
    ada.get("/readings/seven")
    ada.client.get("/no/such/page")
    ada.client.request("BREW", "/no/such/page")

    response = ada.client.get("/metrics")

    assert response.headers["content-type"].startswith("text/plain")
    lines = response.text.splitlines()
    route = "/api/v1/readings/{reading_id}"
    name = "legible_http_requests_total"
    assert f'{name}{{method="GET",route="{route}",status="200"}} 1.0' in lines
    assert f'{name}{{method="GET",route="{route}",status="422"}} 1.0' in lines
    assert f'{name}{{method="POST",route="/api/v1/readings",status="201"}} 1.0' in lines
    assert f'{name}{{method="GET",route="unmatched",status="404"}} 1.0' in lines
    assert f'{name}{{method="OTHER",route="unmatched",status="404"}} 1.0' in lines
    assert 'legible_readings_total{status="review"} 1.0' in lines
    assert 'legible_reader_step_seconds_sum{step="decode"} 0.0015' in lines
    assert f'legible_http_request_seconds_count{{method="GET",route="{route}"}} 2.0' in lines
    assert reading_id not in response.text


def test_every_answer_has_its_own_request_id(client: TestClient) -> None:
    first, second = (client.get("/healthz").headers["x-request-id"] for _ in range(2))

    assert first != second


def test_a_given_request_id_is_kept_when_it_is_harmless(client: TestClient) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": "trace-7.a_b"})
    harmful = client.get("/healthz", headers={"X-Request-ID": "a b<script>"})

    assert given.headers["x-request-id"] == "trace-7.a_b"
    assert "script" not in harmful.headers["x-request-id"]


class BrokenReader(FakeReader):
    def read(self, _data: bytes, _options: ReadOptions) -> Reading:
        raise RuntimeError("the inner secret at /home/ada")


@pytest.fixture
def broken(sqlite_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(sqlite_settings, BrokenReader)) as client:
        yield client


def test_an_unexpected_error_tells_an_id_and_nothing_from_inside(
    broken: TestClient, log: io.StringIO
) -> None:
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    token = broken.post("/api/v1/auth/register", json=new).json()["access_token"]

    response = broken.post(
        "/api/v1/readings",
        headers={"Authorization": f"Bearer {token}", "X-Request-ID": "the-id"},
        files={"file": ("card.png", picture())},
    )

    problem = assert_problem(response, 500, "internal_error")
    assert "the-id" in problem["detail"]
    assert response.headers["x-request-id"] == "the-id"
    assert "secret" not in response.text
    assert "/home" not in response.text
    [line] = [line for line in log.getvalue().splitlines() if "the inner secret" in line]
    assert json.loads(line)["request_id"] == "the-id"  # for the operator


def test_the_log_has_a_line_for_each_request_and_no_secret(
    ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    known = {"email": "ada@example.com", "password": PASSWORD}

    ada.client.post("/api/v1/auth/login?password=hidden-in-the-query", json=known)
    ada.get("/users/me")
    ada.client.get("/a%0d%0aforged line")

    lines = [record.getMessage() for record in caplog.records if record.name == "legible.access"]
    assert len(lines) == 3
    assert lines[0] == "POST /api/v1/auth/login 200"
    assert lines[2] == "GET unmatched 404"
    for secret in (PASSWORD, ada.token, "hidden-in-the-query", "ada@example.com"):
        assert all(secret not in line for line in lines)


def test_an_unknown_address_and_a_wrong_method_are_problems(client: TestClient) -> None:
    assert_problem(client.get("/api/v1/nothing"), 404, "not_found")
    assert_problem(client.get("/nothing"), 404, "not_found")
    assert_problem(client.put("/api/v1/readings"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/v1/readings", "GET, POST"),
        ("/api/v1/keys/7", "PATCH, DELETE"),
        ("/api/v1/openapi.json", "GET, HEAD"),
        ("/docs/assets/favicon.png", "GET, HEAD"),
        ("/healthz", "GET"),
    ],
)
def test_a_wrong_method_is_told_all_that_the_address_has(
    client: TestClient, path: str, methods: str
) -> None:
    for method in ("PUT", "BREW", "TRACE"):
        response = client.request(method, path)

        assert_problem(response, 405, "method_not_allowed")
        assert response.headers["allow"] == methods


def test_no_answer_can_be_framed_sniffed_or_run(ada: Person) -> None:
    for response in (ada.get("/readings"), ada.get("/readings/seven"), ada.client.get("/nothing")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


def test_the_service_never_loads_tensorflow(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys; from legible.app.asgi import create; create().openapi();"
        "import legible.reader.reader;"
        "print([name for name in ('tensorflow', 'keras', 'trainer') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=tmp_path, text=True
    )
    assert answer.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []  # nothing is written before the service starts


def test_every_call_declares_that_it_may_fail_on_our_side(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]

    for calls in paths.values():
        for call in calls.values():
            problem = call["responses"]["500"]["content"]["application/problem+json"]
            assert problem["examples"].keys() == {"internal_error"}
