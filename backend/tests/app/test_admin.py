from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from legible.app.settings import Settings
from legible.cli import main
from tests.app.people import PASSWORD, FakeReader, Person, Register, assert_problem, picture

Command = Callable[..., int]


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `legible admin ...` on the database of the test."""
    monkeypatch.setenv("LEGIBLE_VAR_DIR", str(settings.var_dir))
    monkeypatch.setenv("LEGIBLE_DATABASE_URL", settings.database_url)
    return lambda *arguments: main(["admin", *arguments])


@pytest.fixture
def admin(register: Register, command: Command) -> Person:
    person = register("root")
    assert command("grant", "root@example.com") == 0
    return person


def _key_of(person: Person) -> str:
    new = {"name": "Scanner", "scopes": ["read", "write"]}
    return str(person.post("/keys", json=new).json()["key"])


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


SOMEBODY = f"/admin/users/{uuid4()}"
PATHS = [
    ("GET", "/admin/users"),
    ("GET", SOMEBODY),
    ("POST", f"{SOMEBODY}/freeze"),
    ("POST", f"{SOMEBODY}/unfreeze"),
    ("GET", "/admin/audit"),
    ("GET", "/admin/corrections"),
    ("GET", f"/admin/corrections/{uuid4()}/{uuid4()}/picture"),
    ("POST", f"/admin/corrections/{uuid4()}/{uuid4()}/decision"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_for_others_there_is_nothing(ada: Person, method: str, path: str) -> None:
    refused = ada.client.request(method, f"/api/v1{path}", headers=ada.headers)
    nothing = ada.client.request(method, "/api/v1/nothing", headers=ada.headers)

    assert assert_problem(refused, 404, "not_found") == assert_problem(nothing, 404, "not_found")
    assert_problem(ada.client.request(method, f"/api/v1{path}"), 401, "not_authenticated")


def test_an_admins_key_is_no_admin(admin: Person) -> None:
    key = _key_of(admin)

    for method, path in PATHS:
        refused = admin.client.request(method, f"/api/v1{path}", headers=_bearer(key))
        assert_problem(refused, 404, "not_found")


def test_nobody_makes_themself_an_admin(client: TestClient) -> None:
    new = {"email": "eve@example.com", "name": "Eve", "password": PASSWORD, "role": "admin"}
    token = client.post("/api/v1/auth/register", json=new).json()["access_token"]

    users = client.get("/api/v1/admin/users", headers={"Authorization": f"Bearer {token}"})

    assert_problem(users, 404, "not_found")


def test_the_command_grants_and_revokes(
    ada: Person, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("grant", "ADA@example.com") == 0
    assert ada.get("/admin/users").status_code == 200
    assert command("revoke", "ada@example.com") == 0
    assert_problem(ada.get("/admin/users"), 404, "not_found")

    out = capsys.readouterr().out
    assert out == "ada@example.com is an admin.\nada@example.com is no admin.\n"


def test_the_command_says_that_there_is_no_such_account(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("grant", "nobody@example.com") == 2
    assert "no account with the e-mail address nobody@example.com" in capsys.readouterr().err


def test_accounts_are_listed_and_found_by_address_or_name(
    admin: Person, register: Register
) -> None:
    for name in ("ada", "adam", "bob"):
        register(name)

    def found(**query: Any) -> list[str]:
        response = admin.get("/admin/users", params=query)
        assert response.status_code == 200, response.text
        return [item["email"].split("@")[0] for item in response.json()["items"]]

    assert found() == ["bob", "adam", "ada", "root"]
    assert found(search="ADA") == ["adam", "ada"]
    assert found(search="adam@example.com") == ["adam"]
    assert found(search="%") == found(search="a\0") == found(search="_d_") == []


def test_accounts_come_in_parts(admin: Person, register: Register) -> None:
    for name in ("ada", "bob"):
        register(name)

    first = admin.get("/admin/users", params={"limit": 2}).json()
    second = admin.get("/admin/users", params={"limit": 2, "cursor": first["next_cursor"]}).json()

    emails = [item["email"] for part in (first, second) for item in part["items"]]
    assert emails == ["bob@example.com", "ada@example.com", "root@example.com"]
    assert second["next_cursor"] is None
    assert_problem(admin.get("/admin/users", params={"cursor": "?"}), 422, "bad_cursor")


def test_an_admin_sees_how_much_somebody_has_and_nothing_of_what(
    admin: Person, ada: Person
) -> None:
    reading = ada.read(name="secret-name.png")
    ada.post(f"/readings/{reading['id']}/feedback", json={"kind": "corrected", "text": "5"})
    ada.client.post("/api/v1/auth/login", json={"email": "ada@example.com", "password": PASSWORD})

    response = admin.get(f"/admin/users/{ada.user['id']}")

    shown = response.json()
    assert shown["readings"] == 1
    assert shown["size_bytes"] > 0
    assert shown["last_reading_at"] == reading["created_at"]
    assert shown["last_login_at"] is not None
    assert (shown["role"], shown["frozen_at"]) == ("user", None)
    assert "hash" not in response.text
    assert "secret-name" not in response.text
    for path in ("", "/picture", "/pages/1/image", "/feedback"):
        assert_problem(admin.get(f"/readings/{reading['id']}{path}"), 404, "not_found")
    assert_problem(admin.delete(f"/readings/{reading['id']}"), 404, "not_found")


def test_the_list_tells_plan_and_pages_of_the_month(admin: Person, ada: Person) -> None:
    ada.read()
    ada.read(picture(90))

    [shown] = admin.get("/admin/users", params={"search": "ada"}).json()["items"]
    [none] = admin.get("/admin/users", params={"search": "root"}).json()["items"]

    assert (shown["plan"], shown["included_pages"], shown["pages_this_month"]) == ("free", 1000, 2)
    assert (none["pages_this_month"], none["role"]) == (0, "admin")
    assert shown["email_verified"] is False
    assert admin.get(f"/admin/users/{ada.user['id']}").json()["pages_this_month"] == 2


def test_everybody_is_told_their_own_role(admin: Person, ada: Person) -> None:
    assert admin.user["role"] == "user"  # when they registered
    assert admin.get("/users/me").json()["role"] == "admin"
    assert ada.get("/users/me").json()["role"] == "user"


def test_freezing_keeps_the_reason_in_the_log(admin: Person, ada: Person) -> None:
    path = f"/admin/users/{ada.user['id']}"
    admin.post(f"{path}/freeze", json={"reason": "  Sends the same page\nwithout end. "})
    admin.post(f"{path}/unfreeze", json={})

    log = admin.get("/admin/audit", params={"user_id": ada.user["id"]}).json()["items"]

    assert [event["details"] for event in log[:2]] == [
        {},
        {"reason": "Sends the same page without end."},
    ]


@pytest.mark.parametrize("reason", ["x" * 201, "a\0b", 7])
def test_a_reason_that_is_none_is_refused(admin: Person, ada: Person, reason: Any) -> None:
    response = admin.post(f"/admin/users/{ada.user['id']}/freeze", json={"reason": reason})

    problem = assert_problem(response, 422, "invalid_request")
    assert [error["field"] for error in problem["errors"]] == ["reason"]
    assert ada.get("/users/me").status_code == 200


def test_the_log_names_those_who_still_have_an_account(
    admin: Person, ada: Person, register: Register
) -> None:
    bob = register("bob")
    admin.post(f"/admin/users/{ada.user['id']}/freeze")
    bob.client.request(
        "DELETE", "/api/v1/users/me", headers=bob.headers, json={"password": PASSWORD}
    )

    def people(user: dict[str, Any]) -> dict[str, str]:
        part = admin.get("/admin/audit", params={"user_id": user["id"]}).json()
        return {person["email"]: person["id"] for person in part["people"]}

    assert people(ada.user) == {
        "ada@example.com": ada.user["id"],
        "root@example.com": admin.user["id"],
    }
    assert people(bob.user) == {}


def test_freezing_stops_tokens_keys_and_logins_at_once_until_it_is_undone(
    admin: Person, ada: Person, reader: FakeReader
) -> None:
    reading_id = ada.read()["id"]
    read = len(reader.asked)
    key = _bearer(_key_of(ada))
    file = {"file": ("card.png", picture())}
    known = {"email": "ada@example.com", "password": PASSWORD}
    login = "/api/v1/auth/login"

    frozen = admin.post(f"/admin/users/{ada.user['id']}/freeze")

    assert frozen.status_code == 200
    assert frozen.json()["frozen_at"] is not None
    problem = assert_problem(ada.get("/users/me"), 403, "account_frozen")
    assert "Write to" in problem["detail"]
    assert_problem(ada.get(f"/readings/{reading_id}"), 403, "account_frozen")
    assert_problem(ada.send(picture()), 403, "account_frozen")
    by_key = ada.client.get("/api/v1/readings", headers=key)
    assert_problem(by_key, 403, "account_frozen")
    upload = ada.client.post("/api/v1/readings", headers=key, files=file)
    assert_problem(upload, 403, "account_frozen")
    assert len(reader.asked) == read
    assert_problem(ada.client.post(login, json=known), 403, "account_frozen")
    form = {"username": "ada@example.com", "password": PASSWORD}
    assert_problem(ada.client.post("/api/v1/auth/token", data=form), 403, "account_frozen")
    # Whoever does not know the password learns nothing of it.
    wrong = ada.client.post(login, json=known | {"password": "not the password"})
    assert_problem(wrong, 401, "wrong_credentials")

    again = admin.post(f"/admin/users/{ada.user['id']}/freeze")
    assert again.json() == frozen.json()
    unfrozen = admin.post(f"/admin/users/{ada.user['id']}/unfreeze")

    assert unfrozen.json()["frozen_at"] is None
    assert ada.get(f"/readings/{reading_id}").status_code == 200
    assert ada.client.get("/api/v1/readings", headers=key).status_code == 200
    assert ada.client.post(login, json=known).status_code == 200


def test_admins_cannot_be_frozen_and_who_is_not_there_is_not_found(admin: Person) -> None:
    assert_problem(admin.post(f"/admin/users/{admin.user['id']}/freeze"), 409, "is_admin")
    assert_problem(admin.get(SOMEBODY), 404, "not_found")
    assert_problem(admin.post(f"{SOMEBODY}/freeze"), 404, "not_found")
    assert_problem(admin.post(f"{SOMEBODY}/unfreeze"), 404, "not_found")


def test_the_audit_log_tells_what_was_done_by_whom_and_to_whom(
    admin: Person, ada: Person, command: Command
) -> None:
    admin.post(f"/admin/users/{ada.user['id']}/freeze")
    admin.post(f"/admin/users/{ada.user['id']}/unfreeze")
    command("grant", "ada@example.com")

    def events(**query: str | int) -> list[dict[str, Any]]:
        response = admin.get("/admin/audit", params=query)
        assert response.status_code == 200, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    to_ada = events(user_id=ada.user["id"])
    actions = ["admin_granted", "user_unfrozen", "user_frozen", "registered"]
    assert [event["action"] for event in to_ada] == actions
    assert (to_ada[0]["actor_id"], to_ada[0]["details"]) == (None, {"by": "command line"})
    assert to_ada[2]["actor_id"] == admin.user["id"]
    assert to_ada[2]["user_id"] == ada.user["id"]
    assert to_ada[2]["request_id"]
    [frozen] = events(user_id=ada.user["id"], action="user_frozen")
    assert frozen == to_ada[2]
    by_admin = [event["action"] for event in events(user_id=admin.user["id"])]
    assert by_admin == ["user_unfrozen", "user_frozen", "admin_granted", "registered"]
    mine = {"user_id": ada.user["id"]}
    since = events(**mine, since=to_ada[2]["created_at"])
    until = events(**mine, until=to_ada[2]["created_at"])
    assert since == to_ada[:3]
    assert until == to_ada[3:]
    assert len(events(limit=2)) == 2
    first = admin.get("/admin/audit", params={**mine, "limit": 3}).json()
    rest = events(**mine, limit=3, cursor=first["next_cursor"])
    assert first["items"] + rest == to_ada


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("user_id", "user_id=seven"),
        ("action", "action=danced"),
        ("since", "since=yesterday"),
        ("since", "since=2026-01-01T00:00:00"),
        ("since", "since=1767225600"),
        ("until", "until=0001-01-01T00:00:00%2B23:00"),
        ("limit", "limit=101"),
    ],
)
def test_a_malformed_question_to_the_log_is_refused(admin: Person, field: str, query: str) -> None:
    problem = assert_problem(admin.get(f"/admin/audit?{query}"), 422, "invalid_request")

    assert [error["field"] for error in problem["errors"]] == [field]
