import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.fingerprints import fingerprint
from legible.app.main import create_app
from legible.app.models.base import now
from legible.app.settings import Settings
from legible.reader.errors import Truncated
from legible.reader.types import Reading, ReadOptions
from tests.app.people import FakeReader, Person, Register, assert_problem, picture


def _send(person: Person, key: str, data: bytes | None = None, **fields: str) -> Response:
    return person.client.post(
        "/api/v1/readings",
        headers={**person.headers, "Idempotency-Key": key},
        files={"file": ("card.png", picture() if data is None else data)},
        data=fields,
    )


def _pages(person: Person) -> int:
    pages: int = person.get("/usage").json()["totals"]["pages"]
    return pages


def _readings(person: Person) -> int:
    return len(person.get("/readings").json()["items"])


@pytest.fixture
def database(settings: Settings) -> Any:
    database = Database(settings.sqlalchemy_url())
    yield database
    database.close()


def _end_claims(database: Database) -> None:
    """Do what only time does: let the leases of all keys run out."""
    with database.writes() as session:
        session.execute(
            sa.update(models.IdempotencyKey).values(expires_at=now() - timedelta(seconds=1))
        )


def test_a_request_sent_again_is_answered_again_and_done_once(
    ada: Person, reader: FakeReader
) -> None:
    first = _send(ada, "one")
    again = _send(ada, "one")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["usage-pages-used"] == first.headers["usage-pages-used"] == "1"
    assert again.headers["content-type"] == first.headers["content-type"] == "application/json"
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert len(reader.asked) == 1
    assert (_readings(ada), _pages(ada)) == (1, 1)


def test_what_the_networks_saw_is_answered_again_too(ada: Person, reader: FakeReader) -> None:
    request: dict[str, Any] = {
        "url": "/api/v1/readings?detail=stages",
        "headers": {**ada.headers, "Idempotency-Key": "one"},
        "files": {"file": ("card.png", picture())},
    }
    first = ada.client.post(**request)
    again = ada.client.post(**request)

    assert first.json()["stages"]["pages"]
    assert again.content == first.content
    assert len(reader.asked) == 1
    # Without the stages it is another request.
    assert_problem(_send(ada, "one"), 422, "idempotency_key_reused")


def test_without_a_key_every_request_counts(ada: Person) -> None:
    ada.read()
    ada.read()

    assert (_readings(ada), _pages(ada)) == (2, 2)


def test_a_key_in_quotes_is_the_same_key(ada: Person) -> None:
    _send(ada, '"8e03978e"')

    assert _send(ada, "8e03978e").headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("data", "fields"),
    [(picture(90), {}), (None, {"symbols": "digits"}), (None, {"pattern": "###"})],
    ids=["another file", "another field", "another pattern"],
)
def test_a_key_is_for_one_request_only(
    ada: Person, data: bytes | None, fields: dict[str, str]
) -> None:
    _send(ada, "one")

    assert_problem(_send(ada, "one", data, **fields), 422, "idempotency_key_reused")
    assert (_readings(ada), _pages(ada)) == (1, 1)


def test_two_people_may_use_the_same_key(register: Register) -> None:
    ada, bob = register("ada"), register("bob")

    hers, his = _send(ada, "one").json(), _send(bob, "one").json()

    assert hers["id"] != his["id"]


@pytest.mark.parametrize("key", ["", '"', '""', "with space", "x" * 256, "tab\there"])
def test_a_key_that_cannot_be_one_is_refused(ada: Person, key: str) -> None:
    problem = assert_problem(_send(ada, key), 422, "invalid_request")

    assert problem["errors"][0]["field"] == "Idempotency-Key"
    assert _readings(ada) == 0


def test_a_failure_is_not_kept_so_that_the_next_may_succeed(
    ada: Person, reader: FakeReader
) -> None:
    reader.error = Truncated("The file ends too early.")
    assert_problem(_send(ada, "one"), 422, "truncated")
    assert_problem(_send(ada, "two", symbols="letters"), 422, "invalid_request")
    reader.error = None

    assert _send(ada, "one").status_code == 201
    assert _send(ada, "two", symbols="digits").status_code == 201
    assert _pages(ada) == 2


def test_a_commit_that_fails_frees_the_key(ada: Person, settings: Settings) -> None:
    def refuse(connection: sa.Connection) -> None:
        # Only that of the reading: its claim was committed before.
        if connection.scalar(sa.select(sa.func.count()).select_from(models.Reading)):
            connection.connection.rollback()  # as a database does when it cannot commit
            raise sa.exc.OperationalError("COMMIT", {}, Exception("database or disk is full"))

    sa.event.listen(sa.Engine, "commit", refuse)
    try:
        failed = _send(ada, "one")
    finally:
        sa.event.remove(sa.Engine, "commit", refuse)

    assert_problem(failed, 500, "internal_error")
    assert _pages(ada) == 0
    assert _send(ada, "one").status_code == 201
    assert (_readings(ada), _pages(ada)) == (1, 1)


