"""The whole service with its pictures in a bucket, of the stand-in for S3 (moto)."""

import io
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

import httpx2
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from legible.app.storage import s3 as s3_storage
from legible.reader.types import Reading, ReadOptions
from tests.app.in_bucket import PREFIX, enter, in_bucket, picture_of
from tests.app.people import PASSWORD, FakeReader, Person, assert_problem, picture
from tests.app.s3_server import S3Server
from tests.app.zips import pack


def _delete_account(person: Person) -> None:
    answer = person.client.request(
        "DELETE", "/api/v1/users/me", headers=person.headers, json={"password": PASSWORD}
    )
    assert answer.status_code == 204


def test_pictures_live_in_the_bucket_as_long_as_their_readings(
    settings: Settings, reader: FakeReader, s3_server: S3Server
) -> None:
    with TestClient(create_app(in_bucket(settings), lambda: reader)) as client:
        ada, bob = enter(client, "ada"), enter(client, "bob")
        first, again, other = ada.read(), ada.read(), ada.read(picture(9))
        bob.read()
        assert all(key.startswith(f"{PREFIX}/") for key in s3_server.list_keys())
        assert len(s3_server.list_keys()) == 3

        shown = picture_of(ada, first)
        assert shown.content == picture()
        assert shown.headers["content-type"] == "image/png"
        assert shown.headers["content-length"] == str(len(picture()))
        page = ada.get(f"/readings/{first['id']}/pages/1/image")
        assert page.headers["content-type"] == "image/jpeg"
        assert ada.get(f"/readings/{first['id']}?detail=stages").json()["stages"]
        assert_problem(picture_of(bob, first), 404, "not_found")
        archive = zipfile.ZipFile(io.BytesIO(ada.get("/users/me/data").content))
        stored = {archive.read(name) for name in archive.namelist() if name.startswith("pictures/")}
        assert stored == {picture(), picture(9)}

        ada.delete(f"/readings/{first['id']}")
        assert picture_of(ada, again).content == picture()
        ada.delete(f"/readings/{again['id']}")
        ada.delete(f"/readings/{other['id']}")
        assert [bob.user["id"] in key for key in s3_server.list_keys()] == [True]
        ada.read()
        _delete_account(ada)
    # What comes after the answer is done once the service has stopped.
    assert [bob.user["id"] in key for key in s3_server.list_keys()] == [True]


def test_a_picture_that_the_bucket_has_lost_is_a_404(
    sqlite_settings: Settings, reader: FakeReader, s3_server: S3Server
) -> None:
    for reads in ("proxied", "presigned"):
        settings = in_bucket(sqlite_settings, storage_reads=reads)
        with TestClient(create_app(settings, lambda: reader)) as client:
            ada = enter(client, f"ada-{reads}")
            reading = ada.read()
            s3_server.empty()

            for path in ("picture", "pages/1/image"):
                problem = assert_problem(
                    ada.get(f"/readings/{reading['id']}/{path}", follow_redirects=False),
                    404,
                    "not_found",
                )
                assert problem["detail"] == "The picture of this reading is gone."
            gone = ada.get(f"/readings/{reading['id']}?detail=stages")
            assert_problem(gone, 404, "not_found")
            assert ada.get(f"/readings/{reading['id']}").status_code == 200
            archive = zipfile.ZipFile(io.BytesIO(ada.get("/users/me/data").content))
            assert not [name for name in archive.namelist() if name.startswith("pictures/")]


@dataclass
class _ReaderInWhoseTime(FakeReader):
    """Something happens while it reads."""

    events: list[Callable[[], None]] = field(default_factory=list)

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        while self.events:
            self.events.pop()()
        return super().read(data, options)


def _send(person: Person, key: str) -> httpx2.Response:
    headers = {**person.headers, "Idempotency-Key": key}
    files = {"file": ("card.png", picture())}
    return person.client.post("/api/v1/readings", headers=headers, files=files)


def _counted(database: Database) -> tuple[int, list[int]]:
    """How many readings there are, and the pages that were counted."""
    with database.reads() as session:
        readings = session.scalar(sa.select(sa.func.count()).select_from(models.Reading)) or 0
        return readings, list(session.scalars(sa.select(models.UsageMonth.pages)))


@pytest.fixture
def asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that fails is given up at once, so that nobody waits."""
    monkeypatch.setattr(s3_storage, "_ATTEMPTS", 1)
    monkeypatch.setattr(s3_storage, "_PROBE_EVERY_S", 0)


@pytest.mark.usefixtures("asked_once")
def test_a_store_that_hangs_in_the_midst_of_an_upload_costs_nothing(
    settings: Settings, database: Database, s3_server: S3Server
) -> None:
    reader = _ReaderInWhoseTime()
    app = create_app(in_bucket(settings, storage_timeout_s=0.3), lambda: reader)
    with TestClient(app) as client:
        ada = enter(client, "ada")
        ada.read(picture(1))
        reader.events = [s3_server.freeze]

        failed = _send(ada, "once")

        assert_problem(failed, 503, "storage_unavailable")
        assert failed.headers["retry-after"] == "5"
        assert _counted(database) == (1, [1])
        s3_server.thaw()
        answer = _send(ada, "once")
        assert answer.status_code == 201
        assert picture_of(ada, answer.json()).content == picture()
        assert _counted(database) == (2, [2])


@pytest.mark.usefixtures("asked_once")
def test_a_store_that_dies_in_the_midst_of_an_upload_costs_nothing(
    sqlite_settings: Settings, own_s3: S3Server
) -> None:
    reader = _ReaderInWhoseTime()
    app = create_app(in_bucket(sqlite_settings), lambda: reader)
    with TestClient(app) as client, closing(Database(sqlite_settings.sqlalchemy_url())) as database:
        ada = enter(client, "ada")
        kept = ada.read(picture(1))
        assert client.get("/readyz").status_code == 200
        reader.events = [own_s3.stop]

        assert_problem(_send(ada, "once"), 503, "storage_unavailable")

        assert_problem(client.get("/readyz"), 503, "not_ready")
        assert_problem(picture_of(ada, kept), 503, "storage_unavailable")
        batch = ada.post("/readings/batch", files={"file": ("a.zip", pack([("1.png", picture())]))})
        assert '"code":"storage_unavailable"' in batch.text
        assert _counted(database) == (1, [1])
        own_s3.start()
        assert _send(ada, "once").status_code == 201
        assert client.get("/readyz").status_code == 200


@pytest.mark.usefixtures("asked_once")
def test_a_deletion_that_the_store_refuses_is_done_later(
    settings: Settings, reader: FakeReader, database: Database, s3_server: S3Server
) -> None:
    with TestClient(create_app(in_bucket(settings), lambda: reader)) as client:
        ada, bob = enter(client, "ada"), enter(client, "bob")
        reading = ada.read()
        bob.read()
        s3_server.refuse()
        assert ada.delete(f"/readings/{reading['id']}").status_code == 204
        _delete_account(bob)
        assert_problem(ada.get(f"/readings/{reading['id']}"), 404, "not_found")
    s3_server.accept()
    assert len(s3_server.list_keys()) == 2

    with TestClient(create_app(in_bucket(settings), lambda: reader)):
        pass

    assert s3_server.list_keys() == []
    with database.reads() as session:
        for table in (models.PictureDeletion, models.PictureRemoval):
            assert session.scalars(sa.select(table)).all() == []
