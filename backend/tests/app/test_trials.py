"""Reading a picture without an account: the same answer, nothing kept, not at others' cost."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from legible.reader.types import Reading, ReadOptions
from tests.app.people import PASSWORD, FakeReader, Person, assert_problem, picture
from tests.app.running import begin_within_one_window, run_app

TRY = "/api/v1/try"
OF_AN_ACCOUNT = {"id", "file_name", "feedback", "created_at"}
VISITORS_INSIDE = 4  # the one being read and those who may wait


def _send(client: TestClient, data: bytes | None = None, **options: Any) -> Response:
    files = {"file": ("card.png", picture() if data is None else data)}
    return client.post(TRY, files=files, **options)


def _counted(database: Database) -> dict[str, int | None]:
    """How many rows each table has."""
    with database.reads() as session:
        return {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in models.Base.metadata.sorted_tables
        }


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize("detail", ["", "?detail=stages"])
def test_a_visitor_is_told_what_somebody_with_an_account_is(
    ada: Person, reader: FakeReader, detail: str
) -> None:
    fields = {"symbols": "number", "pattern": "[0-9]+"}
    files = {"file": ("card.png", picture())}

    tried = ada.client.post(TRY + detail, files=files, data=fields)
    kept = ada.post(f"/readings{detail}", files=files, data=fields)

    assert tried.status_code == 200
    assert tried.json() == {
        name: value for name, value in kept.json().items() if name not in OF_AN_ACCOUNT
    }
    assert ("stages" in tried.json()) == bool(detail)
    of_visitor, of_ada = reader.asked
    assert (of_visitor.symbols, of_visitor.pattern) == (of_ada.symbols, of_ada.pattern)


def test_nothing_is_kept_whoever_asks(ada: Person, settings: Settings, database: Database) -> None:
    ada.read()
    before = _counted(database), _files(settings.var_dir / "pictures")
    once = {"Idempotency-Key": "the-same-key-again"}

    answers = [
        _send(ada.client, headers=headers)
        for headers in ({}, once, once, {**ada.headers, **once}, ada.headers)
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert not any("idempotent-replayed" in answer.headers for answer in answers)
    assert not any("usage-pages-used" in answer.headers for answer in answers)
    assert (_counted(database), _files(settings.var_dir / "pictures")) == before
    assert ada.get("/usage").json()["totals"]["pages"] == 1


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 415, "not_an_image"),
        (b"only words", 415, "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported_format"),
        (picture(size=(300, 300))[:-60], 422, "truncated"),
        (picture(size=(300, 300)).ljust(100_001, b"\0"), 413, "too_large"),
        (picture(size=(1001, 1000)), 413, "too_large"),
    ],
    ids=["empty", "words", "SVG", "cut off", "too many bytes", "too many pixels"],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    settings: Settings, database: Database, data: bytes, status: int, code: str
) -> None:
    small = {"max_try_bytes": 100_000, "max_try_pixels": 1_000_000}
    before = _counted(database)
    with TestClient(create_app(settings.model_copy(update=small), FakeReader)) as client:
        problem = assert_problem(_send(client, data), status, code)

    assert "Traceback" not in problem["detail"]
    assert _counted(database) == before


def test_a_visitor_may_send_no_more_than_somebody_with_an_account(
    sqlite_settings: Settings,
) -> None:
    small = {"max_upload_bytes": 50_000, "max_pixels": 500}
    settings = sqlite_settings.model_copy(update=small)
    with TestClient(create_app(settings, FakeReader)) as client:
        told = client.get(TRY).json()
        far_too_large = _send(client, bytes(200_000))
        a_little = _send(client, picture(size=(30, 20)))

    assert told == {"available": True, "max_bytes": 50_000, "max_pixels": 500}
    assert "50,000 bytes" in assert_problem(far_too_large, 413, "too_large")["detail"]
    assert "500" in assert_problem(a_little, 413, "too_large")["detail"]


def test_switched_off_there_is_nothing_and_the_page_can_know(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"try_it": False}), FakeReader)
    with TestClient(app) as client:
        assert client.get(TRY).json()["available"] is False
        answer = _send(client)
        nowhere = client.post("/api/v1/nowhere")

    assert_problem(answer, 404, "not_found")
    assert answer.json() == nowhere.json()


def test_no_other_site_spends_its_visitors_pictures(client: TestClient) -> None:
    for site in ("cross-site", "same-site"):
        answer = _send(client, headers={"Sec-Fetch-Site": site})
        assert_problem(answer, 403, "cross_site")

    own = _send(client, headers={"Sec-Fetch-Site": "same-origin"})
    assert '"visitor";r=19;' in own.headers["ratelimit"]


class TestLimits:
    @pytest.fixture(autouse=True)
    def one_window(self) -> None:
        begin_within_one_window()
        begin_within_one_window(window_s=3600)

    @pytest.fixture(params=["memory", "redis"])
    def limited(self, request: pytest.FixtureRequest, settings: Settings) -> Settings:
        url = request.getfixturevalue("redis_server").url if request.param == "redis" else ""
        quotas = {"try_readings_per_hour": 2, "try_readings_per_minute": 3, "redis_url": url}
        return settings.model_copy(update=quotas)

    def test_an_address_has_so_many_an_hour_and_all_together_so_many_a_minute(
        self, limited: Settings, reader: FakeReader
    ) -> None:
        app = create_app(limited, lambda: reader)
        with TestClient(app, client=("192.0.2.1", 1)) as first:
            answers = [_send(first, b"no picture" if n else None) for n in range(3)]
            second = TestClient(app, client=("192.0.2.2", 1))
            second.app_state.update(first.app_state)
            others = [_send(second) for _ in range(2)]
            known = _register(second)

        assert [answer.status_code for answer in answers] == [200, 415, 429]
        assert '"visitor";q=2;w=3600' in answers[0].headers["ratelimit-policy"]
        assert '"visitor";r=1;' in answers[0].headers["ratelimit"]
        assert '"address";r=119;' in answers[0].headers["ratelimit"]
        spent = assert_problem(answers[2], 429, "too_many_requests")
        assert "2 requests in 3600 seconds" in spent["detail"]
        assert 0 < int(answers[2].headers["retry-after"]) <= 3600
        # Two were let in from the first address, so of all visitors one more is.
        assert [answer.status_code for answer in others] == [200, 429]
        assert "create an account" in assert_problem(others[1], 429, "too_many_requests")["detail"]
        assert 0 < int(others[1].headers["retry-after"]) <= 60
        assert known.status_code == 201

    def test_who_is_refused_is_refused_before_the_picture_comes(
        self, sqlite_settings: Settings
    ) -> None:
        settings = sqlite_settings.model_copy(update={"try_readings_per_hour": 1})
        head = (
            b"POST /api/v1/try HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        with run_app(create_app(settings, FakeReader)) as address:
            where = urlsplit(address)
            waiting = _connect(where.hostname, where.port)
            with waiting, _connect(where.hostname, where.port) as refused:
                waiting.sendall(head)
                waiting.settimeout(1)
                with pytest.raises(TimeoutError):  # it is let in, and waits for its picture
                    waiting.recv(100)
                refused.sendall(head)
                answer = refused.recv(100)

        assert answer.startswith(b"HTTP/1.1 429 ")


def _connect(host: str | None, port: int | None) -> socket.socket:
    return socket.create_connection((host or "", port or 0), timeout=20)


def _register(client: TestClient) -> Response:
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    return client.post("/api/v1/auth/register", json=new)


class VisitorsWait(FakeReader):
    """Reads nothing of visitors until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        if options.limits.max_pages == 1:
            self.go_on.wait()
        return super().read(data, options)


def test_visitors_take_one_turn_at_a_time_and_the_others_are_for_accounts(
    sqlite_settings: Settings,
) -> None:
    reader = VisitorsWait()
    settings = sqlite_settings.model_copy(update={"reader_threads": 2})
    with (
        TestClient(create_app(settings, lambda: reader)) as client,
        ThreadPoolExecutor(VISITORS_INSIDE + 6) as pool,
    ):
        registered = _register(client).json()
        ada = Person(client, registered["user"], registered["access_token"])
        try:
            visitors = [pool.submit(_send, client) for _ in range(VISITORS_INSIDE + 5)]
            refused = list(islice(as_completed(visitors, timeout=60), 5))
            read = [pool.submit(ada.send, picture(n)).result(timeout=60) for n in range(3)]
        finally:
            reader.go_on.set()

        for visitor in refused:
            assert_problem(visitor.result(), 503, "busy")
            assert visitor.result().headers["retry-after"] == "5"
        assert [answer.status_code for answer in read] == [201] * 3
        waited = [visitor.result() for visitor in visitors if visitor not in refused]
        assert [answer.status_code for answer in waited] == [200] * VISITORS_INSIDE
