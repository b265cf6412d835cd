"""Signing in with an OpenID provider: what goes right, and who is stopped on the way."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.browsers import CALLBACK, SITE, Browser, problem_of, with_provider
from tests.app.devices import PROOF
from tests.app.oidc_provider import Person, Provider
from tests.app.people import PASSWORD, FakeReader, assert_problem


def _register(browser: Browser, email: str = "ada@example.com") -> dict[str, str]:
    new = {"email": email, "name": "Ada", "password": PASSWORD}
    response = browser.another().client.post("/api/v1/auth/register", json=new)
    assert response.status_code == 201, response.text
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


def _actions(database: Database) -> list[tuple[str, str | None]]:
    with database.reads() as session:
        rows = session.scalars(sa.select(models.AuditEvent).order_by(models.AuditEvent.id)).all()
    return [(row.action, row.details.get("reason")) for row in rows]


def _with(address: str, **changed: str | None) -> str:
    """The same address with other fields in its query; None takes one away."""
    fields = dict(parse_qsl(urlsplit(address).query)) | changed
    return f"{CALLBACK}?" + urlencode({k: v for k, v in fields.items() if v is not None})


def test_a_stranger_gets_an_account_without_a_password(
    browser: Browser, database: Database
) -> None:
    landed = browser.sign_in("/readings?status=review")

    assert (landed.status_code, landed.headers["location"]) == (303, "/readings?status=review")
    assert landed.headers["cache-control"] == "no-store"
    assert landed.headers["referrer-policy"] == "no-referrer"
    user = browser.session()["user"]
    assert (user["email"], user["name"]) == ("ada@example.com", "Ada")
    with database.reads() as session:
        kept = session.scalars(sa.select(models.User)).one()
        identity = session.scalars(sa.select(models.Identity)).one()
    assert kept.password_hash is None
    assert (identity.issuer, identity.subject) == (
        browser.provider.issuer,
        browser.provider.person.sub,
    )
    assert _actions(database)[-2:] == [("registered", None), ("google_linked", None)]
    known = {"email": "ada@example.com", "password": ""}
    refused = browser.another().client.post("/api/v1/auth/login", json=known)
    assert_problem(refused, 401, "wrong_credentials")


def test_who_is_known_comes_back_to_the_same_account(browser: Browser, database: Database) -> None:
    browser.sign_in()
    first = browser.session()["user"]

    elsewhere = browser.another()
    elsewhere.sign_in()

    assert elsewhere.session()["user"] == first
    assert _actions(database)[-1] == ("login", None)


def test_the_refresh_cookie_is_set_as_a_log_in_sets_it(browser: Browser) -> None:
    landed = browser.sign_in()

    cookie = landed.headers["set-cookie"].lower()
    assert cookie.startswith("legible-refresh=")
    assert "samesite=strict" in cookie
    assert "httponly" in cookie
    assert "path=/api/v1/auth" in cookie


def test_the_cookie_of_the_way_there_is_lax_and_short_lived(browser: Browser) -> None:
    cookie = browser.start().headers["set-cookie"].lower()

    assert cookie.startswith("legible-sign-in=")
    assert "samesite=lax" in cookie
    assert "httponly" in cookie
    assert "max-age=600" in cookie


def test_in_production_cookies_are_of_this_host_alone(
    sqlite_settings: Settings, provider: Provider
) -> None:
    settings = with_provider(sqlite_settings, provider).model_copy(
        update={
            "env": "production",
            "public_url": "https://legible.example.net",
            "argon2_memory_kib": 19 * 1024,
            "argon2_passes": 2,
        }
    )
    with TestClient(create_app(settings, FakeReader), base_url="https://legible.example.net") as c:
        started = c.get("/api/v1/auth/google/start", follow_redirects=False)
    cookie = started.headers["set-cookie"].lower()
    assert cookie.startswith("__host-legible-sign-in=")
    assert "secure" in cookie
    assert "path=/;" in cookie
    assert "domain" not in cookie
    asked = parse_qs(urlsplit(started.headers["location"]).query)
    assert asked["redirect_uri"] == [f"https://legible.example.net{CALLBACK}"]


def test_the_provider_is_asked_as_the_standards_want_it(browser: Browser) -> None:
    first, second = browser.start(), browser.start()

    asked = dict(parse_qsl(urlsplit(first.headers["location"]).query))
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["response_type"] == "code"
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert asked["prompt"] == "select_account"
    again = dict(parse_qsl(urlsplit(second.headers["location"]).query))
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 43
        assert asked[name] != again[name]


def test_two_tabs_sign_in_at_the_same_time(browser: Browser) -> None:
    one, other = browser.begin("/read"), browser.begin("/readings")

    assert browser.open(other).headers["location"] == "/readings"
    assert browser.open(one).headers["location"] == "/read"


def test_two_who_come_at_once_with_one_new_identity_get_one_account(
    browser: Browser, database: Database
) -> None:
    browsers = [browser.another() for _ in range(4)]
    addresses = [one.begin() for one in browsers]

    with ThreadPoolExecutor(4) as pool:
        landed = list(
            pool.map(lambda pair: pair[0].open(pair[1]), zip(browsers, addresses, strict=True))
        )

    assert [one.headers["location"] for one in landed] == ["/read"] * 4
    with database.reads() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(models.Identity)) == 1


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/%0a\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "evil.example",
        "/api/v1/auth/logout",
        "/" + "a" * 600,
        "",
    ],
)
def test_nobody_is_sent_to_another_site_afterwards(browser: Browser, path: str) -> None:
    assert browser.sign_in(path).headers["location"] == "/"


def test_a_changed_address_under_the_same_sub_is_the_same_account(
    browser: Browser, database: Database
) -> None:
    browser.sign_in()
    before = browser.session()["user"]
    browser.provider.person.email = "ada@new.example.com"
    browser.provider.person.email_verified = False

    browser.sign_in()

    assert browser.session()["user"] == before
    with database.reads() as session:
        assert session.scalars(sa.select(models.Identity.email)).one() == "ada@new.example.com"


def test_another_sub_with_the_address_of_an_account_is_not_let_in(browser: Browser) -> None:
    browser.sign_in()
    browser.provider.person = Person(sub="2")

    landed = browser.another().sign_in()

    assert landed.headers["location"] == "/login/link?next=%2Fread"
    assert "legible-refresh" not in landed.headers["set-cookie"]


@pytest.mark.parametrize("verified", [False, None, "true", 1])
@pytest.mark.parametrize("has_account", [True, False])
def test_an_unverified_address_neither_makes_an_account_nor_finds_one(
    browser: Browser, database: Database, verified: object, has_account: bool
) -> None:
    if has_account:
        _register(browser)
    browser.provider.person.email_verified = verified

    assert problem_of(browser.sign_in()) == "email_unverified"
    assert _actions(database)[-1] == ("login_failed", "email_unverified")
    with database.reads() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(models.Identity)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(models.PendingLink)) == 0


@pytest.mark.parametrize("email", [None, "no address", "a@b", "x" * 300 + "@example.com"])
def test_no_address_makes_no_account(browser: Browser, email: str | None) -> None:
    browser.provider.person.email = email

    assert problem_of(browser.sign_in()) == "email_unverified"


@pytest.mark.parametrize(
    ("name", "kept"),
    [(None, "ada"), ("  Ada \n\u200b Byron ", "Ada Byron"), ("\0", "ada"), ("A" * 300, "A" * 100)],
)
def test_an_account_has_a_name_whatever_the_provider_calls_them(
    browser: Browser, name: str | None, kept: str
) -> None:
    browser.provider.person.name = name

    browser.sign_in()

    assert browser.session()["user"]["name"] == kept


def test_a_frozen_account_is_not_let_in(browser: Browser, database: Database) -> None:
    browser.sign_in()
    with database.writes() as session:
        session.execute(sa.update(models.User).values(frozen_at=models.now()))

    assert problem_of(browser.another().sign_in()) == "account_frozen"
    assert _actions(database)[-1] == ("login_failed", "account_frozen")


def test_who_says_no_is_told_so_and_keeps_where_they_wanted_to_go(browser: Browser) -> None:
    browser.provider.consents = False

    landed = browser.sign_in("/readings")

    assert landed.headers["location"] == "/login?problem=denied&next=%2Freadings"


def test_a_state_is_good_for_one_return(browser: Browser) -> None:
    address = browser.begin()

    assert browser.open(address).headers["location"] == "/read"
    assert problem_of(browser.open(address)) == "state_mismatch"


def test_of_two_returns_at_once_only_one_gets_through(browser: Browser) -> None:
    address = browser.begin()

    with ThreadPoolExecutor(4) as pool:
        landed = list(pool.map(browser.open, [address] * 4))

    places = sorted(one.headers["location"] for one in landed)
    assert places == ["/login?problem=state_mismatch"] * 3 + ["/read"]


def test_a_refusal_spends_the_state_too(browser: Browser) -> None:
    address = browser.begin()

    assert problem_of(browser.open(_with(address, code=None, error="server_error"))) == (
        "sign_in_failed"
    )
    assert problem_of(browser.open(address)) == "state_mismatch"


def test_a_code_is_good_for_one_exchange(browser: Browser) -> None:
    first = browser.begin()
    browser.open(first)
    code = dict(parse_qsl(urlsplit(first).query))["code"]

    assert problem_of(browser.open(_with(browser.begin(), code=code))) == "sign_in_failed"
    assert browser.provider.refused == ["invalid_grant"]


def test_a_code_of_another_sign_in_fails_at_the_verifier(browser: Browser) -> None:
    mine, stolen = browser.begin(), browser.another().begin()
    code = dict(parse_qsl(urlsplit(stolen).query))["code"]

    assert problem_of(browser.open(_with(mine, code=code))) == "sign_in_failed"
    assert browser.provider.refused == ["invalid_grant"]


def test_nobody_is_logged_in_to_an_account_by_a_link_from_elsewhere(browser: Browser) -> None:
    address = browser.another().begin()  # an attacker's, who gets the victim to open it

    assert problem_of(browser.open(address)) == "state_mismatch"  # without any cookie
    browser.start()
    assert problem_of(browser.open(address)) == "state_mismatch"  # with one's own
    assert browser.refresh().status_code == 401


@pytest.mark.parametrize("state", ["", "a", "x" * 2_000, "\0", "%ff"])
def test_a_made_up_state_is_none(browser: Browser, state: str) -> None:
    assert problem_of(browser.open(_with(browser.begin(), state=state))) == "state_mismatch"


@pytest.mark.parametrize("code", [None, "", "x" * 2_000, "\0", "é"])
def test_a_made_up_code_logs_nobody_in(browser: Browser, code: str | None) -> None:
    assert problem_of(browser.open(_with(browser.begin(), code=code))) == "sign_in_failed"


@pytest.mark.parametrize("name", ["state", "code", "error", "iss"])
def test_nothing_endless_is_taken_back(browser: Browser, name: str) -> None:
    """Not even the sign-in that it belongs to is used up by it."""
    address = browser.begin()

    problem = assert_problem(
        browser.open(_with(address, **{name: "x" * 2_001})), 422, "invalid_request"
    )

    assert [error["field"] for error in problem["errors"]] == [name]
    assert browser.open(address).headers["location"] == "/read"


def test_who_takes_too_long_is_told_so(browser: Browser, database: Database) -> None:
    address = browser.begin()
    with database.writes() as session:
        session.execute(sa.update(models.SignIn).values(expires_at=models.now()))

    assert problem_of(browser.open(address)) == "expired"


def test_sign_ins_that_nobody_came_back_from_are_cleared_away(
    browser: Browser, database: Database
) -> None:
    browser.start()
    with database.writes() as session:
        past = models.now() - timedelta(hours=2)
        session.execute(sa.update(models.SignIn).values(expires_at=past))

    browser.start()

    with database.reads() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(models.SignIn)) == 1


@pytest.mark.parametrize("issuer", ["https://evil.example", "", None])
def test_an_answer_of_another_provider_is_not_exchanged(
    browser: Browser, issuer: str | None
) -> None:
    address = _with(browser.begin(), iss=issuer)
    browser.provider.asked.clear()

    assert problem_of(browser.open(address)) == "sign_in_failed"
    assert browser.provider.asked == []


def test_a_provider_need_not_name_itself_unless_it_says_it_does(browser: Browser) -> None:
    browser.provider.names_itself = False

    assert browser.sign_in().headers["location"] == "/read"
    wrong = _with(browser.begin(), iss="https://evil.example")
    assert problem_of(browser.open(wrong)) == "sign_in_failed"


def test_nothing_secret_is_in_the_log(browser: Browser, log: io.StringIO) -> None:
    address = browser.begin()
    browser.open(address)
    browser.provider.sign = lambda _claims, _key: "no token"
    browser.sign_in()

    lines = log.getvalue()
    assert "GET /api/v1/auth/google/callback 303" in lines
    asked = dict(parse_qsl(urlsplit(address).query))
    for secret in (asked["code"], asked["state"], "ada@example.com", browser.provider.person.sub):
        assert secret not in lines
    assert "?" not in lines
    assert browser.client.cookies["legible-sign-in"] not in lines


def test_the_database_holds_nothing_that_finishes_a_sign_in(
    browser: Browser, database: Database
) -> None:
    started = browser.start()
    asked = dict(parse_qsl(urlsplit(started.headers["location"]).query))

    with database.reads() as session:
        row = session.scalars(sa.select(models.SignIn)).one()
    kept = repr(vars(row))
    for secret in (asked["state"], asked["nonce"], browser.client.cookies["legible-sign-in"]):
        assert secret not in kept


def test_without_a_provider_there_is_nothing(client: TestClient) -> None:
    assert client.get("/api/v1/auth/providers").json() == {"items": []}
    for path in ("start", "callback"):
        answer = client.get(f"/api/v1/auth/google/{path}", follow_redirects=False)
        assert_problem(answer, 404, "not_found")
        assert "set-cookie" not in answer.headers
    assert_problem(client.get("/api/v1/auth/google/link"), 410, "link_expired")
    pending = client.post("/api/v1/auth/google/link", json={}, headers=PROOF)
    assert_problem(pending, 410, "link_expired")


def test_with_a_provider_the_log_in_page_can_offer_it(browser: Browser) -> None:
    offered = browser.client.get("/api/v1/auth/providers").json()

    assert offered == {
        "items": [{"name": "google", "label": "Google", "start": "/api/v1/auth/google/start"}]
    }


def test_without_a_public_address_development_uses_the_one_asked_for(
    sqlite_settings: Settings, provider: Provider
) -> None:
    settings = with_provider(sqlite_settings, provider).model_copy(update={"public_url": ""})
    with TestClient(create_app(settings, FakeReader), base_url=SITE) as client:
        started = client.get("/api/v1/auth/google/start", follow_redirects=False)
    asked = parse_qs(urlsplit(started.headers["location"]).query)
    assert asked["redirect_uri"] == [SITE + CALLBACK]
