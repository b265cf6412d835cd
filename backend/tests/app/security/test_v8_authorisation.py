"""OWASP ASVS 5.0, V8 Authorization; API1, API3 and API5 of the API Security Top 10 (2023)."""

import io
import re
import zipfile
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from httpx2 import Response

from legible.app import models
from legible.app.db import Database
from legible.app.settings import Settings
from tests.app.people import PASSWORD, SECRET, assert_problem
from tests.app.security.conftest import World, set_role
from tests.app.security.walk import Call, calls

CALLS = calls()
OF_SOMEBODY = [call for call in CALLS if call.needs_somebody]
# Who asks for what is another's. An admin may do what is under /admin; see test_admin.py.
STRANGERS = [
    (call, who)
    for call in OF_SOMEBODY
    for who in ("bob", "root")
    if any(name.endswith("_id") for name in call.parameter_names("path"))
    and not (who == "root" and call.path.startswith("/api/v1/admin/"))
]


def _of(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _ids(call: Call) -> str:
    return call.id


@pytest.mark.requirement("V8.3.1", "API5")
def test_only_the_door_and_what_is_about_the_service_is_open_to_nobody() -> None:
    open_to_all = {call.path for call in CALLS if not call.needs_somebody}

    assert open_to_all >= {"/api/v1/auth/login", "/healthz"}
    assert all(
        path.startswith(("/api/v1/auth/", "/api/v1/models"))
        or path in {"/api/v1/try", "/healthz", "/readyz", "/metrics"}
        for path in open_to_all
    )


@pytest.mark.requirement("V8.2.1", "V8.3.1", "API5")
def test_nobody_gets_past_any_call_that_needs_somebody(world: World) -> None:
    ids = world.ids()
    for call in OF_SOMEBODY:
        # A cookie is no token, and neither is one in the query.
        path = f"{call.filled(ids)}?access_token={world.ada.token}&token={world.ada.token}"
        cookies = {"Cookie": f"access_token={world.ada.token}; session={world.ada.token}"}

        response = world.client.request(call.method, path, headers=cookies, **call.options())

        assert_problem(response, 401, "not_authenticated")


@pytest.mark.requirement("V8.2.2", "V8.4.1", "API1")
@pytest.mark.parametrize(
    ("call", "who"), STRANGERS, ids=[f"{who} {call.id}" for call, who in STRANGERS]
)
def test_what_is_anothers_looks_as_if_it_was_not_there(world: World, call: Call, who: str) -> None:
    owned = {name for name in call.parameter_names("path") if name.endswith("_id")}
    stranger = {"bob": world.bob, "root": world.root}[who]
    before = world.ids()
    nobodys = {**before, **{name: str(uuid4()) for name in owned}}

    answers = [
        world.client.request(
            call.method, call.filled(ids), headers=_of(stranger.token), **call.options()
        )
        for ids in (before, nobodys)
    ]

    anothers, none = (assert_problem(answer, 404, "not_found") for answer in answers)
    assert anothers == none
    assert world.ada.get(f"/readings/{before['reading_id']}").status_code == 200
    assert before["key_id"] in world.ada.get("/keys").text
    assert before["session_id"] in world.ada.get("/sessions").text
    assert before["identity_id"] in world.ada.get("/users/me/identities").text


@pytest.mark.requirement("V8.2.1", "API5")
@pytest.mark.parametrize("call", OF_SOMEBODY, ids=_ids)
def test_a_key_does_what_its_scope_says_and_nothing_else(world: World, call: Call) -> None:
    ids = world.ids()
    statuses = {
        scope: world.client.request(
            call.method, call.filled(ids), headers=_of(key), **call.options()
        ).status_code
        for scope, key in world.keys.items()
    }

    of_the_other_kind = statuses["write" if call.method == "GET" else "read"]
    assert of_the_other_kind in {403, 404}
    of_the_account = ("/keys", "/sessions", "/admin", "/users/me", "/auth/")
    if (
        call.path.removeprefix("/api/v1").startswith(of_the_account)
        and call.id != "GET /api/v1/users/me"
    ):
        assert set(statuses.values()) <= {403, 404}


@pytest.mark.requirement("V8.2.1", "API5")
def test_another_method_cannot_be_named_within_a_request(world: World) -> None:
    ids = world.ids()
    path = f"/api/v1/readings/{ids['reading_id']}"
    key = _of(world.keys["read"])

    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        world.client.get(path, headers={**key, name: "DELETE"})
    world.client.get(f"{path}?_method=DELETE", headers=key)

    assert world.ada.get(f"/readings/{ids['reading_id']}").status_code == 200


@pytest.mark.requirement("V8.2.1", "API5")
def test_another_spelling_of_an_address_is_no_way_around(world: World) -> None:
    spellings = (
        "//api/v1/admin/users",
        "/api/v1/Admin/users",
        "/api/v1/admin/users/",
        "/api/v1/./admin/users",
    )
    for path in (
        *spellings,
        "/api/v1/readings/../admin/users",
        "/api/v1/admin;x/users",
        "/api/v1/%61dmin/users",
    ):
        response = world.client.get(path, headers=_of(world.bob.token))

        assert response.status_code == 404, path


@pytest.mark.requirement("V8.3.2")
def test_a_right_that_is_taken_away_is_gone_at_once(world: World, unlimited: Settings) -> None:
    seen = []
    for role in ("admin", "user", "admin"):
        set_role(unlimited, "root@example.com", role)
        seen.append(world.root.get("/admin/users").status_code)

    assert seen == [200, 404, 200]


# ---- API3: fields that are not the caller's to set --------------------------------------------

MARK = "mass-assigned"
MARKED_ID = "0190d5b2-dead-7000-8000-00000000dead"
MARKED_TIME = "2031-02-03T04:05:06Z"
PRIVILEGED: dict[str, Any] = {
    **dict.fromkeys(("id", "user_id", "owner_id", "actor_id", "session_id", "key_id"), MARKED_ID),
    **dict.fromkeys(
        ("frozen_at", "created_at", "revoked_at", "expires_at", "verified_at", "email_verified_at"),
        MARKED_TIME,
    ),
    **dict.fromkeys(("password_hash", "key_hash", "prefix", "sha256", "status", "device"), MARK),
    **dict.fromkeys(("is_admin", "admin", "is_staff", "email_verified", "hard_stop"), True),
    "role": "admin",
    "plan": "business",
    "confidence": 1.0,
    "__proto__": {"role": "admin"},
    "$set": {"role": "admin"},
}
# Nothing can be given to who is gone or logged out.
ENDS_THE_SESSION = {
    "POST /api/v1/auth/logout",
    "POST /api/v1/auth/logout-everywhere",
    "POST /api/v1/users/me/password",
    "DELETE /api/v1/users/me",
}


def _with_more(call: Call) -> dict[str, Any]:
    """A good body with all that is not the caller's besides, where the call has no such field."""
    options = call.options()
    if "json" in options:
        own = (call.json_schema or {}).get("properties", {})
        more = {name: value for name, value in PRIVILEGED.items() if name not in own}
        if call.path.endswith("/register"):
            more["email"] = f"{uuid4().hex}@example.com"
        options["json"] = {**options["json"], **more}
    elif options:
        form = {"role": "admin", "user_id": MARKED_ID, "id": MARKED_ID, "status": MARK}
        options["data"] = {**options.get("data", {}), **form}
    return options


@pytest.mark.requirement("V8.2.3", "API3")
def test_no_field_that_is_not_the_callers_reaches_the_database(
    world: World, unlimited: Settings
) -> None:
    taken: set[str] = set()
    refused: set[str] = set()
    for call in CALLS:
        if call.method == "GET" or call.id in ENDS_THE_SESSION:
            continue
        response = world.client.request(
            call.method,
            call.filled(world.ids()),
            headers=_of(world.ada.token),
            params={"user_id": MARKED_ID, "role": "admin", "plan": "business"},
            **_with_more(call),
        )

        assert response.status_code < 500, call.id
        (taken if response.status_code < 300 else refused).add(call.told["operationId"])

    # Some take no unknown field, others leave it out.
    assert {"create_key", "rename_key", "create_feedback"} <= refused
    assert {"register", "login", "create_reading", "delete_reading"} <= taken
    rows = _all_rows(unlimited)
    assert len(rows) > 10
    for row in rows:
        for mark in (MARK, MARKED_ID, MARKED_ID.replace("-", ""), "2031-02-03", "business"):
            assert mark not in row
    assert _roles(unlimited)["root@example.com"] == "admin"
    assert {role for email, role in _roles(unlimited).items() if "root" not in email} == {"user"}


def _all_rows(settings: Settings) -> list[str]:
    """Each row of each table, as text."""
    database = Database(settings.sqlalchemy_url())
    with database.engine.connect() as connection:
        rows = [
            str(tuple(row))
            for table in models.Base.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        ]
    database.close()
    return rows


def _roles(settings: Settings) -> dict[str, str]:
    database = Database(settings.sqlalchemy_url())
    with database.reads() as session:
        roles = {user.email: user.role for user in session.scalars(sa.select(models.User))}
    database.close()
    return roles


# Names of fields that hold a secret or what it is known by. This one only tells that there is one.
SECRET_WORDS = ("password", "hash", "sha256", "secret", "token")
NO_SECRETS = {"has_password"}


@pytest.mark.requirement("V8.2.3", "API3")
def test_no_answer_shows_what_is_only_for_the_service(world: World, unlimited: Settings) -> None:
    ids = world.ids()
    seen = [
        world.client.request(call.method, call.filled(ids), headers=_of(token))
        for call in CALLS
        if call.method == "GET"
        for token in (world.ada.token, world.root.token)
    ]
    hidden = {PASSWORD, SECRET, "$argon2", *world.keys.values(), *_kept_secrets(unlimited)}

    assert sum(answer.status_code == 200 for answer in seen) > 15
    assert len(hidden) > 10
    assert any(answer.headers["content-type"] == "application/zip" for answer in seen)
    for answer in seen:
        for text in _texts(answer):
            assert [secret for secret in hidden if secret in text] == [], answer.url
            for name in re.findall(r'"(\w+)": ?', text):
                if name not in NO_SECRETS:
                    assert not [word for word in SECRET_WORDS if word in name], answer.url


def _texts(answer: Response) -> list[str]:
    """What an answer says, and the files that are in it."""
    if answer.headers.get("content-type") != "application/zip":
        return [answer.text]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]


def _kept_secrets(settings: Settings) -> set[str]:
    """What the database keeps of passwords, keys and tokens, as an answer could show it."""
    database = Database(settings.sqlalchemy_url())
    with database.engine.connect() as connection:
        kept = [
            value
            for table in models.Base.metadata.sorted_tables
            for column in table.columns
            if column.name.endswith(("_hash", "sha256"))
            and table.name != "readings"  # a picture's own name, in the data that one takes away
            for value in connection.scalars(sa.select(column))
        ]
    database.close()
    return {value.hex() if isinstance(value, bytes) else value for value in kept if value}
