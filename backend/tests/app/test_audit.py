from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import audit, models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.models import uuid7
from legible.app.settings import Settings
from tests.app.people import PASSWORD, FakeReader, Person, assert_problem


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.sqlalchemy_url())
    yield database
    database.close()


def _events_of(database: Database, user_id: str) -> Sequence[models.AuditEvent]:
    with database.reads() as session:
        query = sa.select(models.AuditEvent).where(models.AuditEvent.user_id == UUID(user_id))
        return session.scalars(query.order_by(models.AuditEvent.id)).all()


def test_registering_logging_in_and_deleting_are_recorded(ada: Person, database: Database) -> None:
    known = {"email": "ada@example.com", "password": PASSWORD}
    headers = {"X-Request-ID": "the-login"}
    ada.client.post("/api/v1/auth/login", json=known, headers=headers)
    ada.client.post("/api/v1/auth/token", data={"username": known["email"], "password": PASSWORD})
    ada.client.post("/api/v1/auth/login", json=known | {"password": "not the password"})
    reading_id = ada.read()["id"]
    ada.delete(f"/readings/{reading_id}")

    events = _events_of(database, ada.user["id"])

    actions = ["registered", "login", "login", "login_failed", "reading_deleted"]
    assert [event.action for event in events] == actions
    assert events[1].request_id == "the-login"
    assert {event.address for event in events} == {"testclient"}
    mine = UUID(ada.user["id"])
    assert [event.actor_id for event in events] == [mine, mine, mine, None, mine]
    assert events[4].object_id == UUID(reading_id)


def test_what_becomes_of_keys_is_recorded_and_no_key(ada: Person, database: Database) -> None:
    made = ada.post("/keys", json={"name": "Scanner", "scopes": ["read", "write"]}).json()
    path = f"/keys/{made['id']}"
    ada.client.patch(f"/api/v1{path}", headers=ada.headers, json={"name": "Office"})
    ada.delete(path)
    ada.delete(path)  # there is none any more, so nothing happened

    events = _events_of(database, ada.user["id"])[1:]

    mine, key = UUID(ada.user["id"]), UUID(made["id"])
    assert [(event.action, event.actor_id, event.object_id) for event in events] == [
        ("key_created", mine, key),
        ("key_changed", mine, key),
        ("key_revoked", mine, key),
    ]
    assert [event.details for event in events] == [{"scopes": "read write"}, {}, {}]


@pytest.mark.parametrize(
    ("peer", "kept"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")],
)
def test_the_address_is_the_one_that_limits_count(
    settings: Settings, reader: FakeReader, database: Database, peer: str, kept: str
) -> None:
    new = {"email": f"{uuid7().hex}@example.com", "name": "Ada", "password": PASSWORD}
    app = create_app(settings, lambda: reader)
    with TestClient(app, client=(peer, 50_000)) as client:
        user = client.post("/api/v1/auth/register", json=new).json()["user"]

    assert [event.address for event in _events_of(database, user["id"])] == [kept]


def test_a_failed_login_of_nobody_is_recorded_without_what_was_typed(
    client: TestClient, database: Database
) -> None:
    typed = {"email": "no-such-person@example.com", "password": "typed in the wrong field"}
    headers = {"X-Request-ID": uuid7().hex}

    response = client.post("/api/v1/auth/login", json=typed, headers=headers)

    assert_problem(response, 401, "wrong_credentials")
    with database.reads() as session:
        query = sa.select(models.AuditEvent)
        query = query.where(models.AuditEvent.request_id == headers["X-Request-ID"])
        event = session.scalars(query).one()
    assert (event.action, event.user_id, event.details) == ("login_failed", None, {})


def test_what_fails_is_not_recorded(ada: Person, database: Database) -> None:
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    ada.client.post("/api/v1/auth/register", json=new)
    ada.delete(f"/readings/{uuid7()}")

    assert [event.action for event in _events_of(database, ada.user["id"])] == ["registered"]


@pytest.mark.parametrize(
    "change",
    [
        sa.update(models.AuditEvent).values(action="login"),
        sa.delete(models.AuditEvent),
        sa.text("DELETE FROM audit_events WHERE action = 'registered'"),
    ],
    ids=["update", "delete", "delete-some"],
)
def test_the_database_refuses_to_change_what_happened(
    ada: Person, database: Database, change: sa.Executable
) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="never changed or deleted"):  # noqa: SIM117
        with database.writes() as session:
            session.execute(change)

    assert [event.action for event in _events_of(database, ada.user["id"])] == ["registered"]


def test_postgresql_refuses_to_empty_the_log(migrated_postgres_url: str) -> None:
    database = Database(Settings(database_url=migrated_postgres_url).sqlalchemy_url())
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), database.writes() as session:
        session.execute(sa.text("TRUNCATE audit_events"))
    database.close()


def test_events_stay_when_the_account_is_gone(ada: Person, database: Database) -> None:
    with database.writes() as session:
        session.execute(sa.delete(models.User).where(models.User.id == UUID(ada.user["id"])))

    assert [event.action for event in _events_of(database, ada.user["id"])] == ["registered"]


def test_a_detail_that_is_named_like_a_secret_is_refused(database: Database) -> None:
    with database.reads() as session, pytest.raises(ValueError, match="new_password"):
        audit.record(
            session,
            audit.Action.PASSWORD_CHANGED,
            actor_id=None,
            user_id=None,
            new_password="hidden",
        )
