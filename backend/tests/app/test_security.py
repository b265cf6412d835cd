import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from jose import jwt
from starlette.testclient import TestClient

from legible.app.errors import AppError
from legible.app.security import Passwords, Tokens
from legible.app.settings import Settings
from tests.app.people import PASSWORD, SECRET, Person, assert_problem

NOW = int(datetime.now(UTC).timestamp())
LIFETIME = timedelta(minutes=15)


def _claims(**changes: Any) -> dict[str, Any]:
    claims = {
        "iss": "legible",
        "aud": "legible-api",
        "sub": str(uuid4()),
        "iat": NOW,
        "exp": NOW + 900,
        "jti": str(uuid4()),
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def _sign(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    return str(jwt.encode(claims, secret, algorithm=algorithm))


def _unsigned(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    encoded = [urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, ""])


def _other_payload(token: str) -> str:
    head, _, signature = token.split(".")
    return ".".join([head, _sign(_claims()).split(".")[1], signature])


BAD_TOKENS: dict[str, Callable[[], str]] = {
    "no token at all": lambda: "seven",
    "two parts": lambda: "a.b",
    "not ASCII": lambda: "\u00e9.\u00e9.\u00e9",
    "signed with another secret": lambda: _sign(_claims(), secret="x" * 40),
    "signature of another payload": lambda: _other_payload(_sign(_claims())),
    "alg none": lambda: _unsigned(_claims()),
    "another algorithm": lambda: _sign(_claims(), algorithm="HS512"),
    "another audience": lambda: _sign(_claims(aud="somebody-else")),
    "another issuer": lambda: _sign(_claims(iss="somebody-else")),
    "issued tomorrow": lambda: _sign(_claims(iat=NOW + 86_400, exp=NOW + 90_000)),
    "subject is no id": lambda: _sign(_claims(sub="ada")),
    "time is a word": lambda: _sign(_claims(exp="tomorrow")),
    **{
        f"without {claim}": (lambda claim=claim: _sign(_claims(**{claim: None})))  # type: ignore[misc]
        for claim in ("iss", "aud", "sub", "iat", "exp", "jti")
    },
}


@pytest.mark.parametrize("flaw", BAD_TOKENS)
def test_a_token_with_any_flaw_is_refused(flaw: str) -> None:
    with pytest.raises(AppError) as caught:
        Tokens(SECRET, LIFETIME).user_id(BAD_TOKENS[flaw]())

    assert caught.value.code == "not_authenticated"
    assert caught.value.status == 401


def test_a_good_token_says_whose_it_is() -> None:
    claims = _claims()

    assert str(Tokens(SECRET, LIFETIME).user_id(_sign(claims))) == claims["sub"]


def test_an_expired_token_is_told_from_a_bad_one() -> None:
    expired = _sign(_claims(iat=NOW - 1000, exp=NOW - 100))

    with pytest.raises(AppError) as caught:
        Tokens(SECRET, LIFETIME).user_id(expired)

    assert caught.value.code == "token_expired"


def test_a_token_holds_the_six_claims_and_no_more_and_is_never_the_same_twice() -> None:
    tokens = Tokens(SECRET, LIFETIME)
    user_id = uuid4()

    first, second = (jwt.get_unverified_claims(tokens.issue(user_id)) for _ in range(2))

    assert first.keys() == {"iss", "aud", "sub", "iat", "exp", "jti"}
    assert first["exp"] - first["iat"] == 900
    assert first["jti"] != second["jti"]


@pytest.mark.parametrize("flaw", ["alg none", "another audience", "signed with another secret"])
def test_the_service_refuses_a_bad_token(client: TestClient, flaw: str) -> None:
    headers = {"Authorization": f"Bearer {BAD_TOKENS[flaw]()}"}

    response = client.get("/api/v1/users/me", headers=headers)

    assert_problem(response, 401, "not_authenticated")
    assert response.headers["www-authenticate"] == "Bearer"


def test_the_service_says_when_a_token_has_expired(client: TestClient, ada: Person) -> None:
    expired = _sign(_claims(sub=ada.user["id"], iat=NOW - 1000, exp=NOW - 100))

    response = client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {expired}"})

    assert_problem(response, 401, "token_expired")


def test_a_good_token_of_somebody_who_is_gone_is_refused(client: TestClient) -> None:
    headers = {"Authorization": f"Bearer {_sign(_claims())}"}

    assert_problem(client.get("/api/v1/users/me", headers=headers), 401, "not_authenticated")


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_another_scheme_is_no_token(client: TestClient, ada: Person, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {ada.token}".strip()}

    assert_problem(client.get("/api/v1/users/me", headers=headers), 401, "not_authenticated")


def test_passwords_are_hashed_with_argon2id_at_the_floor_or_above_by_default() -> None:
    kind, parameters = Passwords(Settings()).hash(PASSWORD).split("$")[1::2][:2]
    cost = dict(part.split("=") for part in parameters.split(","))

    assert kind == "argon2id"
    assert int(cost["m"]) >= 19 * 1024
    assert int(cost["t"]) >= 2
    assert int(cost["p"]) == 1


def _cheap() -> Passwords:
    return Passwords(Settings(argon2_memory_kib=8, argon2_passes=1))


def test_a_password_is_right_or_wrong() -> None:
    passwords = _cheap()
    kept = passwords.hash(PASSWORD)

    assert passwords.check(PASSWORD, kept) == (True, None)
    assert passwords.check(PASSWORD + "s", kept) == (False, None)
    assert passwords.hash(PASSWORD) != kept


def test_a_password_typed_on_another_system_is_the_same() -> None:
    passwords = _cheap()
    kept = passwords.hash("gr\u00fc\u00dfe vom meer")  # u umlaut as one code point

    assert passwords.check("gru\u0308\u00dfe vom meer", kept) == (True, None)  # as two


def test_nobody_has_no_password_but_hashing_it_costs_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passwords = _cheap()
    kept = passwords.hash(PASSWORD)
    checked: list[str] = []
    verify = passwords._context.verify_and_update

    def note(secret: str, hashed: str) -> Any:
        checked.append(hashed)
        return verify(secret, hashed)

    monkeypatch.setattr(passwords._context, "verify_and_update", note)

    assert passwords.check(PASSWORD, None) == (False, None)
    assert passwords.check(PASSWORD + "s", kept) == (False, None)

    # $argon2id$v=19$m=..,t=..,p=..$salt$digest: the same kind, version and cost
    for_nobody, for_somebody = (hashed.split("$")[:4] for hashed in checked)
    assert for_nobody == for_somebody
