"""API8 Security Misconfiguration and API9 Improper Inventory Management (API Security Top 10)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from httpx2 import Response
from starlette.testclient import TestClient

import legible.app
from legible.app.main import create_app
from legible.app.settings import Settings
from legible.reader.types import Reading, ReadOptions
from tests.app.people import FakeReader, picture
from tests.app.security.conftest import World
from tests.app.security.walk import calls

CALLS = calls()
# What is served beside the document, and why it is not in it.
OTHER_ROUTES = {
    "/api/v1/openapi.json": "the document itself",
    "/docs": "Swagger, which shows it",
    "/docs/assets": "Swagger's files",
}
EVIL = "https://evil.example"


def _assert_safe(answer: Response) -> None:
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert answer.status_code < 400 or headers["content-type"] == "application/problem+json"
    assert not headers.keys() & {"server", "x-powered-by", "via"}
    assert "evil.example" not in answer.text + str(answer.headers)
    assert not [name for name in headers if name.startswith("access-control-")]
    assert "cache-control" in headers


@pytest.mark.requirement("API8")
def test_every_answer_is_safe_for_a_browser(world: World) -> None:
    """Whoever asks, from wherever, whatever the address of the service is said to be."""
    named = {"Origin": EVIL, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    ids, statuses = world.ids(), set()
    for call in CALLS:
        if call.method != "GET":  # the one before may have deleted what is asked for
            ids = world.ids()
        for token in ("", world.root.token, world.bob.token):
            headers = {**named, "Authorization": f"Bearer {token}"}
            answer = world.client.request(
                call.method, call.filled(ids), headers=headers, **call.options()
            )
            statuses.add(answer.status_code)
            _assert_safe(answer)

    assert statuses >= {200, 201, 204, 401, 404}


@pytest.mark.requirement("API8")
def test_every_refusal_of_the_framework_is_safe_for_a_browser(world: World) -> None:
    client = world.client
    answers = {
        404: client.get("/nothing"),
        405: client.put("/api/v1/readings"),
        413: client.post("/api/v1/auth/login", content=bytes(80_000)),
        422: client.post("/api/v1/auth/login", content=b"{"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        _assert_safe(answer)


class Broken(FakeReader):
    def read(self, _data: bytes, _options: ReadOptions) -> Reading:
        raise RuntimeError("from within")


@pytest.mark.requirement("API8")
def test_an_error_of_ours_is_safe_for_a_browser(world: World, unlimited: Settings) -> None:
    world.log_in_again()
    headers = {"Authorization": f"Bearer {world.ada.token}"}
    with TestClient(create_app(unlimited, Broken)) as client:
        files = {"file": ("card.png", picture(3))}
        answer = client.post("/api/v1/readings", headers=headers, files=files)

    assert answer.status_code == 500
    _assert_safe(answer)
    assert "within" not in answer.text


@pytest.mark.requirement("API8")
@pytest.mark.parametrize("path", sorted({call.path for call in CALLS}))
def test_no_other_site_is_let_in(world: World, path: str) -> None:
    asked = {"Origin": EVIL, "Access-Control-Request-Method": "POST"}
    more = {"Access-Control-Request-Headers": "authorization, x-requested-with"}

    answer = world.client.options(path.replace("{", "").replace("}", ""), headers={**asked, **more})

    assert answer.status_code == 405
    _assert_safe(answer)


@pytest.mark.requirement("API8")
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "PUT", "LINK"])
def test_methods_that_nothing_has_are_refused(world: World, method: str) -> None:
    for path in {call.path for call in CALLS}:
        answer = world.client.request(method, path, headers=world.ada.headers)

        assert answer.status_code == 405
        assert answer.headers["allow"]


@pytest.mark.requirement("API9")
def test_every_route_is_in_the_document_or_a_known_other(unlimited: Settings) -> None:
    app = create_app(unlimited, FakeReader)
    documented = {call.path for call in CALLS}
    found = set(_paths(app.routes))

    assert found - documented == OTHER_ROUTES.keys()
    assert documented <= found


def _paths(routes: Any) -> Iterator[str]:
    """Of all routes, whether or not FastAPI keeps them flat."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _paths(route.original_router.routes)
        else:
            assert isinstance(route, APIRoute) or route.path in OTHER_ROUTES
            yield route.path


@pytest.mark.requirement("API9")
def test_there_is_one_version_and_no_way_into_debugging(world: World) -> None:
    for path in ("/api/v0/users/me", "/api/v2/users/me", "/api/users/me", "/debug", "/redoc"):
        assert world.client.get(path, headers=world.ada.headers).status_code == 404
    for path in ("/.env", "/.git/config", "/var/legible.sqlite3", "/openapi.json", "/console"):
        assert world.client.get(path).status_code == 404


# ---- API7 and API10: whom the service itself asks ----------------------------------------------

# Modules that may open connections to elsewhere, and where to.
ASKS_OTHERS = {
    "system/serve.py": "listens",
    "system/tracing.py": "the operator's collector",
    "mail/transport.py": "the operator's mail server",
    "mail/mailer.py": "knows the errors of that",
    "identities/provider.py": "the operator's OpenID provider; its addresses are no user's",
    "identities/fetching.py": "the bounds of that",
    "storage/s3.py": "the operator's bucket",
    "storage/s3_trouble.py": "knows the errors of that",
}
CLIENTS = {"httpx2", "httpx", "requests", "urllib.request", "urllib3", "aiohttp", "socket"}
CLIENTS |= {"http.client", "smtplib", "ftplib", "websockets", "authlib.integrations"}
CLIENTS |= {"opentelemetry.exporter", "boto3", "botocore"}


@pytest.mark.requirement("API7", "API10")
def test_no_other_code_of_the_service_can_fetch_anything() -> None:
    top = Path(legible.app.__file__).parent
    can = {
        str(path.relative_to(top))
        for path in top.rglob("*.py")
        if any(_is_client(name) for name in _imported(path))
    }

    assert can == ASKS_OTHERS.keys()


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _is_client(name: str) -> bool:
    return any(name == client or name.startswith(f"{client}.") for client in CLIENTS)
