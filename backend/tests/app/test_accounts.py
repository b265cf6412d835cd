import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import PASSWORD, FakeReader, Person, Register, assert_problem


def _new(**changes: str) -> dict[str, str]:
    return {"email": "ada@example.com", "name": "Ada", "password": PASSWORD, **changes}


def test_registering_gives_an_account_and_a_token_that_works(client: TestClient) -> None:
    response = client.post("/api/v1/auth/register", json=_new())

    assert response.status_code == 201
    body = response.json()
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 900
    assert body["user"]["email"] == "ada@example.com"
    me = client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert me.status_code == 200
    assert me.json() == body["user"]


def test_an_email_is_taken_whatever_its_case(client: TestClient, ada: Person) -> None:
    response = client.post("/api/v1/auth/register", json=_new(email="ADA@Example.COM"))

    assert_problem(response, 409, "email_taken")


def test_one_of_two_wins_when_they_register_one_email_at_once(client: TestClient) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: client.post("/api/v1/auth/register", json=_new()), range(4))
        )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "email_taken")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ada"),
        ("email", "ada@" + "x" * 300 + ".com"),
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 101),
        ("name", "Ada\x00"),
        ("with_refresh_token", "true"),
    ],
)
def test_a_bad_field_is_named_when_registering(client: TestClient, field: str, value: str) -> None:
    response = client.post("/api/v1/auth/register", json=_new(**{field: value}))

    problem = assert_problem(response, 422, "invalid_request")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert PASSWORD not in response.text


def test_a_weak_password_is_refused_and_not_repeated(client: TestClient) -> None:
    response = client.post("/api/v1/auth/register", json=_new(password="password123"))

    problem = assert_problem(response, 422, "weak_password")
    assert problem["errors"][0]["field"] == "password"
    assert "password123" not in response.text


@pytest.mark.parametrize("password", [["a list"], None, {"a": "b"}])
def test_a_password_of_the_wrong_type_is_not_repeated(client: TestClient, password: object) -> None:
    response = client.post("/api/v1/auth/register", json={**_new(), "password": password})

    problem = assert_problem(response, 422, "invalid_request")
    assert problem["errors"] == [{"field": "password", "message": problem["errors"][0]["message"]}]
    assert "a list" not in response.text


def test_malformed_json_is_a_problem(client: TestClient) -> None:
    response = client.post(
        "/api/v1/auth/login", content="{", headers={"Content-Type": "application/json"}
    )

    problem = assert_problem(response, 422, "invalid_request")
    assert problem["errors"][0]["field"] == "body"


def test_lone_surrogates_are_refused_and_not_a_crash(client: TestClient) -> None:
    body = b'{"email": "ada@example.com", "name": "\\ud800", "password": "a lamp by the window"}'
    response = client.post(
        "/api/v1/auth/register", content=body, headers={"Content-Type": "application/json"}
    )

    assert_problem(response, 422, "invalid_request")


IMPOSSIBLE = {
    "long": "x" * 5000,
    "lengthened-by-composing": "\ufdfa" * 256,
    "half-a-character": "a lamp by \ud800",
}


@pytest.mark.parametrize("password", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_password_that_nobody_can_have_is_wrong_and_not_a_crash(
    client: TestClient, ada: Person, password: str
) -> None:
    known = json.dumps({"email": "ada@example.com", "password": password})
    sent_as_json = {"Content-Type": "application/json"}
    login = client.post("/api/v1/auth/login", content=known, headers=sent_as_json)
    new = json.dumps(_new(email="bob@example.com", password=password))
    registered = client.post("/api/v1/auth/register", content=new, headers=sent_as_json)

    assert_problem(login, 401, "wrong_credentials")
    problem = assert_problem(registered, 422, "weak_password")
    assert problem["errors"][0]["field"] == "password"


@pytest.mark.parametrize("password", [*IMPOSSIBLE.values()][:2], ids=[*IMPOSSIBLE][:2])
def test_the_password_form_refuses_what_nobody_can_have(
    client: TestClient, ada: Person, password: str
) -> None:
    form = {"username": "ada@example.com", "password": password}

    assert_problem(client.post("/api/v1/auth/token", data=form), 401, "wrong_credentials")


@pytest.mark.parametrize("field", ["username", "password"])
def test_half_a_character_in_the_password_form_is_not_a_crash(
    client: TestClient, ada: Person, field: str
) -> None:
    form = {"username": "ada@example.com", "password": PASSWORD, field: "+2AA-"}  # UTF-7's U+D800
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b; charset=utf-7"}

    response = client.post("/api/v1/auth/token", content=f"{parts}--b--\r\n", headers=headers)

    assert_problem(response, 401, "wrong_credentials")


def test_a_json_body_without_end_is_refused(client: TestClient) -> None:
    response = client.post("/api/v1/auth/login", json={"email": "a", "password": "x" * 100_000})

    assert_problem(response, 413, "too_large")


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@example.com", " ada@example.com "])
def test_login_finds_the_account_whatever_the_case(
    client: TestClient, ada: Person, email: str
) -> None:
    response = client.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD})

    assert response.status_code == 200
    assert response.json()["user"] == ada.user


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(
    client: TestClient, ada: Person
) -> None:
    wrong = client.post(
        "/api/v1/auth/login", json={"email": "ada@example.com", "password": "not the password"}
    )
    unknown = client.post(
        "/api/v1/auth/login", json={"email": "bob@example.com", "password": "not the password"}
    )

    assert_problem(wrong, 401, "wrong_credentials")
    assert unknown.status_code == wrong.status_code
    assert unknown.json() == wrong.json()
    assert unknown.headers.keys() == wrong.headers.keys()


