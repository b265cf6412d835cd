"""How fast somebody may guess a password, and that nobody can lock another out for long."""

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from legible.app.errors import AppError
from legible.app.limiting.attempts import Attempts, wait_s
from legible.app.limiting.counters import Counters
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import PASSWORD, FakeReader, assert_problem
from tests.app.redis_server import RedisServer

HOME, ELSEWHERE = "192.0.2.1", "192.0.2.2"
WRONG = "not the password"


@pytest.mark.parametrize(
    ("failures", "expected"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (12, 128), (13, 256), (14, 300), (10_000, 300)],
)
def test_the_wait_doubles_from_the_fifth_failure_up_to_its_limit(
    failures: int, expected: int
) -> None:
    assert wait_s(failures, free=5, longest_s=300) == expected


class Door:
    """The service behind a proxy, tried from many addresses."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def register(self, name: str, *, address: str = "203.0.113.1") -> Response:
        new = {"email": f"{name}@example.com", "name": name, "password": PASSWORD}
        headers = {"X-Forwarded-For": address}
        return self._client.post("/api/v1/auth/register", json=new, headers=headers)

    def log_in(self, name: str, password: str = PASSWORD, *, address: str = HOME) -> Response:
        known = {"email": f"{name}@example.com", "password": password}
        headers = {"X-Forwarded-For": address}
        return self._client.post("/api/v1/auth/login", json=known, headers=headers)

    def fail(self, name: str, times: int, *, address: str = HOME) -> list[int]:
        answers = [self.log_in(name, WRONG, address=address) for _ in range(times)]
        return [answer.status_code for answer in answers]


def _open(settings: Settings) -> Iterator[Door]:
    app = ProxyHeadersMiddleware(create_app(settings, FakeReader))  # type: ignore[arg-type]
    with TestClient(app, client=("127.0.0.1", 50000)) as client:  # type: ignore[arg-type]
        door = Door(client)
        assert door.register("ada").status_code == 201
        yield door


@pytest.fixture(params=["memory", "redis"])
def door(request: pytest.FixtureRequest, sqlite_settings: Settings) -> Iterator[Door]:
    url = request.getfixturevalue("redis_server").url if request.param == "redis" else ""
    yield from _open(sqlite_settings.model_copy(update={"redis_url": url}))


@pytest.fixture
def redis_door(redis_server: RedisServer, sqlite_settings: Settings) -> Iterator[Door]:
    yield from _open(sqlite_settings.model_copy(update={"redis_url": redis_server.url}))


def _wait(response: Response) -> int:
    problem = assert_problem(response, 429, "too_many_requests")
    wait = int(response.headers["retry-after"])
    assert f"in {wait} s" in problem["detail"]
    return wait


def test_after_five_failures_the_right_password_waits_too(door: Door) -> None:
    assert door.fail("ada", 5) == [401] * 5

    assert _wait(door.log_in("ada")) == 1
    assert _wait(door.log_in("ada", WRONG)) == 1


def test_after_the_wait_the_right_password_opens(door: Door) -> None:
    door.fail("ada", 5)
    time.sleep(_wait(door.log_in("ada")) + 0.2)

    assert door.log_in("ada").status_code == 200
    assert door.fail("ada", 4) == [401] * 4
    assert door.log_in("ada").status_code == 200


def test_a_success_forgets_the_failures_of_the_account(door: Door) -> None:
    for _ in range(4):
        assert door.fail("ada", 4) == [401] * 4
        assert door.log_in("ada").status_code == 200


def test_nobodys_account_behaves_as_somebodys(door: Door) -> None:
    answers = {
        name: [door.log_in(name, WRONG, address=address) for _ in range(8)]
        for name, address in (("ada", HOME), ("nobody", ELSEWHERE))
    }

    first, second = (
        [(one.status_code, one.json()["code"], one.json()["detail"]) for one in answers[name]]
        for name in ("ada", "nobody")
    )
    assert first == second
    assert [status for status, _, _ in first] == [401] * 5 + [429] * 3


def test_spellings_of_an_address_and_the_password_form_are_one_account(door: Door) -> None:
    client = door._client
    headers = {"X-Forwarded-For": HOME}
    for email in ("ada@example.com", "ADA@example.com", " Ada@Example.com"):
        form = {"username": email, "password": WRONG}
        assert client.post("/api/v1/auth/token", data=form, headers=headers).status_code == 401
    door.fail("ada", 2)

    assert _wait(door.log_in("ada")) == 1


def test_a_stranger_elsewhere_does_not_make_the_owner_wait(door: Door) -> None:
    assert door.fail("ada", 8, address=ELSEWHERE) == [401] * 5 + [429] * 3

    assert door.log_in("ada", address=HOME).status_code == 200


def test_many_strangers_make_new_addresses_wait_and_not_the_owners(door: Door) -> None:
    assert door.log_in("ada", address=HOME).status_code == 200

    failed = [door.fail("ada", 1, address=f"198.51.100.{n}") for n in range(20)]

    assert failed == [[401]] * 20
    assert _wait(door.log_in("ada", address="198.51.100.99")) == 1
    assert door.log_in("ada", address=HOME).status_code == 200


def test_who_tries_many_accounts_waits_and_others_do_not(door: Door) -> None:
    door.register("bob")
    assert door.log_in("bob", address=HOME).status_code == 200
    for n in range(20):
        assert door.fail(f"person{n}", 1) == [401]

    assert _wait(door.log_in("ada", address=HOME)) == 1
    assert door.log_in("ada", address=ELSEWHERE).status_code == 200
    assert door.log_in("bob", address=HOME).status_code == 200  # has been here before


def test_a_login_of_ones_own_does_not_wash_the_address_clean(door: Door) -> None:
    door.register("eve")
    for n in range(20):
        assert door.fail(f"person{n}", 1) == [401]
        if n % 4 == 0:
            assert door.log_in("eve").status_code == 200

    assert _wait(door.log_in("ada", WRONG)) == 1


def test_many_guesses_at_once_do_not_slip_through(door: Door) -> None:
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: door.fail("ada", 1)[0], range(24)))

    # On a slow machine the waits of 1, 2, 4 .. s run out meanwhile, and each lets one more in.
    waited_out = int(math.log2(time.monotonic() - started + 1))
    assert 5 <= answers.count(401) <= 5 + waited_out
    assert answers.count(429) == 24 - answers.count(401)


def test_accounts_are_made_slower_and_slower_from_one_address(door: Door) -> None:
    answers = [door.register(f"p{n}", address=ELSEWHERE).status_code for n in range(21)]

    assert answers == [201] * 20 + [429]
    assert _wait(door.register("another", address=ELSEWHERE)) == 1
    assert door.register("another", address=HOME).status_code == 201


def _let_waits_pass(server: RedisServer) -> None:
    with server.client() as redis:
        for name in list(redis.scan_iter("*/wait*")):
            redis.delete(name)


def test_each_further_failure_doubles_the_wait(redis_door: Door, redis_server: RedisServer) -> None:
    redis_door.fail("ada", 5)
    waits = []
    for _ in range(10):
        waits.append(_wait(redis_door.log_in("ada")))
        _let_waits_pass(redis_server)
        assert redis_door.fail("ada", 1) == [401]

    # Redis tells whole seconds, and some may have passed.
    for wait, expected in zip(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300], strict=True):
        assert expected * 0.7 < wait <= expected


def test_who_does_not_wait_does_not_make_it_longer(
    redis_door: Door, redis_server: RedisServer
) -> None:
    redis_door.fail("ada", 5)
    assert redis_door.fail("ada", 20) == [429] * 20
    _let_waits_pass(redis_server)
    redis_door.fail("ada", 1)

    assert 1 <= _wait(redis_door.log_in("ada")) <= 2


def test_all_is_forgotten_after_an_hour_in_memory_too(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = Attempts(Counters(""), sqlite_settings)
    real = time.time
    tries = 0
    for ahead in range(0, 3600, 60):
        monkeypatch.setattr(time, "time", lambda ahead=ahead: real() + ahead)
        try:
            attempts.begin("login", account="ada", address=HOME)
        except AppError:  # told to wait
            continue
        tries += 1
    monkeypatch.setattr(time, "time", lambda: real() + 3700)
    for _ in range(5):
        attempts.begin("login", account="ada", address=HOME)

    assert 5 <= tries <= 24
