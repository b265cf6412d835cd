import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from jose import jwt
from starlette.testclient import TestClient

from legible.app.errors import AppError
from legible.app.main import create_app
from legible.app.security import Tokens
from legible.app.settings import Settings
from tests.app.people import PASSWORD, SECRET, FakeReader, Person, Register, assert_problem

NOW = int(datetime.now(UTC).timestamp())
LIFETIME = timedelta(minutes=15)


def _claims(**changes: Any) -> dict[str, Any]:
    # Of now: what was made when the tests were collected has expired by the end of a long run.
    now = int(datetime.now(UTC).timestamp())
    claims = {
        "iss": "legible",
        "aud": "legible-api",
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "iat": now,
        "exp": now + 900,
        "jti": str(uuid4()),
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def _header(**changes: Any) -> dict[str, Any]:
    """The header of our own tokens, with changes."""
    token, _ = _tokens().issue(uuid4(), uuid4())
    return {**jwt.get_unverified_header(token), **changes}


def _tokens(*secrets: str) -> Tokens:
    return Tokens(secrets or [SECRET], LIFETIME)


def _sign(claims: dict[str, Any], secret: str = SECRET, **header: Any) -> str:
    """Sign with HMAC-SHA256 under any header, as an attacker would who knows a key."""
    return _with_signature(
        _header(**header),
        claims,
        lambda text: hmac.digest(secret.encode(), text, "sha256"),
    )


def _with_signature(
    header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]
) -> str:
    text = b".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    return b".".join([text, _base64(sign(text))]).decode()