NO_ADDRESSES = ["", "ada", "a\0@example.com", "\ufffd", "x" * 5000, "ada@", "\ud800@example.com"]


@pytest.mark.parametrize("email", NO_ADDRESSES)
def test_whatever_is_no_address_is_nobody(client: TestClient, email: str) -> None:
    response = client.post(
        "/api/v1/auth/login",
        content=json.dumps({"email": email, "password": PASSWORD}),
        headers={"Content-Type": "application/json"},
    )

    assert_problem(response, 401, "wrong_credentials")


@pytest.mark.parametrize(
    ("registered", "typed"),
    [
        ("ada@b\u00fccher.example.com", "ada@xn--bcher-kva.example.com"),
        ("j\u00fcrgen@example.com", "ju\u0308rgen@example.com"),
        ("stra\u00dfe@example.com", "STRASSE@example.com"),
    ],
)
def test_one_address_in_two_spellings_is_one_account(
    client: TestClient, registered: str, typed: str
) -> None:
    assert client.post("/api/v1/auth/register", json=_new(email=registered)).status_code == 201

    response = client.post("/api/v1/auth/login", json={"email": typed, "password": PASSWORD})

    assert response.status_code == 200
    again = client.post("/api/v1/auth/register", json=_new(email=typed))
    assert_problem(again, 409, "email_taken")


def test_the_password_form_gives_a_token_for_swagger(client: TestClient, ada: Person) -> None:
    form = {"grant_type": "password", "username": "ada@example.com", "password": PASSWORD}
    response = client.post("/api/v1/auth/token", data=form)

    assert response.status_code == 200
    assert response.json().keys() == {"access_token", "token_type", "expires_in"}
    headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
    assert client.get("/api/v1/users/me", headers=headers).json() == ada.user


def test_the_password_form_refuses_a_wrong_password(client: TestClient, ada: Person) -> None:
    form = {"username": "ada@example.com", "password": "not the password"}

    assert_problem(client.post("/api/v1/auth/token", data=form), 401, "wrong_credentials")
    assert_problem(client.post("/api/v1/auth/token", data={}), 422, "invalid_request")


def test_logging_in_renews_a_hash_with_old_parameters(
    client: TestClient, settings: Settings, register: Register
) -> None:
    register("ada")
    old = _hash_of(settings, "ada@example.com")
    stronger = settings.model_copy(update={"argon2_memory_kib": 16})

    with TestClient(create_app(stronger, FakeReader)) as later:
        known = {"email": "ada@example.com", "password": PASSWORD}
        assert later.post("/api/v1/auth/login", json=known).status_code == 200
        renewed = _hash_of(settings, "ada@example.com")
        assert later.post("/api/v1/auth/login", json=known).status_code == 200

    assert "m=8," in old
    assert "m=16," in renewed
    assert _hash_of(settings, "ada@example.com") == renewed


def _hash_of(settings: Settings, email: str) -> str:
    database = Database(settings.sqlalchemy_url())
    with database.reads() as session:
        found = session.scalars(
            sa.select(models.User.password_hash).where(models.User.email == email)
        ).one()
    database.close()
    assert found
    return found
