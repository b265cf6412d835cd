"""Not everybody waits for a picture to be read; whoever does not want one is served meanwhile."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from itertools import islice

import pytest
from starlette.testclient import TestClient

from legible.app.errors import AppError
from legible.app.main import create_app
from legible.app.settings import Settings
from legible.app.turns import Turns
from legible.reader.types import Reading, ReadOptions
from tests.app.people import PASSWORD, FakeReader, Person, assert_problem, picture

INSIDE = 21  # the one being read and those who may wait
SENT = 45


class PausingReader(FakeReader):
    """Reads nothing until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        self.go_on.wait()
        return super().read(data, options)


def test_a_batch_that_comes_when_enough_wait_has_its_turn_later(
    sqlite_settings: Settings,
) -> None:
    reader = PausingReader()
    settings = sqlite_settings.model_copy(update={"reader_threads": 1})
    with (
        TestClient(create_app(settings, lambda: reader)) as client,
        ThreadPoolExecutor(SENT + 1) as pool,
    ):
        ada = _register(client)
        try:
            uploads = [pool.submit(ada.send, picture()) for _ in range(SENT)]
            refused = list(islice(as_completed(uploads, timeout=60), SENT - INSIDE))
            files = [("file", ("a.png", picture()))] * 2
            batch = pool.submit(ada.post, "/readings/batch", files=files)
            assert_problem(ada.send(picture()), 503, "busy")
            assert not batch.done()
        finally:
            reader.go_on.set()

        assert len(refused) == SENT - INSIDE
        lines = [json.loads(line) for line in batch.result(timeout=60).text.splitlines()]
        assert [line.get("status") for line in lines[:-1]] == [201, 201]


def test_whoever_comes_when_enough_wait_is_sent_away_and_the_service_goes_on(
    sqlite_settings: Settings,
) -> None:
    reader = PausingReader()
    settings = sqlite_settings.model_copy(update={"reader_threads": 1})
    with (
        TestClient(create_app(settings, lambda: reader)) as client,
        ThreadPoolExecutor(SENT + 1) as pool,
    ):
        ada = _register(client)
        try:
            reader.go_on.set()
            kept = ada.read()["id"]
            reader.go_on.clear()
            uploads = [pool.submit(ada.send, picture()) for _ in range(SENT)]
            refused = list(islice(as_completed(uploads, timeout=60), SENT - INSIDE))
            seen = pool.submit(ada.get, f"/readings/{kept}?detail=stages").result(timeout=60)
            ready = pool.submit(client.get, "/readyz").result(timeout=60)
            known = {"email": "ada@example.com", "password": PASSWORD}
            login = pool.submit(client.post, "/api/v1/auth/login", json=known).result(timeout=60)
        finally:
            reader.go_on.set()

        assert_problem(seen, 503, "busy")
        assert ready.status_code == 200
        assert login.status_code == 200
        for upload in refused:
            assert_problem(upload.result(), 503, "busy")
            assert upload.result().headers["retry-after"] == "5"
        read = [upload.result() for upload in uploads if upload not in refused]
        assert [answer.status_code for answer in read] == [201] * INSIDE
        page = ada.get(f"/readings/{read[0].json()['id']}/pages/1/image")
        assert page.status_code == 200


def _register(client: TestClient) -> Person:
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    body = client.post("/api/v1/auth/register", json=new).json()
    return Person(client, body["user"], body["access_token"])


@pytest.mark.parametrize("at_once", [1, 64])
def test_places_are_free_again_when_a_picture_cannot_be_read(at_once: int) -> None:
    turns = Turns(at_once)

    for _ in range(100):
        with pytest.raises(ValueError, match="no picture"), turns.take():
            raise ValueError("no picture")


def test_some_threads_stay_for_others_however_many_read_at_once() -> None:
    turns = Turns(64)

    with ExitStack() as held:
        for _ in range(30):
            held.enter_context(turns.take())
        with pytest.raises(AppError, match="Try again"), turns.take():
            pass
