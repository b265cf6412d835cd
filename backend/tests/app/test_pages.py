import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import FakeReader, assert_problem

INDEX = "<!doctype html><title>Legible</title>"


@pytest.fixture
def site(sqlite_settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    """The service with a built page."""
    directory = tmp_path / "dist"
    (directory / "assets").mkdir(parents=True)
    (directory / "index.html").write_text(INDEX)
    (directory / "favicon.svg").write_text("<svg/>")
    (directory / "assets" / "index-abc123.js").write_text("1")
    (tmp_path / "secret.txt").write_text("not for you")
    (directory / "link.txt").symlink_to(tmp_path / "secret.txt")
    settings = sqlite_settings.model_copy(update={"spa_dir": directory})
    with TestClient(create_app(settings, FakeReader)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/readings/7", "/login", "/apiary", "/a.b.c"])
def test_every_path_of_the_page_gives_its_index(site: TestClient, path: str) -> None:
    response = site.get(path)

    assert response.status_code == 200
    assert response.text == INDEX
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["cache-control"] == "no-cache"


def test_assets_are_kept_by_the_browser_for_good(site: TestClient) -> None:
    response = site.get("/assets/index-abc123.js")

    assert response.text == "1"
    assert "javascript" in response.headers["content-type"]
    assert "immutable" in response.headers["cache-control"]


def test_texts_of_the_build_travel_compressed(site: TestClient, tmp_path: Path) -> None:
    script = "const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];" * 100
    (tmp_path / "dist" / "assets" / "large-abc123.js").write_text(script)
    (tmp_path / "dist" / "assets" / "icon-abc123.png").write_bytes(bytes(5000))

    compressed = site.get("/assets/large-abc123.js")
    plain = site.get("/assets/large-abc123.js", headers={"Accept-Encoding": "identity"})
    picture = site.get("/assets/icon-abc123.png")

    assert compressed.headers["content-encoding"] == "gzip"
    assert compressed.text == plain.text == script
    assert "accept-encoding" in compressed.headers["vary"].lower()
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in picture.headers


def test_what_an_installed_app_asks_for_is_served_and_checked_again(
    site: TestClient, tmp_path: Path
) -> None:
    (tmp_path / "dist" / "sw.js").write_text("1")
    (tmp_path / "dist" / "manifest.webmanifest").write_text("{}")

    for path, kind in (("/sw.js", "javascript"), ("/manifest.webmanifest", "manifest+json")):
        response = site.get(path)
        assert kind in response.headers["content-type"]
        assert response.headers["cache-control"] == "no-cache"
        assert "worker-src 'self'" in response.headers["content-security-policy"]
        assert "manifest-src 'self'" in response.headers["content-security-policy"]


def test_other_files_of_the_build_are_served_and_checked_again(site: TestClient) -> None:
    response = site.get("/favicon.svg")

    assert response.text == "<svg/>"
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/readings"]
)
def test_the_api_never_answers_with_the_page(site: TestClient, path: str) -> None:
    assert_problem(site.get(path), 404, "not_found")


def test_a_missing_asset_is_not_found(site: TestClient) -> None:
    assert_problem(site.get("/assets/gone.js"), 404, "not_found")


def test_all_of_the_page_is_one_route_in_log_and_counters(
    site: TestClient, log: io.StringIO
) -> None:
    for path in (
        "/",
        "/readings/7?secret=1",
        "/assets/index-abc123.js",
        "/docs/assets/favicon.png",
    ):
        assert site.get(path).status_code == 200

    messages = [json.loads(line)["event"] for line in log.getvalue().splitlines()]
    assert [one for one in messages if one.startswith("GET")] == [
        *["GET /{page} 200"] * 3,
        "GET /docs/assets/{file} 200",
    ]
    counted = 'legible_http_requests_total{method="GET",route="/{page}",status="200"} 3.0'
    assert counted in site.get("/metrics").text


def test_the_page_is_only_for_getting(site: TestClient) -> None:
    assert site.head("/login").status_code == 200
    assert_problem(site.post("/login"), 404, "not_found")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/link.txt",
        "/a%00b",
    ],
)
def test_nothing_beside_the_build_is_served(site: TestClient, path: str) -> None:
    response = site.get(path)

    assert "not for you" not in response.text
    assert response.status_code in {200, 404}


