"""`legible storage`: database and store brought in step, and pictures moved to another store."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

import legible
from legible.app import models
from legible.app.db import Database
from legible.app.models import picture_key, uuid7
from legible.app.settings import Settings
from legible.app.storage import FileStorage, Storage, StorageUnavailable, open_storage, storage_at
from legible.app.storage.check import Check, Found
from legible.app.storage.copying import Copied, copy_pictures
from legible.cli import main
from tests.app.s3_server import BUCKET, S3Server


@dataclass
class Place:
    """A database and a store, as the settings of a service name them."""

    settings: Settings
    db: Database
    storage: Storage

    def user(self) -> UUID:
        row = models.User(id=uuid7(), email=f"{uuid7()}@example.com", name="Somebody")
        with self.db.writes() as session:
            session.add(row)
        return row.id

    def reading(self, user: UUID, data: bytes, *, stored: bool = True) -> models.Reading:
        row = models.Reading(
            id=uuid7(),
            user_id=user,
            file_name="card.png",
            media_type="image/png",
            sha256=hashlib.sha256(data).hexdigest(),
            size_bytes=len(data),
            text="7",
            status="read",
            confidence=0.9,
            issues=[],
            models={},
            alternatives=[],
            pages=[],
            timing_ms={},
            symbols="digits",
        )
        with self.db.writes() as session:
            session.add(row)
        if stored:
            self.storage.put(row.storage_key, data)
        return row

    def orphan(self, user: UUID, data: bytes) -> str:
        key = picture_key(user, hashlib.sha256(data).hexdigest())
        self.storage.put(key, data)
        return key

    def list_keys(self) -> list[str]:
        return [entry.key for entry in self.storage.entries()]

    def check(self, *, grace: timedelta = timedelta(), repair: bool = False) -> Found:
        return Check(self.db, self.storage, grace=grace, repair=repair).run()

    def lost(self) -> set[UUID]:
        marked = models.Reading.picture_lost_at.is_not(None)
        with self.db.reads() as session:
            return set(session.scalars(sa.select(models.Reading.id).where(marked)))

    def environment(self) -> dict[str, str]:
        return {
            "PYTHONPATH": os.pathsep.join(
                [str(Path(legible.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
            ),
            "LEGIBLE_SECRET": self.settings.secret,
            "LEGIBLE_VAR_DIR": str(self.settings.var_dir),
            "LEGIBLE_DATABASE_URL": self.settings.database_url,
            "LEGIBLE_STORAGE_URL": self.settings.storage_url,
            "LEGIBLE_ARGON2_MEMORY_KIB": "8",
            "LEGIBLE_ARGON2_PASSES": "1",
            **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
        }


@pytest.fixture
def place(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Place]:
    """SQLite with files, and PostgreSQL with a bucket (of the stand-in for S3)."""
    if settings.database_url:
        request.getfixturevalue("s3_server")
        settings = settings.model_copy(update={"storage_url": f"s3://{BUCKET}/of/legible"})
    db, storage = Database(settings.sqlalchemy_url()), open_storage(settings)
    yield Place(settings, db, storage)
    db.close()
    storage.close()


def test_what_is_in_step_is_left_as_it_is(place: Place) -> None:
    ada, bob = place.user(), place.user()
    for user in (ada, bob):
        for number in range(4):
            place.reading(user, bytes([number]))
    place.reading(ada, b"\0")
    before = place.list_keys()

    found = place.check(repair=True)

    assert found.is_in_step
    assert (found.pictures, found.size_bytes) == (8, 8)
    assert place.list_keys() == before
    assert place.lost() == set()


def test_pictures_without_a_reading_go_once_they_are_old_enough(place: Place) -> None:
    ada = place.user()
    kept = place.reading(ada, b"kept")
    orphans = [place.orphan(ada, b"1"), place.orphan(uuid7(), b"22"), place.orphan(ada, b"333")]

    young = place.check(grace=timedelta(hours=1), repair=True)
    assert (young.young, young.orphans, young.is_in_step) == (3, 0, True)
    told = place.check()
    assert (told.orphans, told.orphan_bytes, told.removed) == (3, 6, 0)
    assert not told.is_in_step
    assert len(place.list_keys()) == 4
    repaired = place.check(repair=True)

    assert (repaired.orphans, repaired.removed, repaired.is_in_step) == (3, 3, True)
    assert place.list_keys() == [kept.storage_key]
    assert not any(place.storage.exists(key) for key in orphans)


def test_readings_whose_picture_is_lost_are_marked_until_it_is_back(place: Place) -> None:
    ada = place.user()
    place.reading(ada, b"kept")
    lost = [place.reading(ada, b"lost", stored=False) for _ in range(2)]

    told = place.check()
    assert (told.lost, set(told.lost_readings)) == (1, {row.id for row in lost})
    assert place.lost() == set()
    assert not place.check(repair=True).is_in_step  # somebody should hear of it, once

    assert place.lost() == {row.id for row in lost}
    again = place.check(repair=True)
    assert (again.lost, again.known_lost, again.is_in_step) == (0, 1, True)
    place.storage.put(lost[0].storage_key, b"lost")
    assert place.check(repair=True).back == 1
    assert place.lost() == set()


def test_what_is_no_picture_of_the_service_is_never_touched(place: Place) -> None:
    place.storage.put("notes/of/somebody", b"words")
    place.storage.put(f"{uuid7()}/ab/{'cd' * 32}", b"not under its first two digits")

    found = place.check(repair=True)

    assert (found.foreign, found.pictures, found.is_in_step) == (2, 0, True)
    assert len(place.list_keys()) == 2


def test_an_upload_during_the_walk_is_no_orphan(place: Place) -> None:
    """The database was asked before its reading came, and the store is listed after."""
    ada = place.user()
    place.reading(ada, b"\0")
    walk = Check(place.db, place.storage, grace=timedelta(), repair=True)
    shown = list(walk._shown())
    walk._shown = lambda: iter(shown)  # type: ignore[method-assign]
    place.reading(ada, b"came meanwhile")

    found = walk.run()

    assert (found.orphans, found.removed) == (0, 0)
    assert len(place.list_keys()) == 2


def test_a_deletion_during_the_walk_is_no_loss(place: Place) -> None:
    ada = place.user()
    row = place.reading(ada, b"goes meanwhile")
    walk = Check(place.db, place.storage, grace=timedelta(), repair=True)
    shown = list(walk._shown())
    walk._shown = lambda: iter(shown)  # type: ignore[method-assign]
    with place.db.writes() as session:
        session.execute(sa.delete(models.Reading).where(models.Reading.id == row.id))
    place.storage.delete(row.storage_key)

    assert walk.run().is_in_step


@pytest.mark.parametrize("at", ["put", "delete"])
def test_a_process_killed_halfway_leaves_what_the_check_repairs(
    place: Place, at: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "tests.app.crashing", at]
    environment = place.environment()
    died = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    with place.db.reads() as session:
        assert session.scalars(sa.select(models.Reading)).all() == []
    assert [died.stdout in key for key in place.list_keys()] == [True]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # What the store calls younger than nothing was changed before now, to the second.
    time.sleep(1.1)

    assert main(["storage", "check", "--grace", "0"]) == 1
    assert main(["storage", "check", "--grace", "0", "--repair"]) == 0

    assert place.list_keys() == []
    assert "database and store are in step" in capsys.readouterr().out
    with place.db.reads() as session:
        assert session.scalars(sa.select(models.PictureDeletion)).all() == []


def test_pictures_are_moved_and_a_copy_that_broke_off_goes_on(
    sqlite_settings: Settings,
    s3_server: S3Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = sqlite_settings.pictures_dir
    files, bucket = FileStorage(folder), storage_at(f"s3://{BUCKET}/moved")
    pictures = [bytes([number]) * 1000 for number in range(7)]
    keys = sorted(picture_key(uuid7(), hashlib.sha256(data).hexdigest()) for data in pictures)
    by_sha = {hashlib.sha256(data).hexdigest(): data for data in pictures}
    for key in keys:
        files.put(key, by_sha[key[-64:]])
    bucket.put(keys[0], by_sha[keys[0][-64:]])
    bucket.put(keys[1], b"half a pi")
    files.put(keys[2], b"damaged on the disk")
    files.put("notes/of/somebody", b"words")
    command = ["storage", "copy", f"file://{folder}", f"s3://{BUCKET}/moved", "--jobs", "2"]

    assert main(command) == 1
    told = capsys.readouterr().out
    assert "5 pictures copied, 5,000 bytes; 1 were there" in told
    assert f"1 are not what their name says, and were not copied:\n  {keys[2]}" in told
    assert "1 other objects" in told
    files.put(keys[2], by_sha[keys[2][-64:]])
    assert main(command) == 0

    assert "1 pictures copied, 1,000 bytes; 6 were there" in capsys.readouterr().out
    assert [entry.key for entry in bucket.entries()] == keys
    assert all(bucket.get(key) == by_sha[key[-64:]] for key in keys)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    assert main(command) == 2
    assert "does not answer" in capsys.readouterr().err
    bucket.close()


class _Forgetful(FileStorage):
    """Keeps half of what it is given."""

    def put(self, key: str, data: bytes) -> None:
        super().put(key, data[: len(data) // 2])


def test_what_the_target_does_not_keep_whole_is_told_and_not_left(tmp_path: Path) -> None:
    source, target = FileStorage(tmp_path / "from"), _Forgetful(tmp_path / "to")
    key = picture_key(uuid7(), hashlib.sha256(b"a picture").hexdigest())
    source.put(key, b"a picture")

    done = copy_pictures(source, target, jobs=1, tell=lambda _: None)

    assert done == Copied(damaged=[key])
    assert list(target.entries()) == []


def test_a_store_that_fails_ends_a_check_in_words(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)

    def fail(_: object) -> Iterator[None]:
        raise StorageUnavailable("list: SlowDown")

    monkeypatch.setattr(type(place.storage), "entries", fail)

    assert main(["storage", "check"]) == 1
    assert "The store failed (list: SlowDown)" in capsys.readouterr().err
