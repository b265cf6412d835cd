"""The whole service with its pictures in a bucket, of the stand-in for S3 (moto)."""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

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
from tests.app.people import PASSWORD, FakeReader, Person, assert_problem, picture
from tests.app.s3_server import BUCKET, S3Server
from tests.app.zips import pack

PREFIX = "of/legible"


def _in_bucket(settings: Settings, **more: Any) -> Settings:
    url = f"s3://{BUCKET}/{PREFIX}"
    return settings.model_copy(update={"storage_url": url, "storage_timeout_s": 5.0, **more})


def _enter(client: TestClient, name: str) -> Person:
    new = {"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD}
    body = client.post("/api/v1/auth/register", json=new).json()
    return Person(client, body["user"], body["access_token"])


def _picture_of(person: Person, reading: dict[str, Any], **options: Any) -> httpx2.Response:
    return person.get(f"/readings/{reading['id']}/picture", **options)


def _delete_account(person: Person) -> None:
    answer = person.client.request(
        "DELETE", "/api/v1/users/me", headers=person.headers, json={"password": PASSWORD}
    )
    assert answer.status_code == 204


def test_pictures_live_in_the_bucket_as_long_as_their_readings(
    settings: Settings, reader: FakeReader, s3_server: S3Server
) -> None:
    with TestClient(create_app(_in_bucket(settings), lambda: reader)) as client:
        ada, bob = _enter(client, "ada"), _enter(client, "bob")
        first, again, other = ada.read(), ada.read(), ada.read(picture(9))
        bob.read()
        assert all(key.startswith(f"{PREFIX}/") for key in s3_server.list_keys())
        assert len(s3_server.list_keys()) == 3

        shown = _picture_of(ada, first)
        assert shown.content == picture()
        assert shown.headers["content-type"] == "image/png"
        assert shown.headers["content-length"] == str(len(picture()))
        page = ada.get(f"/readings/{first['id']}/pages/1/image")
        assert page.headers["content-type"] == "image/jpeg"
        assert ada.get(f"/readings/{first['id']}?detail=stages").json()["stages"]
        assert_problem(_picture_of(bob, first), 404, "not_found")
        archive = zipfile.ZipFile(io.BytesIO(ada.get("/users/me/data").content))
        stored = {archive.read(name) for name in archive.namelist() if name.startswith("pictures/")}
        assert stored == {picture(), picture(9)}

        ada.delete(f"/readings/{first['id']}")
        assert _picture_of(ada, again).content == picture()
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
        settings = _in_bucket(sqlite_settings, storage_reads=reads)
        with TestClient(create_app(settings, lambda: reader)) as client:
            ada = _enter(client, f"ada-{reads}")
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


def test_a_store_that_hangs_in_the_midst_of_an_upload_costs_nothing(
    settings: Settings, database: Database, s3_server: S3Server
) -> None:
    reader = _ReaderInWhoseTime()
    app = create_app(_in_bucket(settings, storage_timeout_s=0.3), lambda: reader)
    with TestClient(app) as client:
        ada = _enter(client, "ada")
        ada.read(picture(1))
        reader.events = [s3_server.freeze]

        failed = _send(ada, "once")

        assert_problem(failed, 503, "storage_unavailable")
        assert failed.headers["retry-after"] == "5"
        assert _counted(database) == (1, [1])
        s3_server.thaw()
        answer = _send(ada, "once")
        assert answer.status_code == 201
        assert _picture_of(ada, answer.json()).content == picture()
        assert _counted(database) == (2, [2])


def test_a_store_that_dies_in_the_midst_of_an_upload_costs_nothing(
    sqlite_settings: Settings, own_s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_storage, "_PROBE_EVERY_S", 0)
    reader = _ReaderInWhoseTime()
    app = create_app(_in_bucket(sqlite_settings), lambda: reader)
    with TestClient(app) as client, closing(Database(sqlite_settings.sqlalchemy_url())) as database:
        ada = _enter(client, "ada")
        kept = ada.read(picture(1))
        assert client.get("/readyz").status_code == 200
        reader.events = [own_s3.stop]

        assert_problem(_send(ada, "once"), 503, "storage_unavailable")

        assert_problem(client.get("/readyz"), 503, "not_ready")
        assert_problem(_picture_of(ada, kept), 503, "storage_unavailable")
        batch = ada.post("/readings/batch", files={"file": ("a.zip", pack([("1.png", picture())]))})
        assert '"code":"storage_unavailable"' in batch.text
        assert _counted(database) == (1, [1])
        own_s3.start()
        assert _send(ada, "once").status_code == 201
        assert client.get("/readyz").status_code == 200


def test_a_deletion_that_the_store_refuses_is_done_later(
    settings: Settings, reader: FakeReader, database: Database, s3_server: S3Server
) -> None:
    with TestClient(create_app(_in_bucket(settings), lambda: reader)) as client:
        ada, bob = _enter(client, "ada"), _enter(client, "bob")
        reading = ada.read()
        bob.read()
        s3_server.refuse()
        assert ada.delete(f"/readings/{reading['id']}").status_code == 204
        _delete_account(bob)
        assert_problem(ada.get(f"/readings/{reading['id']}"), 404, "not_found")
    s3_server.accept()
    assert len(s3_server.list_keys()) == 2

    with TestClient(create_app(_in_bucket(settings), lambda: reader)):
        pass

    assert s3_server.list_keys() == []
    with database.reads() as session:
        for table in (models.PictureDeletion, models.PictureRemoval):
            assert session.scalars(sa.select(table)).all() == []


@pytest.fixture
def linked(
    sqlite_settings: Settings, reader: FakeReader, s3_server: S3Server
) -> Iterator[TestClient]:
    """A service that sends whoever wants a stored file to the bucket."""
    settings = _in_bucket(sqlite_settings, storage_reads="presigned")
    with TestClient(create_app(settings, lambda: reader), follow_redirects=False) as client:
        yield client


def _status(url: str, **headers: str) -> int:
    try:
        with urlopen(Request(url, headers=headers)) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_a_link_shows_one_picture_as_the_reading_says(
    linked: TestClient, s3_server: S3Server
) -> None:
    ada, bob = _enter(linked, "ada"), _enter(linked, "bob")
    reading, other = ada.read(name="my card (1).png"), bob.read(picture(3))

    answer = _picture_of(ada, reading)

    assert answer.status_code == 307
    assert answer.headers["cache-control"] == "no-store"
    link = answer.headers["location"]
    with urlopen(link) as sent:
        assert sent.read() == picture()
        assert sent.headers["content-type"] == "image/png"
        assert sent.headers["content-disposition"] == (
            "attachment; filename*=UTF-8''my%20card%20%281%29.png"
        )
    # Neither another's picture, nor another type, nor none of the signature, nor writing.
    theirs = _picture_of(bob, other).headers["location"]
    key, another = (each.partition("?")[0] for each in (link, theirs))
    assert _status(theirs) == 200
    assert _status(link.replace(key, another)) == 403
    assert _status(link.replace("image%2Fpng", "text%2Fhtml")) == 403
    assert _status(link.replace("attachment", "inline")) == 403
    assert _status(key) == 403
    with pytest.raises(HTTPError, match="403"):
        urlopen(Request(link, data=b"other", method="PUT"))


def test_a_link_is_given_to_nobody_else(linked: TestClient) -> None:
    ada, bob = _enter(linked, "ada"), _enter(linked, "bob")
    reading = ada.read()

    assert_problem(_picture_of(bob, reading), 404, "not_found")
    nobody = linked.get(f"/api/v1/readings/{reading['id']}/picture")
    assert_problem(nobody, 401, "not_authenticated")


def test_a_link_ends(linked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_storage, "LINK_S", -1)
    ada = _enter(linked, "ada")

    assert _status(_picture_of(ada, ada.read()).headers["location"]) == 403


def test_the_token_is_not_sent_on_to_the_store(linked: TestClient) -> None:
    """A store refuses two proofs at once, so a client must leave the token behind; ours does."""
    ada = _enter(linked, "ada")
    reading = ada.read()
    link = _picture_of(ada, reading).headers["location"]

    assert _status(link, Authorization=f"Bearer {ada.token}") == 403
    with httpx2.Client(follow_redirects=True, transport=_Through(linked)) as http:
        address = f"http://legible.test/api/v1/readings/{reading['id']}/picture"
        followed = http.get(address, headers=ada.headers)
    assert followed.content == picture()


class _Through(httpx2.BaseTransport):
    """Asks the service under test, and whoever else over the network."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self._network = httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "legible.test":
            answer = self._client.get(request.url.raw_path.decode(), headers=request.headers)
            return httpx2.Response(answer.status_code, headers=answer.headers)
        return self._network.handle_request(request)

    def close(self) -> None:
        self._network.close()


def test_the_page_may_fetch_from_the_bucket_and_from_nowhere_else(
    sqlite_settings: Settings, reader: FakeReader, s3_server: S3Server, tmp_path: Any
) -> None:
    (tmp_path / "index.html").write_text("the page")
    policies = []
    for reads in ("proxied", "presigned"):
        settings = _in_bucket(sqlite_settings, storage_reads=reads, spa_dir=tmp_path)
        with TestClient(create_app(settings, lambda: reader)) as client:
            policies.append(client.get("/").headers["content-security-policy"])

    plain, linked = policies
    assert s3_server.url not in plain
    assert linked == plain.replace("connect-src 'self'", f"connect-src 'self' {s3_server.url}")