def test_the_page_may_load_from_here_only(site: TestClient) -> None:
    headers = site.get("/").headers

    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_without_a_build_there_is_no_page(sqlite_settings: Settings, tmp_path: Path) -> None:
    settings = sqlite_settings.model_copy(update={"spa_dir": tmp_path / "nothing"})

    with TestClient(create_app(settings, FakeReader)) as client:
        assert_problem(client.get("/"), 404, "not_found")


def test_swagger_loads_nothing_from_elsewhere(site: TestClient) -> None:
    page = site.get("/docs")

    assert page.status_code == 200
    assert "'unsafe-inline'" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 3
    for address in loaded:
        assert address.startswith("/docs/assets/")
        assert site.get(address).status_code == 200
    assert (
        site.get("/docs/assets/swagger-ui-bundle.js")
        .headers["content-type"]
        .startswith("text/javascript")
    )


def test_swagger_can_be_switched_off(sqlite_settings: Settings) -> None:
    settings = sqlite_settings.model_copy(update={"docs": False})

    with TestClient(create_app(settings, FakeReader)) as client:
        assert_problem(client.get("/docs"), 404, "not_found")
        assert client.get("/api/v1/openapi.json").status_code == 200


@pytest.fixture
def document(site: TestClient) -> dict[str, Any]:
    response = site.get("/api/v1/openapi.json")
    document: dict[str, Any] = response.json()
    return document


def _operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (path, operation) for path, item in document["paths"].items() for operation in item.values()
    ]


def test_the_document_names_operations_after_their_functions(document: dict[str, Any]) -> None:
    names = {operation["operationId"] for _, operation in _operations(document)}

    assert names == {
        "register", "login", "issue_token", "get_me",
        "refresh", "logout", "logout_everywhere", "list_sessions", "delete_session",
        "update_me", "change_password", "request_email_change", "download_my_data", "delete_me",
        "request_verification", "verify_email", "confirm_email_change",
        "forgot_password", "reset_password",
        "list_providers", "start_google_sign_in", "finish_google_sign_in",
        "get_google_link", "link_google",
        "list_identities", "start_google_link", "unlink_identity",
        "create_reading", "create_readings", "list_readings", "get_reading", "get_reading_picture",
        "get_reading_page_image", "delete_reading", "export_readings",
        "create_key", "list_keys", "rename_key", "revoke_key",
        "get_usage", "list_statements", "get_statement",
        "create_feedback", "get_feedback",
        "list_users", "get_user", "freeze_user", "unfreeze_user", "list_audit_events",
        "get_health", "get_readiness", "get_metrics",
        "get_trial", "try_reading", "list_models", "get_model",
        "list_admin_models", "activate_model", "roll_back_model", "get_live_error_rate",
        "start_challenger", "compare_challenger", "end_challenger",
        "list_corrections", "get_correction_picture", "decide_correction",
    }  # fmt: skip


def test_the_document_describes_every_error_as_a_problem_with_examples(
    document: dict[str, Any],
) -> None:
    for path, operation in _operations(document):
        assert operation["description"], path
        for status, response in operation["responses"].items():
            if int(status) < 400:
                continue
            assert list(response["content"]) == ["application/problem+json"]
            content = response["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert content["examples"]


def test_the_document_refers_to_nothing_it_does_not_define(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))

    assert used <= schemas.keys()
    assert "HTTPValidationError" not in schemas


def test_swaggers_authorize_knows_where_tokens_come_from(document: dict[str, Any]) -> None:
    [scheme] = document["components"]["securitySchemes"].values()

    assert scheme["flows"]["password"]["tokenUrl"] == "/api/v1/auth/token"
    for path, operation in _operations(document):
        needs_account = path.startswith("/api/v1/") and (
            not path.startswith(("/api/v1/auth/", "/api/v1/try", "/api/v1/models"))
            or path.startswith("/api/v1/auth/logout")
            or path == "/api/v1/auth/verify-email/request"
        )
        # Proved by a password or an access token.
        may_have_one = operation["operationId"] == "link_google"
        assert ("security" in operation) == (needs_account or may_have_one), path
