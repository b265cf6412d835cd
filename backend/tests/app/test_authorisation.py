"""Who may do what, route by route (OWASP API Security 2023: API1, API5)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from legible.app import models
from legible.app.admin.access import get_admin
from legible.app.db import Database
from legible.app.deps import get_caller, limit_address
from legible.app.keys.secret import hash_key
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import PASSWORD, FakeReader, Person, Register, picture

CALLERS = (
    "anonymous",
    "read key",
    "write key",
    "expired key",
    "revoked key",
    "owner",
    "stranger",
)
FILE = {"files": {"file": ("card.png", picture())}}
NEW_KEY = {"json": {"name": "Scanner", "scopes": ["read", "write"]}}
RIGHT = {"json": {"kind": "confirmed"}}
CORRECTION = "/admin/corrections/{user_id}/{judgement_id}"
USE = {"json": {"verdict": "use"}}
NEW_NAME = {"json": {"name": "Office"}}
LOGIN = {"json": {"email": "ada@example.com", "password": PASSWORD}}
FORM = {"data": {"username": "ada@example.com", "password": PASSWORD}}
ONCE_MORE = {"json": {"password": PASSWORD}}
NEW_EMAIL = {"json": {"email": "new@example.com", "password": PASSWORD}}
NEW_PASSWORD = {"json": {"current_password": PASSWORD, "new_password": "a chair by the door"}}
NOBODYS = {"json": {"token": "nobody's", "new_password": "a chair by the door"}}
NO_TOKEN = {"json": {"refresh_token": "nobody's"}}
PROVED = {"json": {}, "headers": {"X-Requested-With": "a test"}}
NOTHING: dict[str, Any] = {"json": {}}  # as much as is needed to get past the door

# Each call, and the status for each caller in their order above.
TABLE: list[tuple[str, str, dict[str, Any], tuple[int, ...]]] = [
    ("POST", "/auth/register", NOTHING, (422, 422, 422, 422, 422, 422, 422)),
    ("POST", "/auth/login", LOGIN, (200, 200, 200, 200, 200, 200, 200)),
    ("POST", "/auth/token", FORM, (200, 200, 200, 200, 200, 200, 200)),
    ("POST", "/auth/refresh", NO_TOKEN, (401, 401, 401, 401, 401, 401, 401)),
    ("POST", "/auth/logout", NO_TOKEN, (204, 204, 204, 204, 204, 204, 204)),
    ("POST", "/auth/logout-everywhere", {}, (401, 403, 403, 401, 401, 204, 204)),
    ("GET", "/sessions", {}, (401, 403, 403, 401, 401, 200, 200)),
    ("DELETE", "/sessions/{session_id}", {}, (401, 403, 403, 401, 401, 204, 404)),
    ("GET", "/users/me", {}, (401, 200, 403, 401, 401, 200, 200)),
    ("PATCH", "/users/me", NEW_NAME, (401, 403, 403, 401, 401, 200, 200)),
    ("POST", "/users/me/password", NEW_PASSWORD, (401, 403, 403, 401, 401, 204, 204)),
    ("POST", "/users/me/email", NEW_EMAIL, (401, 403, 403, 401, 401, 202, 202)),
    ("GET", "/users/me/data", {}, (401, 403, 403, 401, 401, 200, 200)),
    ("DELETE", "/users/me", ONCE_MORE, (401, 403, 403, 401, 401, 204, 204)),
    ("POST", "/auth/verify-email/request", {}, (401, 403, 403, 401, 401, 202, 202)),
    ("POST", "/auth/verify-email", NOBODYS, (422, 422, 422, 422, 422, 422, 422)),
    ("POST", "/auth/change-email", NOBODYS, (422, 422, 422, 422, 422, 422, 422)),
    ("POST", "/auth/forgot-password", NOTHING, (422, 422, 422, 422, 422, 422, 422)),
    ("POST", "/auth/reset-password", NOBODYS, (422, 422, 422, 422, 422, 422, 422)),
    ("GET", "/auth/providers", {}, (200, 200, 200, 200, 200, 200, 200)),
    # Nothing is there without a provider, whoever asks; with one: test_sign_in.py.
    ("GET", "/auth/google/start", {}, (404, 404, 404, 404, 404, 404, 404)),
    ("GET", "/auth/google/callback", {}, (404, 404, 404, 404, 404, 404, 404)),
    ("GET", "/auth/google/link", {}, (410, 410, 410, 410, 410, 410, 410)),
    ("POST", "/auth/google/link", PROVED, (410, 410, 410, 410, 410, 410, 410)),
    ("GET", "/users/me/identities", {}, (401, 403, 403, 401, 401, 200, 200)),
    ("POST", "/users/me/identities/google", NOTHING, (401, 403, 403, 401, 401, 404, 404)),
    ("DELETE", "/users/me/identities/{identity_id}", {}, (401, 403, 403, 401, 401, 204, 404)),
    ("POST", "/readings", FILE, (401, 403, 201, 401, 401, 201, 201)),
    ("POST", "/readings/batch", FILE, (401, 403, 200, 401, 401, 200, 200)),
    # Whoever asks, as if nobody: nothing is kept for anybody.
    ("GET", "/try", {}, (200, 200, 200, 200, 200, 200, 200)),
    ("POST", "/try", FILE, (200, 200, 200, 200, 200, 200, 200)),
    ("GET", "/readings", {}, (401, 200, 403, 401, 401, 200, 200)),
    ("GET", "/readings/export", {}, (401, 200, 403, 401, 401, 200, 200)),
    ("GET", "/readings/{reading_id}", {}, (401, 200, 403, 401, 401, 200, 404)),
    ("GET", "/readings/{reading_id}/picture", {}, (401, 200, 403, 401, 401, 200, 404)),
    ("GET", "/readings/{reading_id}/pages/{number}/image", {}, (401, 200, 403, 401, 401, 200, 404)),
    ("DELETE", "/readings/{reading_id}", {}, (401, 403, 204, 401, 401, 204, 404)),
    ("POST", "/readings/{reading_id}/feedback", RIGHT, (401, 403, 201, 401, 401, 201, 404)),
    ("GET", "/readings/{reading_id}/feedback", {}, (401, 200, 403, 401, 401, 200, 404)),
    ("POST", "/keys", NEW_KEY, (401, 403, 403, 401, 401, 201, 201)),
    ("GET", "/keys", {}, (401, 403, 403, 401, 401, 200, 200)),
    ("PATCH", "/keys/{key_id}", NEW_NAME, (401, 403, 403, 401, 401, 200, 404)),
    ("DELETE", "/keys/{key_id}", {}, (401, 403, 403, 401, 401, 204, 404)),
    ("GET", "/usage", {}, (401, 200, 403, 401, 401, 200, 200)),
    ("GET", "/statements", {}, (401, 200, 403, 401, 401, 200, 200)),
    ("GET", "/statements/{month}", {}, (401, 200, 403, 401, 401, 200, 200)),
    ("GET", "/models", {}, (200, 200, 200, 200, 200, 200, 200)),
    ("GET", "/models/{name}/{version}", {}, (200, 200, 200, 200, 200, 200, 200)),
    # For all but admins there is nothing there; their rights are in test_admin.py.
    ("GET", "/admin/users", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("GET", "/admin/users/{user_id}", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("POST", "/admin/users/{user_id}/freeze", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("POST", "/admin/users/{user_id}/unfreeze", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("GET", "/admin/audit", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("GET", "/admin/models", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("POST", "/admin/models/{name}/activate", NOTHING, (401, 404, 404, 401, 401, 404, 404)),
    ("POST", "/admin/models/{name}/rollback", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("GET", "/admin/models/challenger", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("POST", "/admin/models/challenger", NOTHING, (401, 404, 404, 401, 401, 404, 404)),
    ("DELETE", "/admin/models/challenger", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("GET", "/admin/models/live", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("GET", "/admin/corrections", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("GET", f"{CORRECTION}/picture", {}, (401, 404, 404, 401, 401, 404, 404)),
    ("POST", f"{CORRECTION}/decision", USE, (401, 404, 404, 401, 401, 404, 404)),
]


def _make_key(person: Person, *scopes: str) -> tuple[str, str]:
    new = {"name": "Test", "scopes": list(scopes)}
    made = person.client.post("/api/v1/keys", headers=person.headers, json=new).json()
    return made["id"], made["key"]


def _judge(person: Person) -> str:
    judged = person.post(f"/readings/{person.read()['id']}/feedback", **RIGHT)
    return str(judged.json()["id"])


def _another_session(person: Person) -> str:
    """Log in on another device; the last used comes first."""
    person.client.post("/api/v1/auth/login", json=LOGIN["json"])
    found = person.client.get("/api/v1/sessions", headers=person.headers).json()["items"]
    return str(next(each["id"] for each in found if not each["current"]))


def _link_identity(person: Person, settings: Settings) -> str:
    database = Database(settings.sqlalchemy_url())
    identity = models.Identity(
        user_id=UUID(person.user["id"]), issuer="https://issuer.example", subject=uuid4().hex
    )
    with database.writes() as session:
        session.add(identity)
    database.close()
    return str(identity.id)


@pytest.fixture
def tokens(ada: Person, register: Register, settings: Settings) -> dict[str, str | None]:
    """What each caller shows; all keys are Ada's."""
    (_, read), (_, write), (_, expired), (revoked_id, revoked) = (
        _make_key(ada, *scopes) for scopes in (["read"], ["write"], ["read"], ["write"])
    )
    database = Database(settings.sqlalchemy_url())
    with database.writes() as session:
        session.execute(
            sa.update(models.ApiKey)
            .where(models.ApiKey.key_hash == hash_key(expired))
            .values(expires_at=datetime.now(UTC) - timedelta(minutes=1))
        )
    database.close()
    ada.delete(f"/keys/{revoked_id}")
    shown = (None, read, write, expired, revoked, ada.token, register("bob").token)
    return dict(zip(CALLERS, shown, strict=True))


