"""Where the refresh token goes, and who may use the cookie."""

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.devices import KNOWN, PROOF, current_device, refreshed, who
from tests.app.people import PASSWORD, FakeReader, Person, assert_problem


def test_a_browser_gets_a_cookie_that_no_script_reads(client: TestClient, ada: Person) -> None:
    response = client.post("/api/v1/auth/login", json=KNOWN)

    assert "refresh_token" not in response.json()
    name, *attributes = response.headers["set-cookie"].split("; ")
    assert name.startswith("legible-refresh=")
    assert {one.lower() for one in attributes} > {
        "httponly",
        "samesite=strict",
        "path=/api/v1/auth",
    }
    assert "Secure" not in attributes  # development is on plain HTTP


def test_in_production_the_cookie_is_secure_and_says_so_by_its_name(
    sqlite_settings: Settings,
) -> None:
    changes = {"env": "production", "argon2_memory_kib": 19 * 1024, "argon2_passes": 2}
    settings = sqlite_settings.model_copy(update=changes)
    new = {**KNOWN, "name": "Ada"}

    with TestClient(create_app(settings, FakeReader), base_url="https://testserver") as client:
        response = client.post("/api/v1/auth/register", json=new)
        refreshed = client.post("/api/v1/auth/refresh", headers=PROOF)

    name, *attributes = response.headers["set-cookie"].split("; ")
    assert name.startswith("__Secure-legible-refresh=")
    assert "Secure" in attributes
    assert refreshed.status_code == 200


def test_the_cookie_rotates_with_each_refresh(client: TestClient, ada: Person) -> None:
    before = client.cookies["legible-refresh"]

    response = client.post("/api/v1/auth/refresh", headers=PROOF)

    assert response.status_code == 200
    assert "refresh_token" not in response.json()
    assert client.cookies["legible-refresh"] != before
    assert who(client, response.json()["access_token"]).json() == ada.user


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
def test_the_cookie_alone_does_nothing(client: TestClient, ada: Person, path: str) -> None:
    before = client.cookies["legible-refresh"]

    assert_problem(client.post(f"/api/v1{path}"), 403, "cross_site")

    assert client.cookies["legible-refresh"] == before
    assert client.post("/api/v1/auth/refresh", headers=PROOF).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout", "/auth/login", "/auth/register"])
def test_another_site_is_refused_where_the_browser_names_it(
    client: TestClient, ada: Person, path: str, site: str
) -> None:
    body = {**KNOWN, "name": "Ada"} if path in {"/auth/login", "/auth/register"} else {}

    response = client.post(f"/api/v1{path}", json=body, headers={**PROOF, "Sec-Fetch-Site": site})

    assert_problem(response, 403, "cross_site")
    assert "set-cookie" not in response.headers


def test_our_own_page_is_not_another_site(client: TestClient, ada: Person) -> None:
    headers = {**PROOF, "Sec-Fetch-Site": "same-origin"}

    assert client.post("/api/v1/auth/refresh", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/users/me", "/sessions", "/readings"])
def test_no_other_call_takes_the_cookie(client: TestClient, ada: Person, path: str) -> None:
    cookie = {"Cookie": f"legible-refresh={client.cookies['legible-refresh']}"}

    response = client.get(f"/api/v1{path}", headers={**PROOF, **cookie})

    assert_problem(response, 401, "not_authenticated")


FORM = {"username": "ada@example.com", "password": PASSWORD}


def test_a_form_gets_a_refresh_token_when_it_asks_as_oauth2_clients_do(
    client: TestClient, ada: Person
) -> None:
    form = {**FORM, "scope": "offline_access"}

    response = client.post("/api/v1/auth/token", data=form)

    assert "set-cookie" not in response.headers
    assert refreshed(client, response.json()["refresh_token"])["user"] == ada.user


def test_a_session_that_cannot_be_refreshed_ends_with_its_access_token(
    client: TestClient, ada: Person
) -> None:
    body = client.post("/api/v1/auth/token", data=FORM).json()

    shown = current_device(client, body["access_token"])

    assert "refresh_token" not in body
    assert body["expires_in"] == 900
    assert datetime.fromisoformat(shown["expires_at"]) <= datetime.fromisoformat(
        shown["created_at"]
    ) + timedelta(minutes=16)
