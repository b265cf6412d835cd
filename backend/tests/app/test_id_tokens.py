"""What a provider may answer and what not, over real HTTP and with real signatures."""

import base64
import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry, serialize_compact
from starlette.testclient import TestClient

from legible.app.identities import fetching
from legible.app.identities.id_token import verify
from legible.app.identities.provider import open_provider
from legible.app.main import create_app
from legible.app.settings import Settings, StartError
from tests.app.browsers import Browser, problem_of, with_provider
from tests.app.oidc_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    Claims,
    Key,
    Provider,
    ec_key,
    rsa_key,
    sign,
)
from tests.app.people import FakeReader

DISCOVERY = "/.well-known/openid-configuration"
NOW = int(time.time())
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    """No database has a say in this."""
    return sqlite_settings


def _without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def _as(**claims: Any) -> Callable[[Claims], Claims]:
    return lambda before: before | claims


def test_a_token_as_it_should_be_lets_in(browser: Browser) -> None:
    assert browser.sign_in().headers["location"] == "/read"


def test_a_token_signed_on_an_elliptic_curve_lets_in(browser: Browser) -> None:
    browser.provider.key = ec_key("curve")

    assert browser.sign_in().headers["location"] == "/read"


@pytest.mark.parametrize(
    "change",
    [
        _as(iss="https://evil.example"),
        _as(iss=["https://evil.example"]),
        _without("iss"),
        _as(aud="another client"),
        _as(aud=[CLIENT_ID, "another client"]),
        _as(aud=[]),
        _as(aud={CLIENT_ID: 1}),
        _without("aud"),
        _as(azp="another client"),
        _as(exp=NOW - 120),
        _as(exp="tomorrow"),
        _as(exp=True),
        _without("exp"),
        _as(iat=NOW + 3600),
        _as(iat=NOW - 3600),
        _as(iat="now"),
        _without("iat"),
        _as(nbf=NOW + 3600),
        _as(nonce="another"),
        _as(nonce=""),
        _as(nonce=["a"]),
        _as(nonce=None),
        _without("nonce"),
        _as(sub=""),
        _as(sub=7),
        _as(sub="x" * 256),
        _as(sub="ünïcode"),
        _without("sub"),
        _as(at_hash="of another token"),
        _as(at_hash=7),
    ],
    ids=range(30),
)
def test_a_token_that_says_something_else_does_not(
    browser: Browser, change: Callable[[Claims], Claims]
) -> None:
    browser.provider.change = change

    assert problem_of(browser.sign_in()) == "sign_in_failed"
    assert "/token" in browser.provider.asked


def _unsigned(claims: Claims, _key: Key) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'kid': 'one'})}.{part(claims)}."


def _with_public_key_as_secret(claims: Claims, key: Key) -> str:
    assert isinstance(key, RSAKey)
    secret = OctKey.import_key(base64.b64encode(key.as_pem(private=False)).decode())
    header = {"alg": "HS256", "kid": "one"}
    registry = JWSRegistry(algorithms=["HS256"])
    return serialize_compact(header, json.dumps(claims).encode(), secret, registry=registry)


def _with_client_secret(claims: Claims, _key: Key) -> str:
    header = {"alg": "HS256", "kid": "one"}
    secret = OctKey.import_key(CLIENT_SECRET.encode())
    registry = JWSRegistry(algorithms=["HS256"])
    return serialize_compact(header, json.dumps(claims).encode(), secret, registry=registry)


def _changed_afterwards(claims: Claims, key: Key) -> str:
    header, _, signature = sign(claims, key).split(".")
    payload = json.dumps(claims | {"sub": "another"}).encode()
    return f"{header}.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.{signature}"