@pytest.mark.parametrize(
    ("method", "path", "options", "expected"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE]
)
def test_each_caller_gets_what_the_table_says(
    *,
    ada: Person,
    settings: Settings,
    tokens: dict[str, str | None],
    method: str,
    path: str,
    options: dict[str, Any],
    expected: tuple[int, ...],
) -> None:
    makers: dict[str, Callable[[], str]] = {
        "{reading_id}": lambda: str(ada.read()["id"]),
        "{key_id}": lambda: _make_key(ada, "read")[0],
        "{session_id}": lambda: _another_session(ada),
        "{identity_id}": lambda: _link_identity(ada, settings),
        "{user_id}": lambda: str(ada.user["id"]),
        "{number}": lambda: "1",
        "{name}/{version}": lambda: "digit/1.1.0",
        "{judgement_id}": lambda: str(_judge(ada)),
        "{month}": lambda: f"{datetime.now(UTC):%Y-%m}",
    }
    answers = {}
    for caller, token in tokens.items():
        filled = path  # anew for each, since some calls delete what they are about
        for name, make in makers.items():
            filled = filled.replace(name, make()) if name in filled else filled
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        asked = options | {"headers": headers | options.get("headers", {})}
        response = ada.client.request(method, f"/api/v1{filled}", follow_redirects=False, **asked)
        answers[caller] = response.status_code
        if response.status_code == 403:
            words = ("keys", "sessions", "logout", "users/me", "verify-email")
            of_account = (
                any(word in path for word in words) and f"{method} {path}" != "GET /users/me"
            )
            needed = "access token" if of_account else "scope `"
            assert needed in response.json()["detail"]

    assert answers == dict(zip(CALLERS, expected, strict=True))


