"""Linking a Google account to one that is there already, and taking it off again."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from tests.app.browsers import Browser, problem_of
from tests.app.devices import PROOF
from tests.app.oidc_provider import Person as Theirs
from tests.app.people import PASSWORD, Person, assert_problem


def _register(browser: Browser, name: str = "ada") -> Person:
    new = {"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD}
    client = browser.another().client
    response = client.post("/api/v1/auth/register", json=new)
    assert response.status_code == 201, response.text
    return Person(client, response.json()["user"], response.json()["access_token"])


def _link(browser: Browser, password: str | None = PASSWORD, **headers: str) -> Response:
    asked = {} if password is None else {"password": password}
    return browser.client.post("/api/v1/auth/google/link", json=asked, headers=PROOF | headers)


def _identities(database: Database) -> list[models.Identity]:
    with database.reads() as session:
        return list(session.scalars(sa.select(models.Identity)))


def _actions(database: Database) -> list[str]:
    with database.reads() as session:
        query = sa.select(models.AuditEvent.action).order_by(models.AuditEvent.id)
        return list(session.scalars(query))


@pytest.fixture
def ada(browser: Browser) -> Person:
    """Has an account with a password, and the same address at the provider."""
    return _register(browser)


def test_an_account_with_the_same_address_is_linked_after_its_password(
    browser: Browser, ada: Person, database: Database
) -> None:
    landed = browser.sign_in("/readings")

    assert landed.headers["location"] == "/login/link?next=%2Freadings"
    assert "legible-refresh" not in landed.headers["set-cookie"]
    assert "samesite=strict" in landed.headers["set-cookie"].lower()
    assert _identities(database) == []
    waiting = browser.client.get("/api/v1/auth/google/link")
    assert waiting.json() == {"email": "ada@example.com", "next": "/readings"}
    assert waiting.headers["cache-control"] == "no-store"

    linked = _link(browser)

    assert linked.status_code == 200, linked.text
    assert linked.json()["user"]["id"] == ada.user["id"]
    assert browser.session()["user"]["id"] == ada.user["id"]
    assert [one.subject for one in _identities(database)] == [browser.provider.person.sub]
    assert _actions(database)[-2:] == ["login", "google_linked"]
    again = browser.another()
    assert again.sign_in().headers["location"] == "/read"
    assert again.session()["user"]["id"] == ada.user["id"]


def test_a_wrong_password_links_nothing_and_can_be_corrected(
    browser: Browser, ada: Person, database: Database
) -> None:
    browser.sign_in()

    assert_problem(_link(browser, "a wrong password"), 401, "wrong_credentials")
    assert_problem(_link(browser, ""), 401, "wrong_credentials")
    assert_problem(_link(browser, None), 401, "wrong_credentials")
    assert _identities(database) == []
    assert _link(browser).status_code == 200


def test_passwords_cannot_be_guessed_faster_than_at_the_log_in(
    browser: Browser, ada: Person
) -> None:
    browser.sign_in()
    for _ in range(5):
        assert_problem(_link(browser, "a wrong password"), 401, "wrong_credentials")

    assert_problem(_link(browser, "a wrong password"), 429, "too_many_requests")
    known = {"email": "ada@example.com", "password": PASSWORD}
    login = browser.client.post("/api/v1/auth/login", json=known)
    assert_problem(login, 429, "too_many_requests")


def test_a_link_is_good_once(browser: Browser, ada: Person) -> None:
    browser.sign_in()
    token = browser.client.cookies["legible-link"]
    assert _link(browser).status_code == 200

    browser.client.cookies.set("legible-link", token)
    assert_problem(_link(browser), 410, "link_expired")
    assert_problem(browser.client.get("/api/v1/auth/google/link"), 410, "link_expired")


def test_a_link_ends_after_ten_minutes(browser: Browser, ada: Person, database: Database) -> None:
    browser.sign_in()
    with database.writes() as session:
        session.execute(sa.update(models.PendingLink).values(expires_at=models.now()))

    assert_problem(_link(browser), 410, "link_expired")
    assert _identities(database) == []


@pytest.mark.parametrize("token", [None, "a", "x" * 43])
def test_a_link_is_of_the_browser_that_signed_in(
    browser: Browser, ada: Person, token: str | None
) -> None:
    browser.sign_in()
    other = browser.another()
    if token:
        other.client.cookies.set("legible-link", token)

    assert_problem(_link(other), 410, "link_expired")


@pytest.mark.parametrize("headers", [{"X-Requested-With": ""}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_cannot_press_the_button(
    browser: Browser, ada: Person, headers: dict[str, str]
) -> None:
    browser.sign_in()

    assert_problem(_link(browser, **headers), 403, "cross_site")


def test_being_logged_in_to_the_account_is_proof_too(
    browser: Browser, ada: Person, database: Database
) -> None:
    browser.sign_in()

    linked = _link(browser, None, **ada.headers)

    assert linked.status_code == 200, linked.text
    assert len(_identities(database)) == 1
    assert_problem(ada.get("/users/me"), 401, "not_authenticated")  # the session before


def test_being_logged_in_to_another_account_is_none(
    browser: Browser, ada: Person, database: Database
) -> None:
    browser.sign_in()
    eve = _register(browser, "eve")

    assert_problem(_link(browser, None, **eve.headers), 401, "wrong_credentials")
    assert _identities(database) == []


def test_an_api_key_is_none(browser: Browser, ada: Person) -> None:
    browser.sign_in()
    made = ada.post("/keys", json={"name": "a", "scopes": ["read", "write"]}).json()
    key = {"Authorization": f"Bearer {made['key']}"}

    assert_problem(_link(browser, None, **key), 401, "wrong_credentials")


@pytest.mark.parametrize("logged_in", [True, False])
def test_a_frozen_account_is_not_linked(
    browser: Browser, ada: Person, database: Database, logged_in: bool
) -> None:
    browser.sign_in()
    with database.writes() as session:
        session.execute(sa.update(models.User).values(frozen_at=models.now()))

    refused = _link(browser, None, **ada.headers) if logged_in else _link(browser)

    assert_problem(refused, 403, "account_frozen")
    assert _identities(database) == []


def test_an_identity_that_was_linked_elsewhere_meanwhile_stays_there(
    browser: Browser, ada: Person, database: Database
) -> None:
    browser.sign_in()
    eve = _register(browser, "eve")
    with database.writes() as session:
        session.add(
            models.Identity(
                user_id=UUID(eve.user["id"]),
                issuer=browser.provider.issuer,
                subject=browser.provider.person.sub,
            )
        )

    assert_problem(_link(browser), 409, "identity_taken")
    assert [str(one.user_id) for one in _identities(database)] == [eve.user["id"]]


def _begin(browser: Browser, person: Person, **asked: str | None) -> Response:
    return browser.client.post(
        "/api/v1/users/me/identities/google",
        json={"password": PASSWORD} | asked,
        headers=person.headers,
    )


def _go(browser: Browser, person: Person, next_path: str = "/account?tab=1#a") -> Response:
    begun = _begin(browser, person, next=next_path)
    assert begun.status_code == 200, begun.text
    return browser.open(browser.consent(begun.json()["url"]))


def test_who_is_logged_in_links_any_google_account(
    browser: Browser, ada: Person, database: Database
) -> None:
    browser.provider.person = Theirs(email="ada@elsewhere.example.com", email_verified=False)

    landed = _go(browser, ada)

    assert landed.headers["location"] == "/account?tab=1#a"
    assert "legible-refresh" not in landed.headers.get("set-cookie", "")
    assert _actions(database)[-1] == "google_linked"
    (shown,) = ada.get("/users/me/identities").json()["items"]
    assert (shown["provider"], shown["email"]) == ("google", "ada@elsewhere.example.com")
    other = browser.another()
    other.sign_in()
    assert other.session()["user"]["id"] == ada.user["id"]


@pytest.mark.parametrize("password", [None, "", "another lamp"])
def test_an_access_token_alone_links_nothing(
    browser: Browser, ada: Person, database: Database, password: str | None
) -> None:
    """Whoever has stolen one would have a way in that outlives it."""
    assert_problem(_begin(browser, ada, password=password), 403, "wrong_password")

    assert "legible-sign-in" not in str(browser.client.cookies)
    assert _actions(database)[-1] == "login_failed"


def test_without_a_password_a_log_in_just_now_links(browser: Browser, database: Database) -> None:
    browser.sign_in()
    session = browser.session()
    owner = Person(browser.client, session["user"], session["access_token"])
    assert _begin(browser, owner, password=None).status_code == 200
    with database.writes() as writing:
        before = models.now() - timedelta(minutes=6)
        writing.execute(sa.update(models.UserSession).values(created_at=before))

    assert_problem(_begin(browser, owner, password=None), 403, "login_too_old")


def test_the_same_once_more_changes_nothing(
    browser: Browser, ada: Person, database: Database
) -> None:
    _go(browser, ada)

    assert _go(browser, ada, "/account").headers["location"] == "/account"
    assert len(_identities(database)) == 1


def test_what_lets_in_to_another_account_is_not_taken_from_it(
    browser: Browser, ada: Person, database: Database
) -> None:
    browser.provider.person = Theirs(sub="2", email="eve@example.com")
    eve = browser.another()
    eve.sign_in()

    landed = _go(browser, ada)

    assert landed.headers["location"] == "/account?tab=1&problem=identity_taken#a"
    assert [str(one.user_id) for one in _identities(database)] == [eve.session()["user"]["id"]]


def test_who_says_no_comes_back_to_where_they_were(browser: Browser, ada: Person) -> None:
    browser.provider.consents = False

    landed = _go(browser, ada, "/account")

    assert landed.headers["location"] == "/account?problem=denied"


def test_who_logs_out_meanwhile_links_nothing(
    browser: Browser, ada: Person, database: Database
) -> None:
    begun = _begin(browser, ada)
    address = browser.consent(begun.json()["url"])
    assert ada.post("/auth/logout-everywhere").status_code == 204

    assert problem_of(browser.open(address)) == "state_mismatch"
    assert _identities(database) == []


def test_a_session_that_ran_out_meanwhile_links_nothing(
    browser: Browser, ada: Person, database: Database
) -> None:
    begun = _begin(browser, ada)
    address = browser.consent(begun.json()["url"])
    with database.writes() as session:
        session.execute(sa.update(models.UserSession).values(expires_at=models.now()))

    assert problem_of(browser.open(address)) == "expired"
    assert _identities(database) == []


def test_nobody_links_their_google_account_to_a_victims_by_a_link(
    browser: Browser, ada: Person, database: Database
) -> None:
    begun = _begin(browser, ada)
    address = browser.consent(begun.json()["url"])

    assert problem_of(browser.another().open(address)) == "state_mismatch"
    assert _identities(database) == []


def test_an_account_that_is_frozen_meanwhile_is_not_linked(
    browser: Browser, ada: Person, database: Database
) -> None:
    begun = _begin(browser, ada)
    address = browser.consent(begun.json()["url"])
    with database.writes() as session:
        session.execute(sa.update(models.User).values(frozen_at=models.now()))

    landed = browser.open(address)
    assert landed.headers["location"] == "/?problem=account_frozen"
    assert _identities(database) == []


def test_a_provider_that_does_not_answer_is_a_problem_document(
    browser: Browser, ada: Person
) -> None:
    browser.provider.instead["/.well-known/openid-configuration"] = (500, {}, b"")

    answer = _begin(browser, ada)

    assert_problem(answer, 503, "provider_unavailable")


def test_what_is_taken_off_lets_nobody_in(
    browser: Browser, ada: Person, database: Database
) -> None:
    browser.sign_in()
    _link(browser)
    (shown,) = ada.get("/users/me/identities").json()["items"]

    assert ada.delete(f"/users/me/identities/{shown['id']}").status_code == 204

    assert _identities(database) == []
    assert _actions(database)[-1] == "google_unlinked"
    assert browser.another().sign_in().headers["location"] == "/login/link?next=%2Fread"
    gone = ada.delete(f"/users/me/identities/{shown['id']}")
    assert_problem(gone, 404, "not_found")


def test_the_only_way_in_stays(browser: Browser, database: Database) -> None:
    browser.sign_in()
    owner = _owner(browser)
    (shown,) = owner.get("/users/me/identities").json()["items"]

    refused = owner.delete(f"/users/me/identities/{shown['id']}")

    assert_problem(refused, 409, "only_way_in")
    assert len(_identities(database)) == 1


def test_of_two_without_a_password_one_can_go(browser: Browser, database: Database) -> None:
    browser.sign_in()
    owner = _owner(browser)
    browser.provider.person = Theirs(sub="2")
    _go(browser, owner)
    one, other = owner.get("/users/me/identities").json()["items"]

    assert owner.delete(f"/users/me/identities/{one['id']}").status_code == 204
    refused = owner.delete(f"/users/me/identities/{other['id']}")

    assert_problem(refused, 409, "only_way_in")


def test_anothers_is_not_there(browser: Browser, ada: Person, database: Database) -> None:
    browser.sign_in()
    _link(browser)
    eve = _register(browser, "eve")
    (identity,) = _identities(database)

    assert_problem(eve.delete(f"/users/me/identities/{identity.id}"), 404, "not_found")
    assert_problem(ada.delete(f"/users/me/identities/{uuid4()}"), 404, "not_found")
    assert eve.get("/users/me/identities").json() == {"items": []}


def test_all_goes_with_the_account(browser: Browser, ada: Person, database: Database) -> None:
    browser.sign_in()
    _link(browser)
    browser.provider.person = Theirs(sub="2")
    browser.another().sign_in()

    with database.writes() as session:
        session.execute(sa.delete(models.User))

    for table in (models.Identity, models.PendingLink):
        with database.reads() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def _owner(browser: Browser) -> Person:
    found: dict[str, Any] = browser.session()
    client: TestClient = browser.client
    return Person(client, found["user"], found["access_token"])
