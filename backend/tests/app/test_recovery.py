"""Forgetting, resetting and changing what somebody logs in with."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.mail_server import MailServer
from tests.app.mailed import (
    NEW_PASSWORD,
    actions_of,
    another_session,
    change_user,
    log_in,
    make_key,
)
from tests.app.people import PASSWORD, FakeReader, Person, Register, assert_problem


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    mail = {
        "smtp_url": mail_server.url,
        "mail_from": "Legible <no-reply@example.org>",
        "public_url": "https://example.org",
    }
    return settings.model_copy(update=mail)


@pytest.fixture
def ada(register: Register, mail_server: MailServer) -> Person:
    """Ada, whose first mail has come."""
    person = register("ada")
    mail_server.next()
    return person


def _forget(client: TestClient, email: str = "ada@example.com") -> Response:
    return client.post("/api/v1/auth/forgot-password", json={"email": email})


def _reset(client: TestClient, token: str, password: str = NEW_PASSWORD) -> Response:
    asked = {"token": token, "new_password": password}
    return client.post("/api/v1/auth/reset-password", json=asked)


def _change(person: Person, current: str = PASSWORD, new: str = NEW_PASSWORD) -> Response:
    asked = {"current_password": current, "new_password": new}
    return person.post("/users/me/password", json=asked)


def _ask_for_email(person: Person, email: str, password: str | None = PASSWORD) -> Response:
    return person.post("/users/me/email", json={"email": email, "password": password})


@contextmanager
def _locked(database: Database) -> Iterator[None]:
    """Nobody else can write to the database, nor look for a user where that can be helped."""
    with database.writes() as session:
        if session.get_bind().dialect.name == "postgresql":
            # Who waits for it, waits for ever; then the block fails.
            session.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = '15s'"))
            session.execute(sa.text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
        else:
            session.execute(sa.text("UPDATE users SET name = name"))
        yield


def test_a_forgotten_password_is_set_anew_with_the_token_of_a_mail(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    change_user(database, ada, email_verified_at=models.now())
    there, key = another_session(ada), make_key(ada)
    assert _forget(ada.client).status_code == 202
    mail = mail_server.next()
    assert f"https://example.org/reset-password#token={mail.token}\n" in mail.text

    assert _reset(ada.client, mail.token).status_code == 204

    assert log_in(ada.client).status_code == 401
    assert log_in(ada.client, password=NEW_PASSWORD).status_code == 200
    for ended in (ada, there):
        assert_problem(ended.get("/users/me"), 401, "not_authenticated")
    assert Person(ada.client, ada.user, key).get("/readings").status_code == 200
    notice = mail_server.next()
    assert (notice.recipients, notice.subject) == (
        ["ada@example.com"],
        "Your password was changed",
    )
    assert {"password_reset", "sessions_ended"} <= set(actions_of(database, ada))


def test_who_made_an_account_with_anothers_address_is_shut_out_when_its_owner_comes(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    """Keys and accounts elsewhere that waited for the owner of the address let nobody in."""
    key = make_key(ada)
    with database.writes() as session:
        session.add(
            models.Identity(
                user_id=UUID(ada.user["id"]), issuer="https://issuer.example", subject="eve"
            )
        )
    _forget(ada.client)

    assert _reset(ada.client, mail_server.next().token).status_code == 204

    session = log_in(ada.client, password=NEW_PASSWORD).json()
    owner = Person(ada.client, session["user"], session["access_token"])
    assert session["user"]["email_verified"] is True
    assert_problem(Person(ada.client, ada.user, key).get("/readings"), 401, "key_revoked")
    assert owner.get("/users/me/identities").json()["items"] == []
    assert {"email_verified", "key_revoked", "google_unlinked"} <= set(actions_of(database, ada))


def test_nobody_and_somebody_who_forgot_get_one_and_the_same_answer(
    settings: Settings, reader: FakeReader, mail_server: MailServer, database: Database
) -> None:
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    with TestClient(create_app(settings, lambda: reader)) as client:
        client.post("/api/v1/auth/register", json=new)
        mail_server.next()
        # The answers come while no user can be looked for: so they, and how long they take, tell
        # nothing of who has an account.
        with _locked(database):
            answers = [
                _forget(client, email)
                for email in ("ada@example.com", "bob@example.com", "", "\0", "x" * 5000)
            ]

    assert [answer.status_code for answer in answers] == [202] * 5
    assert {answer.content for answer in answers} == {b""}
    assert len({tuple(answer.headers) for answer in answers}) == 1
    assert mail_server.next().recipients == ["ada@example.com"]
    assert mail_server.inbox.empty()


def test_the_mail_goes_to_the_address_that_is_kept_however_it_was_typed(
    ada: Person, mail_server: MailServer
) -> None:
    _forget(ada.client, " ADA@Example.com ")

    assert mail_server.next().recipients == ["ada@example.com"]


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_forgetting_is_limited_whether_or_not_there_is_an_account(ada: Person, email: str) -> None:
    answers = [_forget(ada.client, email) for _ in range(7)]

    assert [answer.status_code for answer in answers[:5]] == [202] * 5
    assert_problem(answers[6], 429, "too_many_requests")
    assert int(answers[6].headers["Retry-After"]) >= 1


def test_a_weak_password_does_not_use_the_token_up(ada: Person, mail_server: MailServer) -> None:
    _forget(ada.client)
    token = mail_server.next().token

    problem = assert_problem(_reset(ada.client, token, "password123"), 422, "weak_password")

    assert problem["errors"][0]["field"] == "new_password"
    assert _reset(ada.client, token).status_code == 204


def test_one_of_several_who_reset_at_once_wins(ada: Person, mail_server: MailServer) -> None:
    _forget(ada.client)
    token = mail_server.next().token

    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda n: _reset(ada.client, token, f"a chair {n} by it"), range(4))
        )

    assert sorted(answer.status_code for answer in answers) == [204, 422, 422, 422]
    winner = next(n for n, answer in enumerate(answers) if answer.status_code == 204)
    assert log_in(ada.client, password=f"a chair {winner} by it").status_code == 200


def test_a_token_is_good_for_its_own_purpose_only(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    ada.post("/auth/verify-email/request")
    verify = mail_server.next().token
    _forget(ada.client)
    reset = mail_server.next().token
    _ask_for_email(ada, "new@example.com")
    change = mail_server.next_to("new@example.com", "ada@example.com")[0].token
    tokens = {"/auth/verify-email": verify, "/auth/reset-password": reset}
    tokens["/auth/change-email"] = change

    for path in tokens:
        for meant_for, token in tokens.items():
            if path != meant_for:
                asked = {"token": token, "new_password": NEW_PASSWORD}
                assert_problem(ada.post(path, json=asked), 422, "bad_token")

    with database.reads() as session:
        assert len(session.scalars(sa.select(models.AccountToken)).all()) == 3


def test_a_reset_token_lives_an_hour(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    _forget(ada.client)
    token = mail_server.next().token
    with database.writes() as session:
        kept = session.scalars(
            sa.select(models.AccountToken).where(models.AccountToken.purpose == "reset_password")
        ).one()
        assert timedelta(minutes=59) < kept.expires_at - models.now() <= timedelta(hours=1)
        kept.expires_at = models.now() - timedelta(seconds=1)

    assert_problem(_reset(ada.client, token), 422, "bad_token")


def test_a_frozen_account_is_not_opened_by_a_mail(
    settings: Settings, reader: FakeReader, mail_server: MailServer, database: Database
) -> None:
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    with TestClient(create_app(settings, lambda: reader)) as client:
        ada = Person(client, client.post("/api/v1/auth/register", json=new).json()["user"], "")
        mail_server.next()
        _forget(client)
        token = mail_server.next().token
        change_user(database, ada, frozen_at=models.now())

        assert_problem(_reset(client, token), 403, "account_frozen")
        assert _forget(client).status_code == 202

    assert mail_server.inbox.empty()


def test_an_account_without_a_password_gets_one_by_mail(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    change_user(database, ada, password_hash=None)
    assert_problem(log_in(ada.client), 401, "wrong_credentials")
    assert_problem(log_in(ada.client, password=""), 401, "wrong_credentials")
    assert_problem(_change(ada), 409, "no_password")
    assert ada.get("/users/me").json()["has_password"] is False
    _forget(ada.client)

    assert _reset(ada.client, mail_server.next().token).status_code == 204

    assert log_in(ada.client, password=NEW_PASSWORD).json()["user"]["has_password"] is True


def test_changing_the_password_ends_all_other_sessions(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    there = another_session(ada)

    assert _change(ada).status_code == 204

    assert_problem(there.get("/users/me"), 401, "not_authenticated")
    assert ada.get("/users/me").status_code == 200
    assert (
        log_in(ada.client).status_code,
        log_in(ada.client, password=NEW_PASSWORD).status_code,
    ) == (
        401,
        200,
    )
    assert mail_server.next().subject == "Your password was changed"
    assert "password_changed" in actions_of(database, ada)


def test_a_wrong_password_changes_nothing_and_guessing_is_slowed(
    ada: Person, database: Database
) -> None:
    answers = [_change(ada, current="not the password") for _ in range(5)]

    for answer in answers:
        assert_problem(answer, 403, "wrong_password")
    assert_problem(_change(ada), 429, "too_many_requests")
    assert log_in(ada.client).status_code == 200
    assert actions_of(database, ada).count("login_failed") == 5


def test_a_weak_password_is_not_changed_to(ada: Person) -> None:
    problem = assert_problem(_change(ada, new="ada@example.com"), 422, "weak_password")

    assert problem["errors"][0]["field"] == "new_password"
    assert log_in(ada.client).status_code == 200


@pytest.mark.parametrize("change", ["password", "email"])
def test_a_change_makes_all_tokens_void_that_were_mailed_before(
    ada: Person, mail_server: MailServer, change: str
) -> None:
    _forget(ada.client)
    reset = mail_server.next().token
    _ask_for_email(ada, "new@example.com")
    new_email = mail_server.next_to("new@example.com", "ada@example.com")[0].token

    if change == "password":
        _change(ada)
        left = ada.client.post("/api/v1/auth/change-email", json={"token": new_email})
        assert_problem(left, 422, "bad_token")
    else:
        ada.client.post("/api/v1/auth/change-email", json={"token": new_email})

    assert_problem(_reset(ada.client, reset), 422, "bad_token")


def test_an_address_changes_when_the_new_one_is_confirmed(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    assert _ask_for_email(ada, "New@Example.org").status_code == 202
    to_new, to_old = mail_server.next_to("new@example.org", "ada@example.com")
    assert "new@example.org" not in to_old.message.as_string()
    assert ada.get("/users/me").json()["email"] == "ada@example.com"

    confirmed = ada.client.post("/api/v1/auth/change-email", json={"token": to_new.token})

    assert confirmed.status_code == 204
    me = ada.get("/users/me").json()
    assert (me["email"], me["email_verified"]) == ("new@example.org", True)
    assert log_in(ada.client).status_code == 401
    known = {"email": "new@example.org", "password": PASSWORD}
    assert ada.client.post("/api/v1/auth/login", json=known).status_code == 200
    assert "email_changed" in actions_of(database, ada)


def test_an_address_needs_the_password_and_must_be_free(ada: Person, register: Register) -> None:
    register("bob")

    assert_problem(_ask_for_email(ada, "new@example.com", "not it"), 403, "wrong_password")
    assert_problem(_ask_for_email(ada, "new@example.com", None), 403, "wrong_password")
    assert_problem(_ask_for_email(ada, "BOB@example.com"), 409, "email_taken")
    assert_problem(_ask_for_email(ada, "no address"), 422, "invalid_request")


def test_an_address_that_somebody_else_took_meanwhile_stays_theirs(
    ada: Person, register: Register, mail_server: MailServer
) -> None:
    _ask_for_email(ada, "bob@example.com")
    token = mail_server.next_to("bob@example.com", "ada@example.com")[0].token
    register("bob")

    response = ada.client.post("/api/v1/auth/change-email", json={"token": token})

    assert_problem(response, 409, "email_taken")
    assert ada.get("/users/me").json()["email"] == "ada@example.com"


def test_without_a_password_a_log_in_just_now_is_the_proof(
    ada: Person, mail_server: MailServer, database: Database
) -> None:
    change_user(database, ada, password_hash=None)
    assert _ask_for_email(ada, "new@example.com", None).status_code == 202
    mail_server.next_to("new@example.com", "ada@example.com")

    with database.writes() as session:
        session.execute(
            sa.update(models.UserSession)
            .where(models.UserSession.user_id == UUID(ada.user["id"]))
            .values(created_at=models.now() - timedelta(minutes=6))
        )

    assert_problem(_ask_for_email(ada, "new@example.com", None), 403, "login_too_old")


def test_a_name_is_changed_and_nothing_else(ada: Person) -> None:
    wanted = {"name": " Ada  King ", "role": "admin", "email": "eve@example.com", "plan": "team"}
    refused = ada.client.patch("/api/v1/users/me", headers=ada.headers, json=wanted)
    assert refused.status_code == 422
    assert {one["field"] for one in refused.json()["errors"]} == {"role", "email", "plan"}
    assert ada.get("/users/me").json() == ada.user

    response = ada.client.patch(
        "/api/v1/users/me", headers=ada.headers, json={"name": " Ada  King "}
    )
    assert response.status_code == 200
    assert response.json() == {**ada.user, "name": "Ada King"}
    assert ada.get("/users/me").json() == response.json()
    assert ada.get("/admin/users").status_code == 404