def _routes(app: FastAPI) -> list[APIRoute]:
    """All routes under the prefix, whether or not FastAPI keeps them flat."""
    found: list[APIRoute] = []

    def walk(routes: Any) -> None:
        for route in routes:
            if isinstance(route, APIRoute):
                found.append(route)
            elif hasattr(route, "original_router"):
                walk(route.original_router.routes)

    walk(app.routes)
    return [route for route in found if route.path.startswith("/api/v1/")]


def _asks(dependant: Dependant) -> set[Any]:
    return {dependant.call}.union(*(_asks(one) for one in dependant.dependencies))


def test_the_table_has_every_route_and_every_route_is_limited(sqlite_settings: Settings) -> None:
    app = create_app(sqlite_settings, FakeReader)
    with TestClient(app) as client:
        document = client.get("/api/v1/openapi.json").json()["paths"]
    calls = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in document.items()
        for method in methods
        if path.startswith("/api/v1/")
    }
    routes = _routes(app)

    assert calls == {(method, path) for method, path, _, _ in TABLE}
    assert len(routes) == len(TABLE)
    for route in routes:
        asked = _asks(route.dependant)
        assert (get_caller in asked) != (limit_address in asked), route.path
        if get_caller in asked:
            scoped = any(getattr(ask, "__name__", "") == "get_allowed_caller" for ask in asked)
            assert scoped or get_admin in asked, (
                f"{route.path} states no scope: give it dependencies=[needs(...)]"
            )
            assert (get_admin in asked) == route.path.startswith("/api/v1/admin/")
