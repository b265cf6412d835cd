"""Deleting an account, all of it."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.models import uuid7
from legible.app.settings import Settings
from legible.app.storage import FileStorage
from legible.reader.types import Reading, ReadOptions
from tests.app.mailed import another_session, change_user, log_in, make_key
from tests.app.people import PASSWORD, FakeReader, Person, Register, assert_problem, picture


def _delete(person: Person, password: str | None = PASSWORD) -> Response:
    return person.client.request(
        "DELETE", "/api/v1/users/me", headers=person.headers, json={"password": password}
    )


def _enter(client: TestClient, name: str) -> Person:
    new = {"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD}
    body = client.post("/api/v1/auth/register", json=new).json()
    return Person(client, body["user"], body["access_token"])


def _rows_of(database: Database, user_id: str) -> dict[str, int]:
    """How many rows refer to a user, by table; those without any are left out."""
    counts = {}
    with database.reads() as session:
        for table in models.Base.metadata.sorted_tables:
            of_user = table.c.id if table.name == "users" else table.c.get("user_id")
            if of_user is None:
                continue
            query = sa.select(sa.func.count()).select_from(table).where(of_user == UUID(user_id))
            counts[table.name] = session.scalar(query) or 0
    return {name: count for name, count in counts.items() if count}


def _files(settings: Settings) -> list[Path]:
    return [path for path in settings.pictures_dir.rglob("*") if path.is_file()]


def _use(person: Person) -> str:
    """Make a row of every kind; answer a key."""
    headers = {**person.headers, "Idempotency-Key": "once"}
    files = {"file": ("card.png", picture())}
    made = person.client.post("/api/v1/readings", headers=headers, files=files).json()
    person.post(f"/readings/{made['id']}/feedback", json={"kind": "confirmed"})
    return make_key(person)


def test_nothing_of_a_deleted_account_is_left_and_others_are_not_touched(
    settings: Settings, reader: FakeReader, database: Database
) -> None:
    with TestClient(create_app(settings, lambda: reader)) as client:
        ada, bob = _enter(client, "ada"), _enter(client, "bob")
        there, key = another_session(ada), _use(ada)
        _use(bob)
        before = _rows_of(database, bob.user["id"])
        assert set(_rows_of(database, ada.user["id"])) == {
            *("users", "sessions", "readings", "judgements", "usage", "usage_months"),
            *("idempotency_keys", "api_keys", "account_tokens", "audit_events"),
        }
        assert len(_files(settings)) == 2

        response = _delete(ada)

        assert response.status_code == 204
        assert "legible-refresh=" in response.headers["set-cookie"]
        for token in (ada.token, there.token, key):
            gone = Person(client, ada.user, token).get("/users/me")
            assert_problem(gone, 401, "not_authenticated")
        assert_problem(log_in(client), 401, "wrong_credentials")
    # The service has stopped, so that what comes after the answer is done.
    assert set(_rows_of(database, ada.user["id"])) == {"audit_events"}
    assert _rows_of(database, bob.user["id"]) == before
    assert [bob.user["id"] in str(path) for path in _files(settings)] == [True]
    assert not (settings.pictures_dir / ada.user["id"]).exists()
    mails = [file.read_text() for file in (settings.var_dir / "mail").iterdir()]
    assert sum("Your account was deleted" in mail for mail in mails) == 1


def test_the_audit_log_keeps_what_is_not_billed_yet_and_no_names(
    ada: Person, database: Database
) -> None:
    ada.read()
    ada.read(picture(9))
    month = models.now().date().replace(day=1)
    with database.writes() as session:
        this = session.scalars(sa.select(models.UsageMonth)).one()
        before = (month - timedelta(days=1)).replace(day=1)
        columns = {
            column.name: getattr(this, column.name) for column in models.UsageMonth.__table__.c
        }
        session.add(models.UsageMonth(**{**columns, "month": before, "pages": 40}))
    change_user(database, ada, plan="team")

    _delete(ada)

    with database.reads() as session:
        events = session.scalars(
            sa.select(models.AuditEvent).where(models.AuditEvent.user_id == UUID(ada.user["id"]))
        ).all()
    last = next(event for event in events if event.action == "account_deleted")
    assert last.details == {
        "month": f"{month:%Y-%m}",
        "plan": "team",
        "pages_of_month": 2,
        "pages_of_month_before": 40,
    }
    for event in events:
        assert "ada" not in str(event.details).lower()


def test_the_address_can_be_registered_again_and_finds_nothing(
    ada: Person, register: Register
) -> None:
    ada.read()
    _delete(ada)

    again = register("ada")

    assert again.user["id"] != ada.user["id"]
    assert again.get("/readings").json()["items"] == []


def test_a_wrong_password_deletes_nothing(ada: Person) -> None:
    ada.read()

    assert_problem(_delete(ada, "not the password"), 403, "wrong_password")
    assert_problem(_delete(ada, None), 403, "wrong_password")
    assert_problem(ada.delete("/users/me"), 403, "wrong_password")

    assert len(ada.get("/readings").json()["items"]) == 1


def test_an_account_without_a_password_is_deleted_right_after_a_log_in(
    ada: Person, database: Database
) -> None:
    change_user(database, ada, password_hash=None)
    with database.writes() as session:
        session.execute(
            sa.update(models.UserSession).values(created_at=models.now() - timedelta(minutes=6))
        )
    assert_problem(_delete(ada, None), 403, "login_too_old")
    with database.writes() as session:
        session.execute(
            sa.update(models.UserSession).values(created_at=models.now() - timedelta(minutes=4))
        )

    assert _delete(ada, None).status_code == 204


def test_a_frozen_account_cannot_be_deleted_by_its_owner(ada: Person, database: Database) -> None:
    change_user(database, ada, frozen_at=models.now())

    assert_problem(_delete(ada), 403, "account_frozen")


def test_the_last_admin_cannot_go_and_the_one_before_can(
    ada: Person, register: Register, database: Database
) -> None:
    bob = register("bob")
    for admin in (ada, bob):
        change_user(database, admin, role="admin")

    assert _delete(bob).status_code == 204
    problem = assert_problem(_delete(ada), 409, "last_admin")

    assert "legible admin grant" in problem["detail"]
    assert ada.get("/users/me").status_code == 200


def test_of_the_last_two_admins_only_one_can_go(
    ada: Person, register: Register, database: Database
) -> None:
    admins = [ada, register("bob")]
    for admin in admins:
        change_user(database, admin, role="admin")

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(_delete, admins))

    assert sorted(answer.status_code for answer in answers) == [204, 409]


def test_of_two_who_delete_one_account_one_does(ada: Person) -> None:
    there = another_session(ada)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(_delete, [ada, there]))

    assert sorted(answer.status_code for answer in answers) in ([204, 401], [204, 403])


def test_pictures_of_a_process_that_died_are_removed_at_the_next_start(
    settings: Settings, reader: FakeReader, database: Database
) -> None:
    deleted, storage = uuid7(), FileStorage(settings.pictures_dir)
    for name in ("ab", "cd"):
        storage.put(f"{deleted}/{name}/{name * 32}", b"a picture")
    with database.writes() as session:  # as the deletion has committed it
        session.add(models.PictureRemoval(user_id=deleted))

    with TestClient(create_app(settings, lambda: reader)) as client:
        ada = _enter(client, "ada")
        ada.read()

    assert len(_files(settings)) == 1
    assert not (settings.pictures_dir / str(deleted)).exists()
    with database.reads() as session:
        assert session.scalars(sa.select(models.PictureRemoval)).all() == []


def test_pictures_that_cannot_be_removed_hold_up_no_others_and_stay_noted(
    settings: Settings, reader: FakeReader, database: Database, log: io.StringIO
) -> None:
    stuck, deleted = uuid7(), uuid7()
    settings.pictures_dir.mkdir(parents=True)
    (settings.pictures_dir / str(stuck)).write_text("a file where a folder should be")
    FileStorage(settings.pictures_dir).put(f"{deleted}/ab/{'ab' * 32}", b"a picture")
    with database.writes() as session:
        session.add_all(models.PictureRemoval(user_id=user_id) for user_id in (stuck, deleted))

    with TestClient(create_app(settings, lambda: reader)):
        pass

    with database.writes() as session:
        left = session.scalars(sa.select(models.PictureRemoval)).all()
        assert [row.user_id for row in left] == [stuck]
        session.delete(left[0])
    assert not (settings.pictures_dir / str(deleted)).exists()
    assert f"pictures of the deleted account {stuck} could not be removed" in log.getvalue()


@dataclass
class _ReaderInWhoseTime(FakeReader):
    """Somebody deletes their account while it reads."""

    owners: list[Person] = field(default_factory=list)

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        while self.owners:
            assert _delete(self.owners.pop()).status_code == 204
        return super().read(data, options)


def test_a_picture_that_is_read_meanwhile_is_not_kept(
    settings: Settings, database: Database, log: io.StringIO
) -> None:
    reader = _ReaderInWhoseTime()
    with TestClient(create_app(settings, lambda: reader)) as client:
        ada = _enter(client, "ada")
        reader.owners.append(ada)

        assert_problem(ada.send(picture()), 401, "not_authenticated")

    assert _files(settings) == []
    assert set(_rows_of(database, ada.user["id"])) == {"audit_events"}
    assert "request failed" not in log.getvalue()
