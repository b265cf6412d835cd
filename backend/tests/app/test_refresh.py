"""Refresh tokens: one use each, and what happens to a stolen one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.settings import Settings
from tests.app.devices import age_rotations, current_device, log_in, refresh, refreshed, who
from tests.app.people import Person, assert_problem


def test_a_refresh_token_gives_a_new_access_token_and_its_own_successor(
    client: TestClient, ada: Person
) -> None:
    first = log_in(client)

    response = refresh(client, first["refresh_token"])

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers
    second = response.json()
    assert second["user"] == ada.user
    assert second["expires_in"] == 900
    assert second["refresh_token"] != first["refresh_token"]
    assert who(client, second["access_token"]).status_code == 200
    assert who(client, first["access_token"]).status_code == 200  # the same session
    third = refreshed(client, second["refresh_token"])
    assert third["refresh_token"] not in {first["refresh_token"], second["refresh_token"]}


def test_only_hashes_of_tokens_are_kept(
    client: TestClient, ada: Person, database: Database
) -> None:
    first = log_in(client)["refresh_token"]
    second = refreshed(client, first)["refresh_token"]

    with database.reads() as session:
        kept = repr(session.execute(sa.text("SELECT * FROM refresh_tokens")).all())

    for token in (first, second):
        assert len(token) == 43  # 256 bits in base64url
        assert token not in kept


def test_a_used_token_answers_the_same_successor_within_the_grace(
    client: TestClient, ada: Person
) -> None:
    first = log_in(client)["refresh_token"]

    one_tab, other_tab = (refreshed(client, first) for _ in range(2))

    assert other_tab["refresh_token"] == one_tab["refresh_token"]
    assert who(client, other_tab["access_token"]).status_code == 200


def test_a_late_tab_gets_the_token_that_is_good_now(client: TestClient, ada: Person) -> None:
    first = log_in(client)["refresh_token"]
    third = refreshed(client, refreshed(client, first)["refresh_token"])["refresh_token"]

    assert refreshed(client, first)["refresh_token"] == third


def test_a_used_token_ends_the_session_after_the_grace(
    client: TestClient, ada: Person, database: Database
) -> None:
    first = log_in(client)
    second = refreshed(client, first["refresh_token"])
    age_rotations(database, timedelta(seconds=11))

    assert_problem(refresh(client, first["refresh_token"]), 401, "session_ended")

    assert_problem(refresh(client, second["refresh_token"]), 401, "session_ended")
    assert_problem(who(client, second["access_token"]), 401, "not_authenticated")
    assert who(client, ada.token).status_code == 200  # her other session goes on


def test_the_oldest_token_of_a_chain_ends_the_session_too(
    client: TestClient, ada: Person, database: Database
) -> None:
    tokens = [log_in(client)["refresh_token"]]
    for _ in range(3):
        age_rotations(database, timedelta(minutes=15))
        tokens.append(refreshed(client, tokens[-1])["refresh_token"])

    assert_problem(refresh(client, tokens[0]), 401, "session_ended")
    assert_problem(refresh(client, tokens[-1]), 401, "session_ended")


def test_the_way_from_an_old_token_to_the_next_is_taken_away_after_the_grace(
    client: TestClient, ada: Person, database: Database
) -> None:
    token = log_in(client)["refresh_token"]
    for _ in range(3):
        age_rotations(database, timedelta(minutes=15))
        token = refreshed(client, token)["refresh_token"]

    with database.reads() as session:
        sealed = session.scalars(
            sa.select(models.RefreshToken.sealed_successor).where(
                models.RefreshToken.sealed_successor.is_not(None)
            )
        ).all()
    assert len(sealed) == 1  # of the token that was used just now


@pytest.mark.parametrize("at_once", [2, 8])
def test_refreshes_at_once_end_in_one_good_token(
    client: TestClient, ada: Person, database: Database, at_once: int
) -> None:
    first = log_in(client)["refresh_token"]

    with ThreadPoolExecutor(at_once) as pool:
        answers = list(pool.map(lambda _: refreshed(client, first), range(at_once)))

    assert len({answer["refresh_token"] for answer in answers}) == 1
    for answer in answers:
        assert who(client, answer["access_token"]).status_code == 200
    with database.reads() as session:
        good = session.scalars(
            sa.select(models.RefreshToken)
            .join(models.UserSession)
            .where(models.RefreshToken.rotated_at.is_(None))
        ).all()
    assert len(good) == 2  # this session's, and the one of registering
    refreshed(client, answers[0]["refresh_token"])


def test_thieves_and_owner_at_once_all_lose_after_the_grace(
    client: TestClient, ada: Person, database: Database
) -> None:
    first = log_in(client)["refresh_token"]
    second = refreshed(client, first)["refresh_token"]
    age_rotations(database, timedelta(seconds=11))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: refresh(client, first), range(4)))

    for answer in [*answers, refresh(client, second)]:
        assert_problem(answer, 401, "session_ended")


@pytest.mark.parametrize("token", ["seven", "x" * 43, "\u00e9", "\0"])
def test_an_unknown_token_is_refused(client: TestClient, token: str) -> None:
    assert_problem(refresh(client, token), 401, "session_ended")


def test_an_endless_token_is_invalid_and_not_repeated(client: TestClient) -> None:
    response = refresh(client, "s3cret" * 100)

    assert_problem(response, 422, "invalid_request")
    assert "s3cret" not in response.text


def test_without_any_token_there_is_no_session(client: TestClient) -> None:
    assert_problem(client.post("/api/v1/auth/refresh"), 401, "session_ended")
    assert_problem(client.post("/api/v1/auth/refresh", json={}), 401, "session_ended")


def test_one_kind_of_token_is_not_taken_for_the_other(client: TestClient, ada: Person) -> None:
    body = log_in(client)

    assert_problem(who(client, body["refresh_token"]), 401, "not_authenticated")
    assert_problem(refresh(client, body["access_token"][:200]), 401, "session_ended")
    assert_problem(refresh(client, body["access_token"]), 422, "invalid_request")


def test_a_session_that_was_left_alone_for_too_long_has_ended(
    client: TestClient, ada: Person, database: Database
) -> None:
    body = log_in(client)
    with database.writes() as session:
        session.execute(sa.update(models.UserSession).values(expires_at=models.now()))

    assert_problem(refresh(client, body["refresh_token"]), 401, "session_ended")
    assert_problem(who(client, body["access_token"]), 401, "not_authenticated")


def test_use_prolongs_a_session_but_not_beyond_its_longest_life(
    client: TestClient, ada: Person, database: Database, settings: Settings
) -> None:
    body = log_in(client)
    session_id = current_device(client, body["access_token"])["id"]
    began = models.now() - timedelta(days=settings.session_max_days, seconds=-600)
    with database.writes() as session:
        session.execute(
            sa.update(models.UserSession)
            .where(models.UserSession.id == UUID(session_id))
            .values(created_at=began)
        )

    later = refreshed(client, body["refresh_token"])

    assert 500 < later["expires_in"] <= 600  # not the 900 of other access tokens
    shown = current_device(client, later["access_token"])
    assert shown["last_used_at"] > body["user"]["created_at"]


def test_a_frozen_account_refreshes_nothing_and_goes_on_afterwards(
    client: TestClient, ada: Person, database: Database
) -> None:
    token = log_in(client)["refresh_token"]
    freeze = sa.update(models.User).where(models.User.id == UUID(ada.user["id"]))
    with database.writes() as session:
        session.execute(freeze.values(frozen_at=models.now()))

    assert_problem(refresh(client, token), 403, "account_frozen")

    with database.writes() as session:
        session.execute(freeze.values(frozen_at=None))
    assert refresh(client, token).status_code == 200


def test_a_frozen_account_may_still_log_out(
    client: TestClient, ada: Person, database: Database
) -> None:
    opened = log_in(client)
    freeze = sa.update(models.User).where(models.User.id == UUID(ada.user["id"]))
    with database.writes() as session:
        session.execute(freeze.values(frozen_at=models.now()))
    client.cookies.clear()

    headers = {"Authorization": f"Bearer {opened['access_token']}"}
    assert client.post("/api/v1/auth/logout", headers=headers).status_code == 204

    with database.writes() as session:
        session.execute(freeze.values(frozen_at=None))
    assert_problem(refresh(client, opened["refresh_token"]), 401, "session_ended")


def test_how_sessions_end_is_recorded(client: TestClient, ada: Person, database: Database) -> None:
    stolen = log_in(client)["refresh_token"]
    refreshed(client, stolen)
    age_rotations(database, timedelta(minutes=1))

    assert_problem(refresh(client, stolen), 401, "session_ended")
    ada.client.post("/api/v1/auth/logout-everywhere", headers=ada.headers)

    with database.reads() as session:
        ended = sa.select(models.AuditEvent).where(
            models.AuditEvent.action == "sessions_ended",
            models.AuditEvent.user_id == UUID(ada.user["id"]),
        )
        by_thief, by_owner = session.scalars(ended.order_by(models.AuditEvent.id)).all()
    assert (by_thief.actor_id, by_thief.details) == (None, {"reason": "used twice"})
    assert by_owner.actor_id == UUID(ada.user["id"])