class HeldReader(FakeReader):
    """Reads when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        self.begun.release()
        assert self.go_on.acquire(timeout=60)
        return super().read(data, options)


class Held:
    """A person whose requests stand still in the reader."""

    def __init__(self, person: Person, reader: HeldReader) -> None:
        self.person = person
        self.reader = reader
        self.answers: list[Response] = []

    def start(self, key: str) -> threading.Thread:
        thread = threading.Thread(target=lambda: self.answers.append(_send(self.person, key)))
        thread.start()
        assert self.reader.begun.acquire(timeout=60)
        return thread

    def finish(self, *threads: threading.Thread) -> list[int]:
        self.reader.go_on.release(len(threads))
        for thread in threads:
            thread.join(60)
        return sorted(answer.status_code for answer in self.answers)


@pytest.fixture
def held(settings: Settings) -> Any:
    reader = HeldReader()
    settings = settings.model_copy(update={"reader_threads": 4})
    with TestClient(create_app(settings, lambda: reader)) as client:
        new = {"email": "ada@example.com", "name": "Ada", "password": "a lamp by the window"}
        body = client.post("/api/v1/auth/register", json=new).json()
        yield Held(Person(client, body["user"], body["access_token"]), reader)


def test_a_request_that_still_runs_is_not_started_again(held: Held) -> None:
    running = held.start("one")

    again = _send(held.person, "one")
    other = _send(held.person, "one", picture(90))
    finished = held.finish(running)

    assert_problem(again, 409, "in_progress")
    assert int(again.headers["retry-after"]) >= 1
    assert_problem(other, 422, "idempotency_key_reused")
    assert finished == [201]
    assert _send(held.person, "one").headers["idempotent-replayed"] == "true"
    assert _pages(held.person) == 1


def test_a_key_whose_process_died_is_free_again_after_its_lease(
    ada: Person, database: Database
) -> None:
    with database.writes() as session:  # what a killed process leaves behind
        session.add(
            models.IdempotencyKey(
                user_id=UUID(ada.user["id"]),
                key="one",
                fingerprint="of a request that nobody ends",
                claim_id=uuid4(),
                expires_at=now() + timedelta(hours=1),
            )
        )
    assert_problem(_send(ada, "one"), 422, "idempotency_key_reused")

    _end_claims(database)

    assert _send(ada, "one").status_code == 201
    assert _pages(ada) == 1


def test_of_two_under_one_key_whose_lease_ran_out_only_the_first_counts(
    held: Held, database: Database
) -> None:
    slow = held.start("one")
    _end_claims(database)
    second = held.start("one")

    finished = held.finish(slow, second)

    assert finished == [201, 409]
    assert (_readings(held.person), _pages(held.person)) == (1, 1)
    assert _send(held.person, "one").headers["idempotent-replayed"] == "true"


def test_a_slow_request_whose_claim_is_gone_still_counts_once(
    held: Held, database: Database
) -> None:
    slow = held.start("one")
    with database.writes() as session:  # a second one claimed the key, failed and let it go
        session.execute(sa.delete(models.IdempotencyKey))

    assert held.finish(slow) == [201]
    assert _send(held.person, "one").headers["idempotent-replayed"] == "true"
    assert _pages(held.person) == 1


def test_an_answer_is_forgotten_after_a_day(ada: Person, database: Database) -> None:
    _send(ada, "one")
    with database.reads() as session:
        [row] = session.scalars(sa.select(models.IdempotencyKey))
    assert row.expires_at - row.created_at > timedelta(hours=23)

    _end_claims(database)
    _send(ada, "two")

    with database.reads() as session:
        assert list(session.scalars(sa.select(models.IdempotencyKey.key))) == ["two"]
    assert "idempotent-replayed" not in _send(ada, "one").headers


def test_the_answers_of_who_never_came_back_are_forgotten_too(
    ada: Person, register: Register, database: Database
) -> None:
    _send(ada, "one")
    _end_claims(database)

    _send(register("bob"), "two")

    with database.reads() as session:
        assert list(session.scalars(sa.select(models.IdempotencyKey.key))) == ["two"]


def test_a_deleted_reading_leaves_nothing_of_its_answer_and_is_not_made_anew(
    ada: Person, database: Database
) -> None:
    reading_id = _send(ada, "one").json()["id"]
    ada.delete(f"/readings/{reading_id}")

    assert_problem(_send(ada, "one"), 410, "gone")

    with database.reads() as session:
        [row] = session.scalars(sa.select(models.IdempotencyKey))
    assert row.body is None
    assert (_readings(ada), _pages(ada)) == (0, 1)


def test_bodies_that_differ_have_different_fingerprints() -> None:
    one = fingerprint("POST", "/a?", b"{}")

    assert one == fingerprint("POST", "/a?", b"{}")
    others = {
        fingerprint("PUT", "/a?", b"{}"),
        fingerprint("POST", "/a?x", b"{}"),
        fingerprint("POST", "/a?", b"[]"),
    }
    assert len(others | {one}) == 4
