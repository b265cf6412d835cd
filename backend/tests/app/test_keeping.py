"""What is answered is kept, whatever happens at the same time; what is refused leaves nothing."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from legible.app import models, sqlite
from legible.app.db import Database
from legible.app.settings import Settings
from legible.app.storage import FileStorage
from tests.app.people import Person, assert_problem, picture
from tests.app.processes import tiff


def _files(settings: Settings) -> list[Path]:
    return [path for path in settings.pictures_dir.rglob("*") if path.is_file()]


def test_a_picture_that_is_removed_with_another_reading_meanwhile_is_stored_again(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, puts = FileStorage.put, []

    def put_and_lose_once(storage: FileStorage, key: str, data: bytes) -> None:
        put(storage, key, data)
        puts.append(key)
        if len(puts) == 1:
            storage.delete(key)

    monkeypatch.setattr(FileStorage, "put", put_and_lose_once)

    reading = ada.send(picture()).json()

    shown = ada.client.get(f"/api/v1/readings/{reading['id']}/picture", headers=ada.headers)
    assert len(puts) == 2
    assert shown.content == picture()


def test_a_reading_that_cannot_be_kept_leaves_no_picture(
    ada: Person, database: Database, settings: Settings
) -> None:
    ada.send(picture())
    with database.writes() as session:
        session.execute(sa.update(models.UsageMonth).values(pages=999))

    refused = ada.send(tiff(1, 2))  # one page more than are left, which only its reading tells

    assert_problem(refused, 402, "quota_reached")
    assert [path.read_bytes() for path in _files(settings)] == [picture()]


@pytest.fixture
def counted(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/counted.sqlite3")
    with database.writes() as session:
        session.execute(sa.text("CREATE TABLE marks (number INTEGER)"))
    return database


def _mark(database: Database, number: int) -> None:
    with database.writes() as session:
        session.execute(sa.text("INSERT INTO marks VALUES (:number)"), {"number": number})


def test_nobody_is_answered_before_the_log_is_on_the_disc(
    counted: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []

    def note(_file: int) -> None:
        with counted.reads() as session:  # what a flush that begins now brings to the disc
            flushed.append(session.scalar(sa.text("SELECT count(*) FROM marks")) or 0)

    monkeypatch.setattr(sqlite, "_sync", note)
    for number in range(3):
        _mark(counted, number)

    assert flushed == [1, 2, 3]
    counted.close()


def test_those_who_wait_for_the_disc_share_a_flush(
    counted: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    flushes: list[float] = []

    def sync(_file: int) -> None:
        flushes.append(time.monotonic())
        begun.set()
        go_on.wait(10)

    monkeypatch.setattr(sqlite, "_sync", sync)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(_mark, counted, 0)
        begun.wait(10)
        others = [pool.submit(_mark, counted, number) for number in range(1, 8)]
        while _count(counted) < 8:
            time.sleep(0.01)
        assert not any(one.done() for one in [first, *others])
        go_on.set()

    assert len(flushes) in {2, 3}  # the last to commit may come after the second has begun
    counted.close()


def _count(database: Database) -> int:
    with database.reads() as session:
        return session.scalar(sa.text("SELECT count(*) FROM marks")) or 0


def test_a_write_that_fails_lets_the_next_one_write(counted: Database) -> None:
    def write_and_fail() -> None:
        with counted.writes() as session:
            session.execute(sa.text("INSERT INTO marks VALUES (1)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with pytest.raises(sa.exc.OperationalError), counted.writes() as session:
        session.execute(sa.text("INSERT INTO nowhere VALUES (1)"))

    _mark(counted, 2)

    assert _count(counted) == 1
    counted.close()
