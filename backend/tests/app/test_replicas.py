"""Two replicas of the service as real processes on one PostgreSQL and one Redis."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import sqlalchemy as sa

import legible
from legible.app import models
from legible.app.db import Database
from legible.app.sessions.refresh_tokens import hash_token
from legible.app.settings import Settings
from tests.app.people import PASSWORD, SECRET, picture
from tests.app.redis_server import RedisServer
from tests.app.running import begin_within_one_window
from tests.reader.tiny_bundle import write_bundle

SERVE = "from legible.cli import main; raise SystemExit(main(['serve', '--port', '0']))"
KEY_REQUESTS = 8  # a minute
FREE_FAILURES = 4


@dataclass
class Replica:
    """One `legible serve`, and a client that asks it."""

    process: "subprocess.Popen[str]"
    http: httpx2.Client

    def ask(self, method: str, path: str, token: str = "", **options: Any) -> httpx2.Response:
        headers = {**options.pop("headers", {})}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.http.request(method, path, headers=headers, **options)

    def send(self, token: str, data: bytes, key: str) -> httpx2.Response:
        """Send a picture to be read, under an idempotency key."""
        headers = {"Idempotency-Key": key}
        files = {"file": ("card.png", data)}
        return self.ask("POST", "/readings", token, headers=headers, files=files)


@dataclass
class Account:
    """Somebody who has just registered."""

    id: str
    email: str
    token: str
    refresh_token: str

    @property
    def login(self) -> dict[str, Any]:
        return {"email": self.email, "password": PASSWORD, "with_refresh_token": True}


StartReplica = Callable[[], Replica]


@pytest.fixture(scope="module")
def database(migrated_postgres_url: str) -> Iterator[Database]:
    """The database of all replicas."""
    database = Database(Settings(database_url=migrated_postgres_url).sqlalchemy_url())
    yield database
    with database.engine.begin() as connection:
        connection.execute(sa.text("TRUNCATE users CASCADE"))
    database.close()


@pytest.fixture(scope="module")
def start_replica(
    database: Database,
    migrated_postgres_url: str,
    shared_redis: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> StartReplica:
    """Start one more replica; `_running` ends it."""
    models_dir = tmp_path_factory.mktemp("models")
    write_bundle(models_dir)
    var_dir = tmp_path_factory.mktemp("shared")
    with shared_redis.client() as redis:
        redis.flushall()

    def _start() -> Replica:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE],
            cwd=tmp_path_factory.mktemp("replica"),
            env={
                "PYTHONPATH": str(Path(legible.__file__).parents[1]),  # the code that is tested
                "LEGIBLE_MODELS_DIR": str(models_dir),
                "LEGIBLE_VAR_DIR": str(var_dir),
                "LEGIBLE_DATABASE_URL": migrated_postgres_url,
                "LEGIBLE_REDIS_URL": shared_redis.url,
                "LEGIBLE_SECRET": SECRET,
                "LEGIBLE_KEY_REQUESTS_PER_MINUTE": str(KEY_REQUESTS),
                "LEGIBLE_ADDRESS_REQUESTS_PER_MINUTE": "10000",
                "LEGIBLE_ATTEMPTS_PER_ACCOUNT": str(FREE_FAILURES),
                "LEGIBLE_ATTEMPTS_PER_ADDRESS": "10000",
                "LEGIBLE_IDEMPOTENCY_LEASE_S": "2",
                "LEGIBLE_ARGON2_MEMORY_KIB": "8",
                "LEGIBLE_ARGON2_PASSES": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return Replica(process, httpx2.Client(timeout=60))

    return _start


@contextmanager
def _running(*replicas: Replica) -> Iterator[None]:
    """Wait until replicas answer, all starting at once; end those that still run."""
    try:
        for replica in replicas:
            assert replica.process.stdout is not None
            line = replica.process.stdout.readline()
            found = re.search(r"http://localhost:(\d+)", line)
            assert found, f"it did not start: {line!r}"
            replica.http.base_url = httpx2.URL(f"http://127.0.0.1:{found[1]}/api/v1")
        yield
    finally:
        for replica in replicas:
            replica.http.close()
            replica.process.kill()
            replica.process.communicate()


@pytest.fixture(scope="module")
def replicas(start_replica: StartReplica) -> Iterator[tuple[Replica, Replica]]:
    pair = start_replica(), start_replica()
    with _running(*pair):
        yield pair


@pytest.fixture
def one(replicas: tuple[Replica, Replica]) -> Replica:
    return replicas[0]


@pytest.fixture
def other(replicas: tuple[Replica, Replica]) -> Replica:
    return replicas[1]


def _register(replica: Replica) -> Account:
    email = f"{uuid4().hex}@example.com"
    new = {"email": email, "name": "Ada", "password": PASSWORD, "with_refresh_token": True}
    made = replica.ask("POST", "/auth/register", json=new)
    assert made.status_code == 201, made.text
    body = made.json()
    return Account(body["user"]["id"], email, body["access_token"], body["refresh_token"])


def _make_key(replica: Replica, account: Account) -> tuple[str, str]:
    new = {"name": "Scanner", "scopes": ["read", "write"]}
    made = replica.ask("POST", "/keys", account.token, json=new).json()
    return made["id"], made["key"]


def _code(response: httpx2.Response) -> str:
    return f"{response.status_code} {response.json()['code']}"


def _refresh(replica: Replica, token: str) -> httpx2.Response:
    return replica.ask("POST", "/auth/refresh", json={"refresh_token": token})


def test_a_session_begun_at_one_is_good_at_the_other_and_ends_at_both(
    one: Replica, other: Replica
) -> None:
    ada = _register(one)
    second = other.ask("POST", "/auth/login", json=ada.login).json()["access_token"]
    listed = one.ask("GET", "/sessions", second).json()["items"]

    before = [at.ask("GET", "/users/me", ada.token).status_code for at in (one, other)]
    one.ask("POST", "/auth/logout", ada.token)
    after = [at.ask("GET", "/users/me", ada.token).status_code for at in (one, other)]
    others = [at.ask("GET", "/users/me", second).status_code for at in (one, other)]
    other.ask("POST", "/auth/logout-everywhere", second)
    in_the_end = [at.ask("GET", "/users/me", second).status_code for at in (one, other)]

    assert len(listed) == 2
    assert (before, after, others, in_the_end) == ([200] * 2, [401] * 2, [200] * 2, [401] * 2)


def test_a_key_that_is_revoked_at_one_is_refused_by_the_other_at_once(
    one: Replica, other: Replica
) -> None:
    ada = _register(one)
    key_id, key = _make_key(one, ada)

    before = other.ask("GET", "/users/me", key).status_code
    one.ask("DELETE", f"/keys/{key_id}", ada.token)
    after = [_code(at.ask("GET", "/users/me", key)) for at in (one, other)]

    assert (before, after) == (200, ["401 key_revoked"] * 2)


def test_an_account_that_is_frozen_at_one_is_frozen_at_the_other(
    one: Replica, other: Replica, database: Database
) -> None:
    ada, root = _register(one), _register(other)
    with database.writes() as session:
        admins = sa.update(models.User).where(models.User.id == root.id)
        session.execute(admins.values(role="admin"))

    frozen = one.ask("POST", f"/admin/users/{ada.id}/freeze", root.token)
    answers = [_code(at.ask("GET", "/users/me", ada.token)) for at in (one, other)]
    login = _code(other.ask("POST", "/auth/login", json=ada.login))

    assert frozen.status_code == 200
    assert {*answers, login} == {"403 account_frozen"}


def test_they_count_the_requests_of_a_key_together(one: Replica, other: Replica) -> None:
    _, key = _make_key(one, _register(one))
    begin_within_one_window()

    answers = [
        at.ask("GET", "/users/me", key).status_code
        for _ in range(KEY_REQUESTS)
        for at in (one, other)
    ]

    assert answers == [200] * KEY_REQUESTS + [429] * KEY_REQUESTS


def test_they_count_failed_logins_together(one: Replica, other: Replica) -> None:
    ada = _register(one)
    wrong = {"email": ada.email, "password": "a wrong password"}

    failed = [
        at.ask("POST", "/auth/login", json=wrong).status_code
        for _ in range(FREE_FAILURES // 2)
        for at in (one, other)
    ]
    right = [_code(at.ask("POST", "/auth/login", json=ada.login)) for at in (other, one)]

    assert failed == [401] * FREE_FAILURES
    assert right == ["429 too_many_requests"] * 2


def test_many_who_guess_at_both_at_once_do_not_slip_through(one: Replica, other: Replica) -> None:
    ada = _register(one)
    wrong = {"email": ada.email, "password": "a wrong password"}

    def guess(number: int) -> int:
        return (one, other)[number % 2].ask("POST", "/auth/login", json=wrong).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))

    assert answers.count(401) == FREE_FAILURES
    assert answers.count(429) == 16 - FREE_FAILURES


def test_a_token_refreshed_at_both_at_once_has_one_successor(one: Replica, other: Replica) -> None:
    ada = _register(one)

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: _refresh((one, other)[n % 2], ada.refresh_token), range(8))
        )

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    assert _refresh(other, answers[0].json()["refresh_token"]).status_code == 200


def test_a_token_used_again_at_the_other_ends_the_session_at_both(
    one: Replica, other: Replica, database: Database
) -> None:
    ada = _register(one)
    refreshed = _refresh(other, ada.refresh_token).json()
    with database.writes() as session:  # the grace has passed
        link = session.get_one(models.RefreshToken, hash_token(ada.refresh_token))
        assert link.rotated_at is not None
        link.rotated_at -= timedelta(hours=1)

    again = _refresh(one, ada.refresh_token)
    of_the_thief = _refresh(other, refreshed["refresh_token"])
    access = [at.ask("GET", "/users/me", refreshed["access_token"]) for at in (one, other)]

    assert _code(again) == _code(of_the_thief) == "401 session_ended"
    assert [answer.status_code for answer in access] == [401, 401]


def test_a_request_sent_to_both_is_done_once(one: Replica, other: Replica) -> None:
    ada = _register(one)
    keys = [uuid4().hex for _ in range(4)]

    def send(number: int) -> httpx2.Response:
        data, key = picture(100 + number // 4), keys[number // 4]
        return (one, other)[number % 2].send(ada.token, data, key)

    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(send, range(16)))
    later = [send(number) for number in range(16)]

    assert {answer.status_code for answer in at_once} <= {201, 409}
    assert {answer.status_code for answer in later} == {201}
    assert {answer.headers["idempotent-replayed"] for answer in later} == {"true"}
    ids = {answer.json()["id"] for answer in later}
    assert len(ids) == 4
    assert {answer.json()["id"] for answer in at_once if answer.status_code == 201} == ids
    assert other.ask("GET", "/usage", ada.token).json()["totals"]["pages"] == 4


def test_a_reading_made_at_one_is_shown_and_deleted_at_the_other(
    one: Replica, other: Replica
) -> None:
    ada = _register(one)
    data = picture(90)
    path = f"/readings/{one.send(ada.token, data, uuid4().hex).json()['id']}"

    shown = other.ask("GET", f"{path}/picture", ada.token)
    other.ask("DELETE", path, ada.token)

    assert shown.content == data
    assert _code(one.ask("GET", path, ada.token)) == "404 not_found"


def test_when_one_is_killed_the_other_goes_on_and_nothing_counts_twice(
    one: Replica, start_replica: StartReplica
) -> None:
    ada = _register(one)
    doomed = start_replica()
    jobs = [(picture(shade), uuid4().hex) for shade in range(24)]

    def finish(number: int) -> str:
        """Send a picture until it has been read: to the other where one does not answer."""
        for attempt in range(200):
            try:
                answer = (doomed, one)[(number + attempt) % 2].send(ada.token, *jobs[number])
            except httpx2.TransportError:
                continue
            if answer.status_code == 201:
                return str(answer.json()["id"])
            assert _code(answer) == "409 in_progress"
            time.sleep(0.1)  # what the killed one had begun is free again after its lease
        raise AssertionError("never finished")

    with _running(doomed):
        with ThreadPoolExecutor(6) as pool:
            under_way = [pool.submit(finish, number) for number in range(len(jobs))]
            under_way[5].result()
            os.kill(doomed.process.pid, signal.SIGKILL)
            ids = [each.result() for each in under_way]
        assert doomed.process.wait() == -signal.SIGKILL

    assert len(set(ids)) == len(jobs)
    assert one.ask("GET", "/usage", ada.token).json()["totals"]["pages"] == len(jobs)
    listed = one.ask("GET", "/readings?limit=100", ada.token).json()["items"]
    assert {item["id"] for item in listed} == set(ids)
    assert _refresh(one, ada.refresh_token).status_code == 200
