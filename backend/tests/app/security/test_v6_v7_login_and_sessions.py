"""OWASP ASVS 5.0, V6 Authentication and V7 Session Management, beside what other suites show.

`backend/docs/security.md` says which of the other suites shows what.
"""

from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.accounts.passwords import find_weakness
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.security import Passwords
from legible.app.settings import Settings
from tests.app.people import PASSWORD, FakeReader, Person, Register, assert_problem
from tests.app.security.walk import DOCUMENT


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords were compared with; comparing goes on as ever."""
    compared: list[str] = []
    check = Passwords.check

    def note(self: Passwords, password: str, password_hash: str | None) -> tuple[bool, str | None]:
        verify = self._context.verify_and_update

        def noted(secret: str, kept: str) -> Any:
            compared.append(kept)
            return verify(secret, kept)

        with monkeypatch.context() as patch:
            patch.setattr(self._context, "verify_and_update", noted)
            return check(self, password, password_hash)

    monkeypatch.setattr(Passwords, "check", note)
    return compared


def _ask(client: TestClient, path: str, email: str) -> tuple[int, str, set[str]]:
    """What there is to tell two failures apart: status, words, header fields."""
    if path.endswith("/token"):
        answer = client.post(path, data={"username": email, "password": "a wrong password"})
    else:
        answer = client.post(path, json={"email": email, "password": "a wrong password"})
    return answer.status_code, answer.text, set(answer.headers)


@pytest.mark.requirement("V6.3.8", "API2")
@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/api/v1/auth/token"])
def test_a_failed_login_tells_nothing_of_who_has_an_account(
    client: TestClient, ada: Person, hashed: list[str], database: Database, path: str
) -> None:
    answers, costs, writes = [], [], []
    for email in ("ada@example.com", "nobody@example.com"):
        hashed.clear()
        before = _events(database)
        answers.append(_ask(client, path, email))
        # $argon2id$v=19$m=..,t=..,p=..: how long it takes
        costs.append([one.split("$")[1:4] for one in hashed])
        writes.append(_events(database) - before)

    assert answers[0] == answers[1]
    assert answers[0][0] == 401
    assert costs[0] == costs[1]
    assert len(costs[0]) == 1
    assert writes == [1, 1]


def _events(database: Database) -> int:
    with database.reads() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(models.AuditEvent))
    return count or 0


@pytest.mark.requirement("V6.3.2")
def test_a_new_database_has_no_account(sqlite_settings: Settings) -> None:
    database = Database(sqlite_settings.sqlalchemy_url())
    with database.reads() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(models.User)) == 0
    database.close()


LONG = " ".join(str(number**3) for number in range(11, 50))[:200]


@pytest.mark.requirement("V6.2.1", "V6.2.5", "V6.2.9")
@pytest.mark.parametrize(
    "password",
    [
        "gxkqvwztpl",
        "7402958136",
        "\u98ce\u96e8\u6765\u524d\u5c71\u9ad8\u6c34\u957f\u6d77\u9614",
        "!?#-,.;:+*",
        LONG,
    ],
)
def test_a_password_needs_length_and_no_kind_of_character(password: str) -> None:
    assert find_weakness(password, email="ada@example.com", name="Ada") is None
    assert find_weakness(password[:7], email="ada@example.com", name="Ada") is not None


@pytest.mark.requirement("V6.2.8")
@pytest.mark.parametrize(
    "nearly", [PASSWORD.upper(), f" {PASSWORD}", f"{PASSWORD} ", PASSWORD[:-1], f"{PASSWORD}\0"]
)
def test_nearly_the_password_is_wrong(client: TestClient, ada: Person, nearly: str) -> None:
    known = {"email": "ada@example.com", "password": nearly}

    assert_problem(client.post("/api/v1/auth/login", json=known), 401, "wrong_credentials")


@pytest.mark.requirement("V6.2.8", "V6.2.9")
def test_the_last_characters_of_a_long_password_count(client: TestClient) -> None:
    long = "a lamp by the window, " * 11  # beyond the 72 bytes that bcrypt looks at
    new = {"email": "eve@example.com", "name": "Eve", "password": long}
    client.post("/api/v1/auth/register", json=new)

    statuses = [
        client.post(
            "/api/v1/auth/login", json={"email": "eve@example.com", "password": password}
        ).status_code
        for password in (long, long[:-1] + "!", long[:72])
    ]

    assert statuses == [200, 401, 401]


@pytest.mark.requirement("V6.4.2")
def test_no_call_asks_for_a_hint_or_a_secret_question() -> None:
    words = ("hint", "question", "maiden", "birth")
    named = {name for schema in _schemas() for name in schema.get("properties", {})}

    assert "password" in named
    assert not {name for name in named if any(word in name for word in words)}


def _schemas() -> list[dict[str, Any]]:
    return list(DOCUMENT["components"]["schemas"].values())


@pytest.mark.requirement("V7.2.2", "V7.2.4")
def test_each_login_is_a_new_session_with_new_tokens(client: TestClient, ada: Person) -> None:
    known = {"email": "ada@example.com", "password": PASSWORD, "with_refresh_token": True}

    first, second = (client.post("/api/v1/auth/login", json=known).json() for _ in range(2))

    assert first["access_token"] != second["access_token"]
    assert first["refresh_token"] != second["refresh_token"]
    assert len(ada.get("/sessions").json()["items"]) == 3


@pytest.mark.requirement("V7.2.4", "API2")
def test_a_token_that_a_stranger_sets_before_the_login_is_not_kept(
    client: TestClient, ada: Person
) -> None:
    client.cookies.set("legible-refresh", "planted-by-a-stranger")
    known = {"email": "ada@example.com", "password": PASSWORD}

    answer = client.post("/api/v1/auth/login", json=known)

    assert "planted" not in answer.text
    assert "planted" not in answer.headers["set-cookie"]


@pytest.mark.requirement("V7.4.1", "V9.2.1", "API2")
def test_nothing_of_a_session_is_good_after_logging_out(client: TestClient, ada: Person) -> None:
    known = {"email": "ada@example.com", "password": PASSWORD, "with_refresh_token": True}
    session = client.post("/api/v1/auth/login", json=known).json()
    headers = {"Authorization": f"Bearer {session['access_token']}"}
    client.cookies.clear()
    assert client.post("/api/v1/auth/logout", headers=headers).status_code == 204

    for path in ("/users/me", "/readings", "/sessions", "/keys"):
        replayed = client.get(f"/api/v1{path}", headers=headers)
        assert_problem(replayed, 401, "not_authenticated")
    refresh = {"refresh_token": session["refresh_token"]}
    assert_problem(client.post("/api/v1/auth/refresh", json=refresh), 401, "session_ended")
    assert ada.get("/users/me").status_code == 200


@pytest.mark.requirement("V7.4.2")
def test_who_is_gone_or_frozen_has_no_session(
    client: TestClient, ada: Person, register: Register, database: Database
) -> None:
    bob = register("bob")
    with database.writes() as session:
        frozen = sa.update(models.User).where(models.User.email == "ada@example.com")
        session.execute(frozen.values(frozen_at=models.now()))
        session.execute(sa.delete(models.User).where(models.User.email == "bob@example.com"))

    assert_problem(ada.get("/users/me"), 403, "account_frozen")
    assert_problem(bob.get("/users/me"), 401, "not_authenticated")


@pytest.mark.requirement("V7.3.1", "V7.3.2")
def test_sessions_end_by_default_after_14_days_unused_and_30_in_all() -> None:
    settings = Settings()

    assert (settings.session_idle_days, settings.session_max_days) == (14, 30)
    assert settings.access_token_minutes == 15


@pytest.mark.requirement("API6")
def test_accounts_cannot_be_made_without_end(sqlite_settings: Settings) -> None:
    with TestClient(create_app(sqlite_settings, FakeReader)) as client:
        answers = [
            client.post(
                "/api/v1/auth/register",
                json={"email": f"{n}@example.com", "name": "Eve", "password": PASSWORD},
            ).status_code
            for n in range(sqlite_settings.attempts_per_address + 1)
        ]

    assert answers == [201] * sqlite_settings.attempts_per_address + [429]