def _base64(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _unsigned(alg: str) -> str:
    return _with_signature(_header(alg=alg), _claims(), lambda _: b"")


def _other_payload(token: str) -> str:
    head, _, signature = token.split(".")
    return ".".join([head, _sign(_claims()).split(".")[1], signature])


def _signed_by_rsa(**header: Any) -> str:
    """Sign with a key pair of the attacker's; the header brings or names the public key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return _with_signature(
        _header(alg="RS256", **header),
        _claims(),
        lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256()),
    )


def _signed_with_our_key_id_as_the_key() -> str:
    return _sign(_claims(), secret=_header()["kid"])


BAD_TOKENS: dict[str, Callable[[], str]] = {
    "no token at all": lambda: "seven",
    "two parts": lambda: "a.b",
    "not ASCII": lambda: "\u00e9.\u00e9.\u00e9",
    "signed with another secret": lambda: _sign(_claims(), secret="x" * 40),
    "signed with the key id": _signed_with_our_key_id_as_the_key,
    "signed with nothing": lambda: _sign(_claims(), secret=""),
    "signature of another payload": lambda: _other_payload(_sign(_claims())),
    "signature cut off": lambda: _sign(_claims()).rpartition(".")[0] + ".",
    "alg none": lambda: _unsigned("none"),
    "alg None": lambda: _unsigned("None"),
    "alg empty": lambda: _unsigned(""),
    "alg RS256 with our secret": lambda: _sign(_claims(), alg="RS256"),
    "alg HS512": lambda: _sign(_claims(), alg="HS512"),
    "alg RS256 of a stranger": _signed_by_rsa,
    "alg a list": lambda: _sign(_claims(), alg=["HS256"]),
    "no kid": lambda: str(jwt.encode(_claims(), SECRET, algorithm="HS256")),
    "unknown kid": lambda: _sign(_claims(), kid="0123456789abcdef"),
    "kid a path": lambda: _sign(_claims(), secret="", kid="../../dev/null"),
    "kid an SQL injection": lambda: _sign(_claims(), kid="x' UNION SELECT 'key' --"),
    "kid a number": lambda: _sign(_claims(), kid=0),
    "kid an object": lambda: _sign(_claims(), kid={"$ne": ""}),
    "kid null": lambda: _sign(_claims(), kid=None),
    "jku": lambda: _signed_by_rsa(jku="https://attacker.example/keys.json"),
    "jku under our algorithm": lambda: _sign(_claims(), jku="https://attacker.example/k.json"),
    "x5u": lambda: _signed_by_rsa(x5u="https://attacker.example/chain.pem"),
    "x5c": lambda: _sign(_claims(), x5c=["MIIB"]),
    "jwk": lambda: _sign(_claims(), secret="a", jwk={"kty": "oct", "k": "YQ"}),
    "crit": lambda: _sign(_claims(), crit=["exp"]),
    "typ of another token": lambda: _sign(_claims(), typ="JWT"),
    "another audience": lambda: _sign(_claims(aud="somebody-else")),
    "another issuer": lambda: _sign(_claims(iss="somebody-else")),
    "issued tomorrow": lambda: _sign(_claims(iat=NOW + 86_400, exp=NOW + 90_000)),
    "subject is no id": lambda: _sign(_claims(sub="ada")),
    "subject is a number": lambda: _sign(_claims(sub=7)),
    "session is no id": lambda: _sign(_claims(sid="first")),
    "session is a number": lambda: _sign(_claims(sid=7)),
    "time is a word": lambda: _sign(_claims(exp="tomorrow")),
    **{
        f"without {claim}": (lambda claim=claim: _sign(_claims(**{claim: None})))  # type: ignore[misc]
        for claim in ("iss", "aud", "sub", "sid", "iat", "exp", "jti")
    },
}


@pytest.mark.parametrize("flaw", BAD_TOKENS)
def test_a_token_with_any_flaw_is_refused(flaw: str) -> None:
    with pytest.raises(AppError) as caught:
        _tokens().read(BAD_TOKENS[flaw]())

    assert caught.value.code == "not_authenticated"
    assert caught.value.status == 401


def test_a_good_token_says_whose_it_is_and_of_which_session() -> None:
    claims = _claims()

    read = _tokens().read(_sign(claims))

    assert (str(read.user_id), str(read.session_id)) == (claims["sub"], claims["sid"])


def test_an_expired_token_is_told_from_a_bad_one() -> None:
    expired = _sign(_claims(iat=NOW - 1000, exp=NOW - 100))

    with pytest.raises(AppError) as caught:
        _tokens().read(expired)

    assert caught.value.code == "token_expired"


def test_a_token_holds_the_seven_claims_and_no_more_and_is_never_the_same_twice() -> None:
    tokens = _tokens()
    ids = uuid4(), uuid4()

    first, second = (jwt.get_unverified_claims(tokens.issue(*ids)[0]) for _ in range(2))

    assert first.keys() == {"iss", "aud", "sub", "sid", "iat", "exp", "jti"}
    assert first["exp"] - first["iat"] == 900
    assert first["jti"] != second["jti"]


def test_a_token_is_not_good_for_longer_than_its_session() -> None:
    ends_at = datetime.now(UTC) + timedelta(seconds=60)

    token, lifetime = _tokens().issue(uuid4(), uuid4(), ends_at=ends_at)

    assert lifetime <= timedelta(seconds=60)
    assert jwt.get_unverified_claims(token)["exp"] <= ends_at.timestamp()


def test_a_key_id_tells_nothing_of_its_key_and_is_another_for_each() -> None:
    one, other = (
        jwt.get_unverified_header(_tokens(secret).issue(uuid4(), uuid4())[0])
        for secret in (SECRET, SECRET + "x")
    )

    assert one == {"alg": "HS256", "typ": "at+jwt", "kid": one["kid"]}
    assert one["kid"] != other["kid"]
    assert SECRET not in json.dumps(one)


def test_keys_rotate_without_logging_anybody_out() -> None:
    older, newer = SECRET, SECRET[::-1]
    old_token, _ = _tokens(older).issue(uuid4(), uuid4())
    both = _tokens(newer, older)
    new_token, _ = both.issue(uuid4(), uuid4())

    both.read(old_token)
    both.read(new_token)
    _tokens(older, newer).read(new_token)  # a replica that is told of the next key first
    for secret, token in ((newer, old_token), (older, new_token)):
        with pytest.raises(AppError):
            _tokens(secret).read(token)


def test_the_service_accepts_tokens_of_the_previous_key(
    sqlite_settings: Settings, reader: FakeReader
) -> None:
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    with TestClient(create_app(sqlite_settings, lambda: reader)) as client:
        token = client.post("/api/v1/auth/register", json=new).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    rotated = {"secret": SECRET[::-1], "previous_secrets": [SECRET]}

    statuses = []
    for changes in (rotated, {**rotated, "previous_secrets": []}):
        settings = sqlite_settings.model_copy(update=changes)
        with TestClient(create_app(settings, lambda: reader)) as client:
            statuses.append(client.get("/api/v1/users/me", headers=headers).status_code)

    assert statuses == [200, 401]


@pytest.mark.parametrize(
    "flaw", ["alg none", "another audience", "signed with another secret", "jku"]
)
def test_the_service_refuses_a_bad_token(client: TestClient, flaw: str) -> None:
    headers = {"Authorization": f"Bearer {BAD_TOKENS[flaw]()}"}

    response = client.get("/api/v1/users/me", headers=headers)

    assert_problem(response, 401, "not_authenticated")
    assert response.headers["www-authenticate"] == "Bearer"


def test_the_service_says_when_a_token_has_expired(client: TestClient, ada: Person) -> None:
    expired = _sign(_claims(sub=ada.user["id"], iat=NOW - 1000, exp=NOW - 100))

    response = client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {expired}"})

    assert_problem(response, 401, "token_expired")


@pytest.mark.parametrize("change", ["sub", "sid"])
def test_a_user_and_a_session_of_somebody_else_do_not_go_together(
    client: TestClient, ada: Person, register: Register, change: str
) -> None:
    bob = jwt.get_unverified_claims(register("bob").token)
    mixed = {**jwt.get_unverified_claims(ada.token), change: bob[change]}
    headers = {"Authorization": f"Bearer {_sign(mixed)}"}

    assert_problem(client.get("/api/v1/users/me", headers=headers), 401, "not_authenticated")


def test_a_good_token_of_somebody_who_is_gone_is_refused(client: TestClient) -> None:
    headers = {"Authorization": f"Bearer {_sign(_claims())}"}

    assert_problem(client.get("/api/v1/users/me", headers=headers), 401, "not_authenticated")


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_another_scheme_is_no_token(client: TestClient, ada: Person, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {ada.token}".strip()}

    assert_problem(client.get("/api/v1/users/me", headers=headers), 401, "not_authenticated")
