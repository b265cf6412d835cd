"""Taking all away that is kept of an account."""

import csv
import io
import json
import os
import tracemalloc
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import sqlalchemy as sa

from legible.app import models
from legible.app.accounts.data import data_chunks
from legible.app.db import Database
from legible.app.settings import Settings
from legible.app.storage import FileStorage
from tests.app.mailed import actions_of, change_user, make_key
from tests.app.people import PASSWORD, Person, Register, picture
from tests.app.rows import add_readings


def _download(person: Person) -> ZipFile:
    response = person.get("/users/me/data")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/zip"
    assert response.headers["cache-control"] == "private, no-store"
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    archive = ZipFile(io.BytesIO(response.content))
    assert archive.testzip() is None
    return archive


def _lines(archive: ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


def _texts(archive: ZipFile) -> str:
    """All but the pictures, and the names of these."""
    names = archive.namelist()
    texts = (archive.read(name) for name in names if not name.startswith("pictures/"))
    return b"".join(texts).decode() + "".join(names)


def _table(archive: ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_everything_that_is_kept_is_in_the_zip(ada: Person, database: Database) -> None:
    reading = ada.read(picture(9))
    ada.post(f"/readings/{reading['id']}/feedback", json={"kind": "corrected", "text": "1"})
    make_key(ada)

    archive = _download(ada)

    account = json.loads(archive.read("account.json"))
    assert account.items() > {**ada.user, "role": "user", "email_verified_at": None}.items()
    (kept,) = _lines(archive, "readings.jsonl")
    shown = ada.get(f"/readings/{reading['id']}").json()
    name = kept.pop("picture")
    assert kept == shown
    assert name.endswith(".png")
    assert archive.read(name) == ada.get(f"/readings/{reading['id']}/picture").content
    assert [line["text"] for line in _lines(archive, "feedback.jsonl")] == ["1"]
    assert [line["name"] for line in _lines(archive, "keys.jsonl")] == ["Scanner"]
    assert len(_lines(archive, "sessions.jsonl")) == 1
    assert [row["pages"] for row in _table(archive, "usage.csv")] == ["1"]
    assert [row["pages"] for row in _table(archive, "usage_months.csv")] == ["1"]
    actions = [line["action"] for line in _lines(archive, "audit.jsonl")]
    assert actions == ["registered", "key_created", "data_downloaded"]
    assert actions_of(database, ada) == actions


def test_what_a_network_on_trial_read_is_in_the_zip_of_its_owner_alone(
    ada: Person, register: Register, database: Database
) -> None:
    mine, theirs = (person.read(picture(9)) for person in (ada, register("bob")))
    trials = [models.Challenger(name=name, version="1.2.3", share=1) for name in ("digit", "line")]
    with database.writes() as session:
        session.add_all(trials)
        session.flush()
        for reading, text in ((mine, "904"), (theirs, "905")):
            for trial in trials:
                seen = models.ShadowReading(
                    reading_id=UUID(reading["id"]),
                    challenger_id=trial.id,
                    text=f"{text}{trial.name}",
                    status="read",
                    confidence=0.5,
                    challenger_ms=2,
                    served_ms=1,
                )
                session.add(seen)

    lines = _lines(_download(ada), "shadow_readings.jsonl")

    assert {line["text"] for line in lines} == {"904digit", "904line"}
    assert {line["reading_id"] for line in lines} == {mine["id"]}
    assert {(line["network"], line["version"]) for line in lines} == {
        ("digit", "1.2.3"),
        ("line", "1.2.3"),
    }


def test_an_account_that_was_never_used_can_be_taken_away(ada: Person) -> None:
    archive = _download(ada)

    assert archive.read("readings.jsonl") == b""
    assert not [name for name in archive.namelist() if name.startswith("pictures/")]


def test_no_secret_is_in_the_zip(ada: Person, database: Database) -> None:
    key = make_key(ada)
    archive = _download(ada)
    with database.reads() as session:
        user = session.scalars(sa.select(models.User)).one()
        key_hash = session.scalars(sa.select(models.ApiKey.key_hash)).one()

    everything = _texts(archive)

    for secret in (user.password_hash, key_hash, key, ada.token, PASSWORD, "hash", 'sha256": '):
        assert secret
        assert secret not in everything


def test_nothing_of_anybody_else_is_in_the_zip(
    ada: Person, register: Register, database: Database
) -> None:
    bob = register("bob")
    theirs = bob.read(picture(7))
    bob.post(f"/readings/{theirs['id']}/feedback", json={"kind": "confirmed"})
    mine = ada.read(picture(9))
    # An admin's act, from the admin's own address.
    with database.writes() as session:
        for actor in (bob, ada):
            session.add(
                models.AuditEvent(
                    action="user_unfrozen",
                    actor_id=UUID(actor.user["id"]),
                    user_id=UUID(ada.user["id"]),
                    address="192.0.2.7" if actor is bob else "192.0.2.8",
                    details={},
                )
            )

    archive = _download(ada)

    assert [line["id"] for line in _lines(archive, "readings.jsonl")] == [mine["id"]]
    assert len([name for name in archive.namelist() if name.startswith("pictures/")]) == 1
    everything = _texts(archive)
    for word in ("bob", bob.user["id"], theirs["id"], "192.0.2.7"):
        assert word not in everything
    assert "192.0.2.8" in everything


def test_a_picture_of_several_readings_is_there_once_and_a_lost_one_is_left_out(
    ada: Person, settings: Settings
) -> None:
    for _ in range(2):
        ada.read(picture(9))
    add_readings(settings, ada.user["id"], [{"sha256": "f" * 64}])

    archive = _download(ada)

    readings = _lines(archive, "readings.jsonl")
    pictures = [name for name in archive.namelist() if name.startswith("pictures/")]
    assert [line["picture"] in pictures for line in readings] == [True, True, False]
    assert len(pictures) == 1


def test_all_readings_are_there_however_many(ada: Person, settings: Settings) -> None:
    ids = add_readings(settings, ada.user["id"], [{"text": str(n)} for n in range(123)])

    archive = _download(ada)

    assert [line["id"] for line in _lines(archive, "readings.jsonl")] == ids


def test_little_is_in_memory_however_much_there_is(
    ada: Person, settings: Settings, database: Database
) -> None:
    storage = FileStorage(settings.pictures_dir)
    changes = [{"sha256": f"{number:064x}", "text": "7" * 1000} for number in range(1, 9)]
    add_readings(settings, ada.user["id"], changes)
    big = os.urandom(4_000_000)
    for change in changes:
        name = str(change["sha256"])
        storage.put(f"{ada.user['id']}/{name[:2]}/{name}", big)
    with database.reads() as session:
        user = session.scalars(sa.select(models.User)).one()

    tracemalloc.start()
    size_bytes = sum(len(piece) for piece in data_chunks(database, storage, user))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size_bytes > 8 * len(big)
    assert peak_bytes < len(big)


def test_a_frozen_account_takes_nothing_away(ada: Person, database: Database) -> None:
    change_user(database, ada, frozen_at=models.now())

    assert ada.get("/users/me/data").status_code == 403
