"""How many requests: in memory, in a real Redis, and when Redis is not there."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from httpx2 import Response
from redis import Redis
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from legible.app.limiting.counters import Counters, Policy
from legible.app.main import create_app
from legible.app.settings import Settings, StartError
from tests.app.people import PASSWORD, FakeReader, assert_problem, picture
from tests.app.redis_server import RedisServer
from tests.app.running import begin_within_one_window

QUOTAS = {
    "user_requests_per_minute": 4,
    "key_requests_per_minute": 3,
    "address_requests_per_minute": 6,
}


@pytest.fixture(autouse=True)
def one_window() -> None:
    """The library's windows begin with the minute; a test across two would see its quota grow."""
    begin_within_one_window()


@pytest.fixture(params=["memory", "redis"])
def limited(request: pytest.FixtureRequest, sqlite_settings: Settings) -> Iterator[TestClient]:
    """The service with small quotas, counting in memory and in Redis."""
    url = request.getfixturevalue("redis_server").url if request.param == "redis" else ""
    settings = sqlite_settings.model_copy(update={**QUOTAS, "redis_url": url})
    with TestClient(create_app(settings, FakeReader)) as client:
        yield client


def _register(client: TestClient, name: str = "ada") -> dict[str, str]:
    new = {"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD}
    response = client.post("/api/v1/auth/register", json=new)
    assert response.status_code == 201, response.text
    return _bearer(response.json()["access_token"])


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _make_key(client: TestClient, owner: dict[str, str]) -> dict[str, str]:
    new = {"name": "Scanner", "scopes": ["read"]}
    return _bearer(client.post("/api/v1/keys", headers=owner, json=new).json()["key"])


def _standing(response: Response) -> dict[str, tuple[int, int, int]]:
    """Quota, remaining and seconds of each policy that the headers tell."""
    policies = re.findall(r'"(\w+)";q=(\d+);w=60', response.headers["ratelimit-policy"])
    standing = re.findall(r'"(\w+)";r=(\d+);t=(\d+)', response.headers["ratelimit"])
    assert [name for name, _ in policies] == [name for name, _, _ in standing]
    return {
        name: (int(quota), int(remaining), int(seconds))
        for (name, quota), (_, remaining, seconds) in zip(policies, standing, strict=True)
    }


def _assert_spent(response: Response) -> None:
    problem = assert_problem(response, 429, "too_many_requests")
    wait = int(response.headers["retry-after"])
    assert 1 <= wait <= 60
    assert f"in {wait} s" in problem["detail"]


def test_a_user_hears_what_is_left_and_is_refused_when_it_is_spent(limited: TestClient) -> None:
    ada = _register(limited)

    answers = [limited.get("/api/v1/readings", headers=ada) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert [_standing(answer)["user"][:2] for answer in answers] == [
        (4, 3),
        (4, 2),
        (4, 1),
        (4, 0),
        (4, 0),
    ]
    _assert_spent(answers[-1])


def test_users_do_not_spend_each_others_quota(limited: TestClient) -> None:
    ada, bob = _register(limited), _register(limited, "bob")
    for _ in range(5):
        last = limited.get("/api/v1/readings", headers=ada)

    _assert_spent(last)
    assert limited.get("/api/v1/readings", headers=bob).status_code == 200


def test_a_key_has_a_quota_of_its_own_and_spends_its_users(limited: TestClient) -> None:
    ada = _register(limited)
    key = _make_key(limited, ada)  # the first of the user's four

    answers = [limited.get("/api/v1/readings", headers=key) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {name: one[:2] for name, one in _standing(answers[1]).items()} == {
        "user": (4, 1),
        "key": (3, 1),
    }
    _assert_spent(answers[-1])
    _assert_spent(limited.get("/api/v1/readings", headers=ada))


def test_an_answer_that_is_an_error_or_a_file_tells_what_is_left_too(limited: TestClient) -> None:
    ada = _register(limited)
    sent = limited.post("/api/v1/readings", headers=ada, files={"file": ("a.png", picture())})
    fetched = limited.get(sent.headers["location"] + "/picture", headers=ada)
    missing = limited.get("/api/v1/readings/no-id", headers=ada)

    assert [_standing(answer)["user"][1] for answer in (sent, fetched, missing)] == [3, 2, 1]


def test_an_upload_counts_once_and_is_refused_like_the_rest(limited: TestClient) -> None:
    ada = _register(limited)
    file = {"file": ("a.png", picture())}

    answers = [limited.post("/api/v1/readings", headers=ada, files=file) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [201] * 4 + [429]
    _assert_spent(answers[-1])


@pytest.mark.parametrize(
    "headers",
    [{}, _bearer("no.jwt.atall"), _bearer("lgb_" + "0" * 49)],
    ids=["none", "forged token", "forged key"],
)
def test_who_is_nobody_spends_the_quota_of_the_address(
    limited: TestClient, headers: dict[str, str]
) -> None:
    ada = _register(limited)  # the first of the address's six

    answers = [limited.get("/api/v1/readings", headers=headers) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    _assert_spent(answers[-1])
    _assert_spent(limited.post("/api/v1/auth/login", json={"email": "", "password": ""}))
    assert limited.get("/api/v1/readings", headers=ada).status_code == 200


def test_health_is_not_limited(limited: TestClient) -> None:
    answers = [limited.get("/healthz") for _ in range(10)]

    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit" not in answers[0].headers


def test_of_many_at_once_as_many_are_let_through_as_the_quota_says(limited: TestClient) -> None:
    ada = _register(limited)

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: limited.get("/api/v1/readings", headers=ada).status_code, range(24))
        )

    assert sorted(answers) == [200] * 4 + [429] * 20


@pytest.fixture
def behind_proxy(sqlite_settings: Settings) -> Iterator[TestClient]:
    """The service as uvicorn runs it, called by the proxy that it trusts."""
    settings = sqlite_settings.model_copy(update=QUOTAS)
    app = ProxyHeadersMiddleware(
        create_app(settings, FakeReader),  # type: ignore[arg-type]
        trusted_hosts=settings.trusted_proxies,
    )
    with TestClient(app, client=("127.0.0.1", 50000)) as client:  # type: ignore[arg-type]
        yield client


def _ask_from(client: TestClient, forwarded_for: str) -> int:
    headers = {"X-Forwarded-For": forwarded_for}
    return client.get("/api/v1/readings", headers=headers).status_code


def test_addresses_behind_a_trusted_proxy_are_counted_apart(behind_proxy: TestClient) -> None:
    first = [_ask_from(behind_proxy, "192.0.2.1") for _ in range(7)]

    assert first == [401] * 6 + [429]
    assert _ask_from(behind_proxy, "192.0.2.2") == 401


def test_what_a_client_writes_itself_does_not_make_another_address(
    behind_proxy: TestClient,
) -> None:
    answers = [_ask_from(behind_proxy, f"198.51.100.{n}, 192.0.2.1") for n in range(7)]

    assert answers == [401] * 6 + [429]


def test_one_ipv6_network_is_one_address(behind_proxy: TestClient) -> None:
    answers = [_ask_from(behind_proxy, f"2001:db8::{n}") for n in range(1, 8)]

    assert answers == [401] * 6 + [429]
    assert _ask_from(behind_proxy, "2001:db8:0:1::1") == 401


def test_who_is_no_trusted_proxy_is_not_believed(sqlite_settings: Settings) -> None:
    settings = sqlite_settings.model_copy(update=QUOTAS)
    app = ProxyHeadersMiddleware(
        create_app(settings, FakeReader),  # type: ignore[arg-type]
        trusted_hosts=settings.trusted_proxies,
    )
    with TestClient(app, client=("192.0.2.9", 50000)) as client:  # type: ignore[arg-type]
        answers = [_ask_from(client, f"198.51.100.{n}") for n in range(7)]

    assert answers == [401] * 6 + [429]


def test_two_replicas_on_one_database_and_one_redis_share_the_limits(
    migrated_postgres_url: str, sqlite_settings: Settings, redis_server: RedisServer
) -> None:
    shared = {**QUOTAS, "database_url": migrated_postgres_url, "redis_url": redis_server.url}
    settings = sqlite_settings.model_copy(update=shared)
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(TestClient(create_app(settings, FakeReader))) for _ in range(2)
        )
        ada = _register(first, "ada-of-two-replicas")
        key = _make_key(second, ada)

        answers = [
            client.get("/api/v1/readings", headers=key).status_code
            for client in (first, second, first, second)
        ]
        owner = first.get("/api/v1/readings", headers=ada)
        login = {"email": "ada-of-two-replicas@example.com", "password": "wrong password"}
        attempts = [
            client.post("/api/v1/auth/login", json=login).status_code
            for client in (first, second, first, second, first, second)
        ]

    assert answers == [200, 200, 200, 429]
    assert _standing(owner)["user"][:2] == (4, 0)
    # Five failures for the account; the address's quota of six began with the registration.
    assert attempts == [401, 401, 401, 401, 401, 429]


def _until_spent(client: TestClient, headers: dict[str, str]) -> list[int]:
    return [client.get("/api/v1/readings", headers=headers).status_code for _ in range(6)]


@pytest.mark.parametrize("failure", ["stopped", "frozen"])
def test_without_redis_the_process_limits_alone_and_says_so(
    sqlite_settings: Settings,
    own_redis: RedisServer,
    caplog: pytest.LogCaptureFixture,
    failure: str,
) -> None:
    settings = sqlite_settings.model_copy(update={**QUOTAS, "redis_url": own_redis.url})
    with TestClient(create_app(settings, FakeReader)) as client:
        ada = _register(client)
        own_redis.stop() if failure == "stopped" else own_redis.freeze()

        answers = _until_spent(client, ada)
        login = {"email": "ada@example.com", "password": PASSWORD}
        logged_in = client.post("/api/v1/auth/login", json=login)
        ready = client.get("/readyz")

    assert answers == [200] * 4 + [429] * 2
    assert logged_in.status_code == 200
    assert ready.status_code == 200
    warnings = [record for record in caplog.records if "Redis fails" in record.getMessage()]
    assert len(warnings) == 1  # and not one for each request


def test_counting_goes_on_in_redis_once_it_is_back(
    own_redis: RedisServer,
) -> None:
    counters = Counters(own_redis.url)
    policy = Policy("user", 5)
    counters.hit(policy, "ada")
    own_redis.stop()
    alone = counters.hit(policy, "ada")
    own_redis.start()
    counters._rest_until = 0.0  # as if it had passed

    again = counters.hit(policy, "ada")

    with own_redis.client() as redis:
        names = _names(redis)
    counters.close()
    assert (alone.allowed, alone.remaining) == (True, 4)
    assert (again.allowed, again.remaining) == (True, 4)  # the new server has forgotten
    assert len(names) == 1


def _names(redis: Redis) -> list[str]:
    names: Any = redis.keys("*")
    return [name.decode() for name in names]


def test_what_lies_in_redis_names_nobody_and_ends(
    sqlite_settings: Settings, redis_server: RedisServer
) -> None:
    settings = sqlite_settings.model_copy(update={"redis_url": redis_server.url})
    with TestClient(create_app(settings, FakeReader)) as client:
        ada = _register(client)
        key = _make_key(client, ada)
        client.get("/api/v1/readings", headers=key)
        login = {"email": "ada@example.com", "password": PASSWORD}
        client.post("/api/v1/auth/login", json=login)
    with redis_server.client() as redis:
        names = _names(redis)
        lives = [redis.ttl(name) for name in names]

    assert len(names) >= 4
    assert all(name.startswith("legible:") or name.startswith("{legible:") for name in names), names
    assert not any("ada" in name or "lgb_" in name for name in names)
    assert all(isinstance(life, int) and life > 0 for life in lives)


@pytest.mark.parametrize("url", ["not an address", "http://127.0.0.1", "redis://h:port:secret/0"])
def test_an_address_that_is_no_redis_is_refused_and_not_repeated(
    sqlite_settings: Settings, url: str
) -> None:
    app = create_app(sqlite_settings.model_copy(update={"redis_url": url}), FakeReader)

    with pytest.raises(StartError, match="LEGIBLE_REDIS_URL") as refused, TestClient(app):
        pass
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("proxies", ["*", "", "10.0.0.0/8,nginx", "10.0.0.1/8"])
def test_proxies_are_addresses_and_never_everybody(proxies: str) -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies=proxies)
