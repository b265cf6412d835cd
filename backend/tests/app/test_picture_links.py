"""Stored files at signed addresses of a bucket, of the stand-in for S3 (moto)."""

from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import httpx2
import pytest
from starlette.testclient import TestClient

from legible.app.main import create_app
from legible.app.settings import Settings
from legible.app.storage import s3 as s3_storage
from tests.app.in_bucket import enter, in_bucket, picture_of
from tests.app.people import FakeReader, assert_problem, picture
from tests.app.s3_server import S3Server


@pytest.fixture
def linked(
    sqlite_settings: Settings, reader: FakeReader, s3_server: S3Server
) -> Iterator[TestClient]:
    """A service that sends whoever wants a stored file to the bucket."""
    settings = in_bucket(sqlite_settings, storage_reads="presigned")
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
    ada, bob = enter(linked, "ada"), enter(linked, "bob")
    reading, other = ada.read(name="my card (1).png"), bob.read(picture(3))

    answer = picture_of(ada, reading)

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
    theirs = picture_of(bob, other).headers["location"]
    key, another = (each.partition("?")[0] for each in (link, theirs))
    assert _status(theirs) == 200
    assert _status(link.replace(key, another)) == 403
    assert _status(link.replace("image%2Fpng", "text%2Fhtml")) == 403
    assert _status(link.replace("attachment", "inline")) == 403
    assert _status(key) == 403
    with pytest.raises(HTTPError, match="403"):
        urlopen(Request(link, data=b"other", method="PUT"))


def test_a_link_is_given_to_nobody_else(linked: TestClient) -> None:
    ada, bob = enter(linked, "ada"), enter(linked, "bob")
    reading = ada.read()

    assert_problem(picture_of(bob, reading), 404, "not_found")
    nobody = linked.get(f"/api/v1/readings/{reading['id']}/picture")
    assert_problem(nobody, 401, "not_authenticated")


def test_a_link_ends(linked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_storage, "LINK_S", -1)
    ada = enter(linked, "ada")

    assert _status(picture_of(ada, ada.read()).headers["location"]) == 403


def test_the_token_is_not_sent_on_to_the_store(linked: TestClient) -> None:
    """A store refuses two proofs at once, so a client must leave the token behind; ours does."""
    ada = enter(linked, "ada")
    reading = ada.read()
    link = picture_of(ada, reading).headers["location"]

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
        settings = in_bucket(sqlite_settings, storage_reads=reads, spa_dir=tmp_path)
        with TestClient(create_app(settings, lambda: reader)) as client:
            policies.append(client.get("/").headers["content-security-policy"])

    plain, linked = policies
    assert s3_server.url not in plain
    assert linked == plain.replace("connect-src 'self'", f"connect-src 'self' {s3_server.url}")
