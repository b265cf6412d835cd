"""Proving that an e-mail address is one's own."""

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.mail_server import MailServer
from tests.app.mailed import actions_of, another_session, make_key
from tests.app.people import PASSWORD, FakeReader, Person, assert_problem, picture


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    mail = {
        "smtp_url": mail_server.url,
        "mail_from": "Legible <no-reply@example.org>",
        "public_url": "https://example.org",
    }
    return settings.model_copy(update=mail)


def _verify(client: TestClient, token: str) -> int:
    return client.post("/api/v1/auth/verify-email", json={"token": token}).status_code


def test_registering_mails_a_link_that_proves_the_address(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    mail = mail_server.next()
    assert mail.recipients == ["ada@example.com"]
    assert f"https://example.org/verify-email#token={mail.token}\n" in mail.text
    assert ada.get("/users/me").json()["email_verified"] is False

    assert _verify(ada.client, mail.token) == 204

    assert ada.get("/users/me").json()["email_verified"] is True
    assert actions_of(database, ada)[-1] == "email_verified"


def test_a_token_is_good_once(ada: Person, mail_server: MailServer) -> None:
    token = mail_server.next().token
    _verify(ada.client, token)

    response = ada.client.post("/api/v1/auth/verify-email", json={"token": token})

    problem = assert_problem(response, 422, "bad_token")
    assert token not in response.text
    assert "Ask for a new one" in problem["detail"]


def test_only_the_newest_token_is_good(ada: Person, mail_server: MailServer) -> None:
    first = mail_server.next().token
    assert ada.post("/auth/verify-email/request").status_code == 202
    second = mail_server.next().token

    assert (_verify(ada.client, first), _verify(ada.client, second)) == (422, 204)


def test_an_expired_token_is_good_for_nothing(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    token = mail_server.next().token
    with database.writes() as session:
        kept = session.scalars(sa.select(models.AccountToken)).one()
        assert timedelta(days=2.9) < kept.expires_at - models.now() <= timedelta(days=3)
        kept.expires_at = models.now() - timedelta(seconds=1)

    assert _verify(ada.client, token) == 422


def test_the_database_knows_only_the_hash_of_a_token(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    token = mail_server.next().token

    with database.reads() as session:
        kept = session.scalars(sa.select(models.AccountToken)).one()
    assert len(token) == 43  # 256 bits in Base64
    assert kept.sha256 == hashlib.sha256(token.encode()).digest()


@pytest.mark.parametrize(
    "token", ['""', '"nobody"', '"\\u0000"', f'"{"x" * 201}"', '"\\ud800"', "5", "null"]
)
def test_what_is_no_token_is_refused(client: TestClient, token: str) -> None:
    response = client.post(
        "/api/v1/auth/verify-email",
        content=f'{{"token": {token}}}',
        headers={"Content-Type": "application/json"},
    )

    assert response.status_code == 422
    assert "nobody" not in response.text


def test_who_is_verified_gets_no_other_mail(
    settings: Settings, reader: FakeReader, mail_server: MailServer
) -> None:
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    with TestClient(create_app(settings, lambda: reader)) as client:
        body = client.post("/api/v1/auth/register", json=new).json()
        ada = Person(client, body["user"], body["access_token"])
        _verify(client, mail_server.next().token)

        assert ada.post("/auth/verify-email/request").status_code == 202

    assert mail_server.inbox.empty()  # all mails are sent before the service has stopped


def test_mails_cannot_be_asked_for_without_end(ada: Person) -> None:
    answers = [ada.post("/auth/verify-email/request") for _ in range(7)]

    assert [answer.status_code for answer in answers[:5]] == [202] * 5
    assert_problem(answers[6], 429, "too_many_requests")
    assert int(answers[6].headers["Retry-After"]) >= 1


def test_nothing_that_somebody_typed_is_mailed(client: TestClient, mail_server: MailServer) -> None:
    name = "Ada\r\nBcc: eve@example.com\r\n\r\nBuy at https://evil.example"
    new = {"email": "ada@example.com", "name": name, "password": PASSWORD}
    assert client.post("/api/v1/auth/register", json=new).status_code == 201

    mail = mail_server.next()

    assert mail.recipients == ["ada@example.com"]
    assert mail.message["Bcc"] is None
    assert "evil" not in mail.message.as_string()


def test_links_do_not_follow_the_host_that_a_request_names(
    client: TestClient, mail_server: MailServer
) -> None:
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    client.post("/api/v1/auth/register", json=new, headers=headers)

    assert "https://example.org/verify-email#" in mail_server.next().text


def test_who_is_not_verified_can_read_unless_told_otherwise(
    ada: Person, settings: Settings, reader: FakeReader, mail_server: MailServer
) -> None:
    token = mail_server.next().token
    assert ada.send(picture()).status_code == 201

    strict = settings.model_copy(update={"require_verified_email": True})
    with TestClient(create_app(strict, lambda: reader)) as client:
        here = another_session(Person(client, ada.user, ""))
        key = Person(client, ada.user, make_key(here))
        for caller in (here, key):
            assert_problem(caller.send(picture()), 403, "email_not_verified")
        assert here.get("/readings").status_code == 200
        assert here.get("/usage").json()["totals"]["pages"] == 1

        assert _verify(client, token) == 204
        assert [caller.send(picture(9)).status_code for caller in (here, key)] == [201, 201]


def test_registering_works_though_the_mail_server_is_down(
    settings: Settings, reader: FakeReader
) -> None:
    down = settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:1"})
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}

    with TestClient(create_app(down, lambda: reader)) as client:
        response = client.post("/api/v1/auth/register", json=new)

    assert response.status_code == 201


def test_without_a_mail_server_in_production_only_what_needs_mails_is_closed(
    sqlite_settings: Settings, reader: FakeReader
) -> None:
    strong = {"argon2_memory_kib": 19 * 1024, "argon2_passes": 2}
    settings = sqlite_settings.model_copy(update={"env": "production", **strong})
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    with TestClient(create_app(settings, lambda: reader)) as client:
        body = client.post("/api/v1/auth/register", json=new).json()
        ada = Person(client, body["user"], body["access_token"])

        for path, asked in (
            ("/auth/forgot-password", {"email": "ada@example.com"}),
            ("/auth/verify-email/request", {}),
            ("/users/me/email", {"email": "new@example.com", "password": PASSWORD}),
        ):
            assert_problem(ada.post(path, json=asked), 503, "mail_not_configured")
        changed = {"current_password": PASSWORD, "new_password": "a chair by the door"}
        assert ada.post("/users/me/password", json=changed).status_code == 204
        assert ada.send(picture()).status_code == 201
