"""Logging out, and the list of devices."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.sessions.service import MAX_SESSIONS
from tests.app.devices import (
    PROOF,
    current_device,
    list_devices,
    log_in,
    refresh,
    refreshed,
    who,
)
from tests.app.people import Person, Register, assert_problem

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_logging_out_ends_the_session_of_the_access_token_at_once(
    client: TestClient, ada: Person
) -> None:
    body = log_in(client)
    client.cookies.clear()

    response = client.post(
        "/api/v1/auth/logout", headers={"Authorization": f"Bearer {body['access_token']}"}
    )

    assert response.status_code == 204
    assert_problem(who(client, body["access_token"]), 401, "not_authenticated")
    assert_problem(refresh(client, body["refresh_token"]), 401, "session_ended")
    assert who(client, ada.token).status_code == 200


def test_logging_out_by_the_cookie_takes_it_away(client: TestClient, ada: Person) -> None:
    cookie = client.cookies["legible-refresh"]

    response = client.post("/api/v1/auth/logout", headers=PROOF)

    assert response.status_code == 204
    assert "legible-refresh" not in client.cookies
    assert_problem(ada.get("/users/me"), 401, "not_authenticated")
    assert_problem(refresh(client, cookie), 401, "session_ended")


@pytest.mark.parametrize("which", [0, 1])
def test_logging_out_by_a_token_in_the_body_works_with_a_used_one_too(
    client: TestClient, ada: Person, which: int
) -> None:
    first = log_in(client)
    second = refreshed(client, first["refresh_token"])
    token = (first, second)[which]["refresh_token"]

    response = client.post("/api/v1/auth/logout", json={"refresh_token": token})

    assert response.status_code == 204
    assert_problem(who(client, second["access_token"]), 401, "not_authenticated")


def test_logging_out_twice_is_no_error(client: TestClient, ada: Person) -> None:
    for _ in range(2):
        headers = {**PROOF, **ada.headers}
        assert client.post("/api/v1/auth/logout", headers=headers).status_code == 204
    bad = {"Authorization": "Bearer seven"}
    assert client.post("/api/v1/auth/logout", headers=bad).status_code == 204


def test_logging_out_everywhere_ends_all_ones_sessions_and_nobody_elses(
    client: TestClient, ada: Person, register: Register
) -> None:
    bob = register("bob")
    other = log_in(client)

    response = client.post("/api/v1/auth/logout-everywhere", headers=ada.headers)

    assert response.status_code == 204
    for token in (ada.token, other["access_token"]):
        assert_problem(who(client, token), 401, "not_authenticated")
    assert_problem(refresh(client, other["refresh_token"]), 401, "session_ended")
    assert bob.get("/users/me").status_code == 200


def test_logging_out_everywhere_needs_an_access_token(client: TestClient, ada: Person) -> None:
    response = client.post("/api/v1/auth/logout-everywhere", headers=PROOF)

    assert_problem(response, 401, "not_authenticated")
    assert ada.get("/users/me").status_code == 200


def test_refreshing_while_all_are_logged_out_leaves_nobody_in(
    client: TestClient, ada: Person
) -> None:
    bodies = [log_in(client) for _ in range(6)]

    def end(_: int) -> int:
        return client.post("/api/v1/auth/logout-everywhere", headers=ada.headers).status_code

    with ThreadPoolExecutor(8) as pool:
        refreshes = [pool.submit(refresh, client, one["refresh_token"]) for one in bodies]
        ended = [pool.submit(end, n) for n in range(2)]

    assert 204 in {one.result() for one in ended}
    for answer in (one.result() for one in refreshes):
        assert answer.status_code in {200, 401}
        if answer.status_code == 200:
            then = who(client, answer.json()["access_token"])
            assert_problem(then, 401, "not_authenticated")


def test_the_list_tells_devices_in_words_and_which_is_this_one(
    client: TestClient, ada: Person
) -> None:
    body = log_in(client, **{"User-Agent": FIREFOX})

    shown = list_devices(client, body["access_token"])

    assert [one["current"] for one in shown] == [True, False]
    assert [one["device"] for one in shown] == ["Firefox on Linux", "testclient"]
    assert shown[0].keys() == {
        "id",
        "device",
        "address",
        "created_at",
        "last_used_at",
        "expires_at",
        "current",
    }
    assert shown[0]["address"] == "testclient"


def test_a_session_that_was_used_moves_up(client: TestClient, ada: Person) -> None:
    older, newer = (log_in(client) for _ in range(2))
    used = refreshed(client, older["refresh_token"])

    shown = list_devices(client, used["access_token"])

    assert shown[0]["current"]
    assert shown[0]["last_used_at"] > shown[0]["created_at"]
    assert current_device(client, newer["access_token"])["id"] == shown[1]["id"]


def test_a_device_can_be_logged_out_from_another(client: TestClient, ada: Person) -> None:
    lost = log_in(client)
    session_id = current_device(client, lost["access_token"])["id"]

    assert ada.delete(f"/sessions/{session_id}").status_code == 204

    assert_problem(who(client, lost["access_token"]), 401, "not_authenticated")
    assert_problem(refresh(client, lost["refresh_token"]), 401, "session_ended")
    assert_problem(ada.delete(f"/sessions/{session_id}"), 404, "not_found")


def test_somebody_elses_session_is_not_there(ada: Person, register: Register) -> None:
    bob = register("bob")
    session_id = bob.get("/sessions").json()["items"][0]["id"]

    assert_problem(ada.delete(f"/sessions/{session_id}"), 404, "not_found")

    assert bob.get("/users/me").status_code == 200
    assert len(ada.get("/sessions").json()["items"]) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.get("/api/v1/sessions"),
        lambda client: client.delete(f"/api/v1/sessions/{uuid4()}"),
    ],
)
def test_nobody_has_no_sessions(client: TestClient, call: Callable[[TestClient], Response]) -> None:
    assert_problem(call(client), 401, "not_authenticated")


def test_no_id_is_no_session(ada: Person) -> None:
    assert_problem(ada.delete("/sessions/seven"), 422, "invalid_request")


def test_logging_in_clears_away_what_has_ended(
    client: TestClient, ada: Person, database: Database
) -> None:
    with database.writes() as session:
        session.execute(sa.update(models.UserSession).values(expires_at=models.now()))

    body = log_in(client)

    assert len(list_devices(client, body["access_token"])) == 1
    with database.reads() as session:
        assert len(session.scalars(sa.select(models.UserSession.id)).all()) == 1
        assert len(session.scalars(sa.select(models.RefreshToken.sha256)).all()) == 1


def test_the_least_used_make_room_for_new_ones(
    client: TestClient, ada: Person, database: Database
) -> None:
    day = timedelta(days=1)
    with database.writes() as session:
        for age in range(1, MAX_SESSIONS + 3):
            session.add(
                models.UserSession(
                    user_id=UUID(ada.user["id"]),
                    last_used_at=models.now() - age * day,
                    expires_at=models.now() + day,
                    device=f"{age} days",
                )
            )

    shown = list_devices(client, log_in(client)["access_token"])

    assert len(shown) == MAX_SESSIONS
    assert shown[-1]["device"] == f"{MAX_SESSIONS - 2} days"


def test_many_who_log_in_to_one_account_at_once_all_get_in(client: TestClient, ada: Person) -> None:
    # No more at once than guesses are free: until one is known to be right, it may be a guess.
    with ThreadPoolExecutor(4) as pool:
        bodies = list(pool.map(lambda _: log_in(client), range(16)))

    assert len(list_devices(client, bodies[0]["access_token"])) == 17


def test_who_asks_is_found_by_one_query(ada: Person) -> None:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert ada.get("/users/me").status_code == 200
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)

    (query,) = [one for one in statements if one != "BEGIN"]
    assert query.startswith("SELECT users.id")