def _with_own_key_in_the_header(claims: Claims, _key: Key) -> str:
    mine = rsa_key("mine")
    return sign(claims, mine, kid="one", jwk=mine.as_dict(private=False))


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _with_public_key_as_secret,
        _with_client_secret,
        _changed_afterwards,
        _with_own_key_in_the_header,
        lambda claims, _key: sign(claims, rsa_key("mine"), kid="one"),
        lambda claims, _key: sign(claims, rsa_key("mine")),
        lambda claims, _key: sign(claims, ec_key("curve"), kid="one"),
        lambda claims, key: sign(claims, key, alg="RS512"),
        lambda claims, key: sign(claims, key, alg="PS256"),
        lambda claims, key: sign(claims, key).rpartition(".")[0] + ".",
        lambda claims, key: sign(claims, key).rpartition(".")[0],
        lambda claims, key: sign({**claims, "padding": "x" * 130_000}, key),
        lambda _claims, _key: "",
        lambda _claims, _key: "no token",
        lambda _claims, _key: "....",
        lambda _claims, _key: {"no": "text"},
    ],
    ids=range(17),
)
def test_a_token_that_the_provider_did_not_sign_does_not(
    browser: Browser, forge: Callable[[Claims, Key], str]
) -> None:
    browser.provider.sign = forge

    assert problem_of(browser.sign_in()) == "sign_in_failed"
    assert "/token" in browser.provider.asked


def test_no_key_is_fetched_from_where_a_token_says(browser: Browser) -> None:
    there = f"{browser.provider.issuer}/mine"
    browser.provider.sign = lambda claims, _key: sign(claims, rsa_key("mine"), jku=there, x5u=there)

    assert problem_of(browser.sign_in()) == "sign_in_failed"
    assert "/mine" not in browser.provider.asked


def test_keys_are_asked_for_once_and_again_when_there_are_new_ones(browser: Browser) -> None:
    browser.sign_in()
    browser.sign_in()
    assert browser.provider.asked.count("/jwks") == 1
    assert browser.provider.asked.count(DISCOVERY) == 1

    browser.provider.key = rsa_key("two")

    assert browser.sign_in().headers["location"] == "/read"
    assert browser.provider.asked.count("/jwks") == 2


def test_a_key_that_nobody_publishes_is_looked_for_once_more_only(browser: Browser) -> None:
    browser.provider.published = [rsa_key("two")]

    assert problem_of(browser.sign_in()) == "sign_in_failed"
    assert browser.provider.asked.count("/jwks") == 2


def test_a_key_that_was_taken_back_lets_nobody_in(browser: Browser) -> None:
    browser.sign_in()
    browser.provider.key = rsa_key("two")
    browser.sign_in()
    browser.provider.published = [rsa_key("two")]
    browser.provider.key = rsa_key("one")

    assert problem_of(browser.sign_in()) == "sign_in_failed"


def test_keys_that_are_not_for_this_are_left_out(browser: Browser, provider: Provider) -> None:
    provider.jwks = lambda: {  # type: ignore[method-assign]
        "keys": [
            {"kty": "oct", "kid": "one", "k": "c2VjcmV0"},
            {"kty": "RSA", "kid": "broken"},
            {"kty": "a new kind", "kid": "new"},
            "no key",
            {**provider.key.as_dict(private=False), "use": "enc"},
        ]
    }
    assert problem_of(browser.sign_in()) == "sign_in_failed"

    usable = provider.jwks()["keys"] + [provider.key.as_dict(private=False)]
    provider.jwks = lambda: {"keys": usable}  # type: ignore[method-assign]
    assert browser.sign_in().headers["location"] == "/read"


LONG = b" " * (fetching.MAX_BYTES + 1)
BOMB = gzip.compress(b" " * 10_000_000)


@pytest.mark.parametrize("path", [DISCOVERY, "/jwks", "/token"])
@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (500, {}, b""),
        (503, JSON, b"{}"),
        (404, {}, b"<h1>nothing</h1>"),
        (302, {"Location": "http://127.0.0.1:9/elsewhere"}, b""),
        (307, {"Location": ""}, b""),
        (200, {}, b"<h1>hello</h1>"),
        (200, JSON, b""),
        (200, JSON, b"[]"),
        (200, JSON, b"\xff\xfe{}"),
        (200, JSON, LONG),
        (200, {**JSON, "Content-Encoding": "gzip"}, BOMB),
        (200, {**JSON, "Content-Length": "100"}, b"{}"),
        (0, {}, b""),
    ],
    ids=range(13),
)
def test_a_provider_that_answers_something_else_is_not_available(
    browser: Browser, path: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    browser.provider.instead[path] = (status, headers, body)

    landed = browser.start() if path == DISCOVERY else browser.sign_in()

    assert problem_of(landed) == "provider_unavailable"
    assert "/elsewhere" not in browser.provider.asked

    browser.provider.instead.clear()
    assert browser.sign_in().headers["location"] == "/read"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"error": "server_error"}, "provider_unavailable"),
        ({"error": "invalid_client"}, "sign_in_failed"),
        ({"access_token": "a"}, "sign_in_failed"),
        ({"id_token": None}, "sign_in_failed"),
        ({"access_token": "a", "expires_in": "soon"}, "provider_unavailable"),
        ({"access_token": "a", "expires_in": [1]}, "provider_unavailable"),
    ],
)
def test_an_answer_without_a_token_lets_nobody_in(
    browser: Browser, body: dict[str, Any], problem: str
) -> None:
    browser.provider.instead["/token"] = (200, JSON, json.dumps(body).encode())

    assert problem_of(browser.sign_in()) == problem


