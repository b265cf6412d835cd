"""Batches over real connections: lines come one by one, and what breaks off is taken up again."""

import contextlib
import gc
import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx2
import pytest
import sqlalchemy as sa

from legible.app import models
from legible.app.batches import routes
from legible.app.batches.form import Spool
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from legible.reader.types import Reading, ReadOptions
from tests.app.people import FakeReader, picture
from tests.app.running import make_key, run_app

CARDS = [(f"{number}.png", picture(90 + number)) for number in range(6)]
Line = dict[str, Any]


class HeldReader(FakeReader):
    """Reads a picture each time it is let, and says when it has begun with one."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        self.begun.release()
        assert self.go_on.acquire(timeout=60)
        return super().read(data, options)


@dataclass
class Service:
    """Where the application answers, and Ada's key for it."""

    address: str
    user_id: str
    key: str
    reader: HeldReader

    @contextlib.contextmanager
    def batch(self, key: str | None = None, name: str = "one") -> Iterator[Iterator[Line]]:
        """Send all cards and answer the lines as they come; leaving the block hangs up."""
        headers = {"Authorization": f"Bearer {key or self.key}", "Idempotency-Key": name}
        url = f"{self.address}/api/v1/readings/batch"
        files = [("file", card) for card in CARDS]
        with httpx2.stream("POST", url, headers=headers, files=files, timeout=60) as response:
            assert response.status_code == 200
            yield map(json.loads, response.iter_lines())

    def usage(self) -> dict[str, int]:
        headers = {"Authorization": f"Bearer {self.key}"}
        totals: dict[str, int] = httpx2.get(f"{self.address}/api/v1/usage", headers=headers).json()[
            "totals"
        ]
        return totals


@pytest.fixture
def reader() -> HeldReader:
    return HeldReader()


@pytest.fixture
def service(settings: Settings, reader: HeldReader) -> Iterator[Service]:
    settings = settings.model_copy(update={"reader_threads": 2})
    with run_app(create_app(settings, lambda: reader)) as address:
        yield Service(address, *make_key(address), reader)
        reader.go_on.release(1000)  # whatever a test left behind


def _finish(lines: Iterator[Line]) -> list[Line]:
    return list(lines)


def test_a_line_comes_as_soon_as_its_item_is_read(service: Service) -> None:
    with service.batch() as lines:
        for index in range(len(CARDS)):
            assert service.reader.begun.acquire(timeout=60)
            assert len(service.reader.asked) == index  # nothing is read ahead of the others
            service.reader.go_on.release()
            assert next(lines)["index"] == index
        assert next(lines)["done"]
        assert next(lines, None) is None


def test_who_hangs_up_is_charged_for_what_was_read_and_finds_it_again(
    service: Service, database: Database
) -> None:
    service.reader.go_on.release(2)
    with service.batch() as lines:
        first = [next(lines), next(lines)]
        for _ in range(3):
            assert service.reader.begun.acquire(timeout=60)
    # Gone while the third is being read, which is finished; the fourth is not begun.
    service.reader.go_on.release(1000)
    _wait_until_nobody_works(service, database, claims=3)
    assert len(service.reader.asked) == 3
    assert service.usage() == {"readings": 3, "pages": 3}

    with service.batch() as lines:
        [*again, end] = _finish(lines)

    assert [line["reading"]["id"] for line in again[:2]] == [
        line["reading"]["id"] for line in first
    ]
    assert [line.get("replayed", False) for line in again] == [True] * 3 + [False] * 3
    assert end == {"done": True, "read": 6, "failed": 0, "replayed": 3, "pages": 6}
    assert service.usage() == {"readings": 6, "pages": 6}


def _wait_until_nobody_works(service: Service, database: Database, claims: int) -> None:
    for _ in range(3000):
        with database.reads() as session:
            kept = session.scalars(
                sa.select(models.IdempotencyKey.status).where(
                    models.IdempotencyKey.user_id == UUID(service.user_id)
                )
            ).all()
        if kept == [201] * claims:
            return
        threading.Event().wait(0.01)
    pytest.fail("the item that was begun has not been kept in 30 s")


def test_the_same_batch_twice_at_once_is_read_once(service: Service) -> None:
    def send() -> list[Line]:
        with service.batch() as lines:
            return _finish(lines)

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(send) for _ in range(2)]
        assert service.reader.begun.acquire(timeout=60)
        service.reader.go_on.release(1000)
        one, other = (sent.result() for sent in both)

    assert [line["reading"]["id"] for line in one[:-1]] == [
        line["reading"]["id"] for line in other[:-1]
    ]
    assert one[-1]["replayed"] + other[-1]["replayed"] == 6
    assert service.usage() == {"readings": 6, "pages": 6}
    assert len(service.reader.asked) == 6


def test_one_that_loses_its_right_ends_after_the_item_being_read(
    service: Service, database: Database
) -> None:
    with service.batch() as lines:
        assert service.reader.begun.acquire(timeout=60)
        with database.writes() as session:
            session.execute(sa.update(models.ApiKey).values(revoked_at=models.now()))
        service.reader.go_on.release(1000)
        [first, end] = _finish(lines)

    assert first["status"] == 201
    assert (end["done"], end["code"], end["read"]) == (False, "key_revoked", 1)
    assert end["detail"]


def test_a_frozen_account_ends_its_batch(service: Service, database: Database) -> None:
    with service.batch() as lines:
        assert service.reader.begun.acquire(timeout=60)
        with database.writes() as session:
            session.execute(sa.update(models.User).values(frozen_at=models.now()))
        service.reader.go_on.release(1000)
        [_, end] = _finish(lines)

    assert (end["done"], end["code"]) == (False, "account_frozen")


class LongReader(FakeReader):
    """Answers readings of several hundred kilobytes."""

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        reading = super().read(data, options)
        page = reading.pages[0]
        return replace(reading, pages=[replace(page, lines=tuple(page.lines) * 1500)])


def test_who_takes_no_lines_has_no_more_read(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = LongReader()
    with run_app(create_app(sqlite_settings, lambda: reader)) as address:
        connection, response = _open_batch(address, 40)
        _wait_until_it_stands(reader)
        behind = len(reader.asked)
        lines = response.read().splitlines()
        connection.close()

        assert behind < 40
        assert len(lines) == 41
        assert json.loads(lines[-1])["read"] == 40

        monkeypatch.setattr(routes, "_STALLED_S", 0.2)
        connection, response = _open_batch(address, 40)
        _wait_until_it_stands(reader)
        _wait_until_no_spool_is_left()  # cut off, and its files are gone
        with pytest.raises(http.client.IncompleteRead):
            response.read()
        connection.close()
        assert len(reader.asked) < 80


def _open_batch(address: str, files: int) -> tuple[http.client.HTTPConnection, Any]:
    host = urlsplit(address)
    connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=60)
    boundary = uuid4().hex
    part = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    ).encode()
    body = (part + picture() + b"\r\n") * files + f"--{boundary}--\r\n".encode()
    key = make_key(address, uuid4().hex)[1]
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    connection.request("POST", "/api/v1/readings/batch", body, headers)
    return connection, connection.getresponse()


def _wait_until_it_stands(reader: FakeReader) -> None:
    seen = -1
    while seen != len(reader.asked):
        seen = len(reader.asked)
        threading.Event().wait(1)


def _wait_until_no_spool_is_left() -> None:
    for _ in range(600):
        gc.collect()
        spools = [one for one in gc.get_objects() if isinstance(one, Spool)]
        if all(spool._file.closed for spool in spools):
            return
        threading.Event().wait(0.05)
    pytest.fail("the files of a batch were not forgotten")
