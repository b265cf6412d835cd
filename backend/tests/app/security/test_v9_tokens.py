"""OWASP ASVS 5.0, V9 Self-contained Tokens; API2 of the API Security Top 10 (2023).

What each flaw of a token is refused for is in test_tokens.py; here each call refuses each of them.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from legible.app.errors import AppError
from legible.app.keys.secret import make_key
from legible.app.security import Tokens
from tests.app.people import PASSWORD, SECRET, assert_problem
from tests.app.security.conftest import World
from tests.app.security.walk import calls
from tests.app.test_tokens import BAD_TOKENS, NOW, _claims, _sign

OF_SOMEBODY = [call for call in calls() if call.needs_somebody]


@pytest.mark.requirement("V9.1.1", "V9.1.2", "V9.1.3", "V9.2.1", "V9.2.2", "V9.2.3", "API2")
@pytest.mark.parametrize("flaw", [flaw for flaw in BAD_TOKENS if flaw != "not ASCII"])
def test_every_call_refuses_a_token_with_any_flaw(world: World, flaw: str) -> None:
    headers = {"Authorization": f"Bearer {BAD_TOKENS[flaw]()}"}

    for call in OF_SOMEBODY:
        response = world.client.request(call.method, call.filled({}), headers=headers)

        assert_problem(response, 401, "not_authenticated")
        assert response.headers["www-authenticate"] == "Bearer"


def _tokens() -> Tokens:
    return Tokens([SECRET], timedelta(minutes=15))


def _good() -> str:
    return _tokens().issue(uuid4(), uuid4())[0]


def _other_end(token: str) -> str:
    """The same signature in another spelling: the last character has two bits that mean nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


SPELLINGS: dict[str, Callable[[str], str]] = {
    "signature one character short": lambda token: token[:-1],
    "signature half": lambda token: token[:-22],
    "signature twice": lambda token: token + token.rpartition(".")[2],
    "another spelling of the signature": _other_end,
    "padded": lambda token: token + "=",
    "a fourth part": lambda token: token + ".",
    "a space within": lambda token: token[:-5] + " " + token[-5:],
    "a line feed at the end": lambda token: token + "\n",
    "a null at the end": lambda token: token + "\0",
    "standard Base64": lambda token: token[:-5] + "+/" + token[-3:],
    "a character that Base64 leaves out": lambda token: token[:-5] + "!" + token[-5:],
    "full-width characters": lambda token: token.replace("e", "\uff45"),
    "an invisible character": lambda token: token + "\u200b",
    "quoted": lambda token: f'"{token}"',
    "upper case": str.upper,
}


@pytest.mark.requirement("V9.1.1", "API2")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_token_has_one_spelling(spelling: str) -> None:
    token = _good()
    _tokens().read(token)

    with pytest.raises(AppError) as refused:
        _tokens().read(SPELLINGS[spelling](token))

    assert refused.value.code == "not_authenticated"


@pytest.mark.requirement("V9.2.1")
def test_a_token_is_not_good_before_its_time() -> None:
    with pytest.raises(AppError) as refused:
        _tokens().read(_sign(_claims(nbf=NOW + 3600)))

    assert refused.value.code == "not_authenticated"


@pytest.mark.requirement("V9.2.2", "API2")
def test_no_other_kind_of_token_is_taken_for_an_access_token(world: World) -> None:
    known = {"email": "ada@example.com", "password": PASSWORD, "with_refresh_token": True}
    refresh_token = world.client.post("/api/v1/auth/login", json=known).json()["refresh_token"]
    others = {
        "a refresh token": refresh_token,
        "a key that nobody has": make_key(),
        "a key without its end": world.keys["read"][:-1],
        "the id of a user": world.ada.user["id"],
        "an ID token of OpenID Connect": _sign(_claims(sub=world.ada.user["id"]), typ="JWT"),
    }

    for token in others.values():
        for path in ("/users/me", "/readings", "/sessions"):
            answer = world.client.get(
                f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}
            )
            assert_problem(answer, 401, "not_authenticated")
    as_refresh = {"refresh_token": world.ada.token}
    assert world.client.post("/api/v1/auth/refresh", json=as_refresh).status_code == 422