def test_a_provider_that_redirects_for_ever_is_asked_once(browser: Browser) -> None:
    there = {"Location": f"{browser.provider.issuer}/jwks"}
    browser.provider.instead["/jwks"] = (302, there, b"")

    assert problem_of(browser.sign_in()) == "provider_unavailable"
    assert browser.provider.asked.count("/jwks") == 1


def test_a_provider_that_keeps_silent_is_given_up(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT_S", 0.05)
    at_once = browser.provider.document

    def late() -> dict[str, Any]:
        time.sleep(0.5)
        return at_once()

    browser.provider.document = late  # type: ignore[method-assign]

    assert problem_of(browser.start()) == "provider_unavailable"


def test_a_provider_that_drips_is_given_up(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_S", -1.0)  # as if it had dripped that long

    assert problem_of(browser.start()) == "provider_unavailable"


def test_nobody_listens_where_the_provider_should_be(
    settings: Settings, provider: Provider
) -> None:
    nowhere = with_provider(settings, provider).model_copy(
        update={"google_issuer": "http://127.0.0.1:9"}
    )
    with TestClient(create_app(nowhere, FakeReader)) as client:
        landed = client.get("/api/v1/auth/google/start", follow_redirects=False)
    assert problem_of(landed) == "provider_unavailable"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": None},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": 7},
        {"code_challenge_methods_supported": ["plain"]},
        {"code_challenge_methods_supported": 7},
    ],
)
def test_a_discovery_document_that_is_not_safe_is_not_followed(
    browser: Browser, metadata: dict[str, Any]
) -> None:
    browser.provider.metadata = metadata

    assert problem_of(browser.start()) == "provider_unavailable"


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "accounts.google.com"])
def test_googles_own_name_is_known_with_and_without_its_scheme(issuer: str) -> None:
    key = rsa_key("one")
    now = int(time.time())
    claims = {
        "iss": issuer,
        "sub": "1",
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 3600,
        "nonce": "n",
    }
    found = verify(
        sign(claims, key),
        KeySet([key]),
        issuer="https://accounts.google.com",
        client_id=CLIENT_ID,
        nonce="n",
    )
    assert found.issuer == "https://accounts.google.com"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"google_client_secret": ""}, "LEGIBLE_GOOGLE_CLIENT_SECRET"),
        ({"google_client_id": ""}, "LEGIBLE_GOOGLE_CLIENT_ID"),
        ({"google_issuer": "http://accounts.example"}, "LEGIBLE_GOOGLE_ISSUER"),
        ({"google_issuer": "accounts.google.com"}, "LEGIBLE_GOOGLE_ISSUER"),
        ({"env": "production", "public_url": ""}, "LEGIBLE_PUBLIC_URL"),
        ({"env": "production", "public_url": "http://a.example"}, "LEGIBLE_PUBLIC_URL"),
        ({"public_url": "https://a.example/path"}, "LEGIBLE_PUBLIC_URL"),
        ({"public_url": "a.example"}, "LEGIBLE_PUBLIC_URL"),
    ],
)
def test_the_service_does_not_start_half_configured(
    settings: Settings, provider: Provider, given: dict[str, str], words: str
) -> None:
    with pytest.raises(StartError, match=words) as caught:
        open_provider(with_provider(settings, provider).model_copy(update=given))
    assert CLIENT_SECRET not in str(caught.value)


def test_the_secret_is_never_shown(settings: Settings, provider: Provider) -> None:
    assert CLIENT_SECRET not in repr(with_provider(settings, provider))
