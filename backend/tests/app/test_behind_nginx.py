"""Two replicas behind nginx, on PostgreSQL, Redis and an object store; one is killed under load.

The object store is a stand-in, moto's server; all else is real.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

import legible
from legible.app import models
from legible.app.db import Database
from legible.app.settings import Settings
from legible.client import Client
from legible.client.retry import Retries
from tests.app.new_database import new_database
from tests.app.nginx_server import name_server, run_nginx
from tests.app.people import SECRET, picture
from tests.app.redis_server import RedisServer
from tests.app.running import make_key
from tests.app.s3_server import BUCKET, S3Server
from tests.reader.tiny_bundle import write_bundle

SERVE = "from legible.cli import main; raise SystemExit(main(['serve', *{words}]))"
# One port at two addresses, as containers of one service have it.
ADDRESSES = ("127.0.0.1", "127.0.0.2")
PICTURES = 60
CLIENTS = 6


@dataclass
class Replica:
    """One `legible serve`, and what it logs."""

    process: "subprocess.Popen[str]"
    log: Path

    @property
    def answered(self) -> int:
        """How many pictures it has read."""
        return self.log.read_text().count("POST /api/v1/readings 201")


def _free_port() -> int:
    for _ in range(50):
        with ExitStack() as opened:
            try:
                first = opened.enter_context(socket.create_server((ADDRESSES[0], 0)))
                port: int = first.getsockname()[1]
                opened.enter_context(socket.create_server((ADDRESSES[1], port)))
            except OSError as error:
                reason = error
            else:
                return port
    pytest.fail(
        f"expected one port that is free at {' and '.join(ADDRESSES)}: {reason} "
        f"(macOS: sudo ifconfig lo0 alias {ADDRESSES[1]})"
    )


@contextmanager
def _replica(
    address: str, port: int, folder: Path, environment: dict[str, str]
) -> Iterator[Replica]:
    folder.mkdir()
    words = ["--host", address, "--port", str(port)]
    log = folder / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE.format(words=words)],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        )
    try:
        yield Replica(process, log)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture
def environment(
    database_url: str, redis_server: RedisServer, s3_server: S3Server, tmp_path: Path
) -> dict[str, str]:
    """What both replicas are told. They share no folder but that of the networks."""
    write_bundle(tmp_path / "models")
    return {
        "PYTHONPATH": str(Path(legible.__file__).parents[1]),  # the code that is tested
        "LEGIBLE_MODELS_DIR": str(tmp_path / "models"),
        "LEGIBLE_DATABASE_URL": database_url,
        "LEGIBLE_REDIS_URL": redis_server.url,
        "LEGIBLE_STORAGE_URL": f"s3://{BUCKET}/legible",
        "LEGIBLE_SECRET": SECRET,
        "LEGIBLE_KEY_REQUESTS_PER_MINUTE": "100000",
        "LEGIBLE_USER_REQUESTS_PER_MINUTE": "100000",
        "LEGIBLE_IDEMPOTENCY_LEASE_S": "2",
        "LEGIBLE_ARGON2_MEMORY_KIB": "8",
        "LEGIBLE_ARGON2_PASSES": "1",
        **s3_server.environment,
    }


def test_clients_that_retry_lose_nothing_when_a_replica_is_killed_under_load(
    environment: dict[str, str], s3_server: S3Server, tmp_path: Path
) -> None:
    port = _free_port()
    sent = {f"{number}.png": picture(number, (24, 16 + number % 5)) for number in range(PICTURES)}
    with ExitStack() as running:
        doomed, other = (
            running.enter_context(_replica(each, port, tmp_path / each, environment))
            for each in ADDRESSES
        )
        for replica in (doomed, other):
            assert replica.process.stdout is not None
            assert replica.process.stdout.readline(), replica.log.read_text()[-3000:]
        names_port = running.enter_context(name_server(ADDRESSES))
        site = running.enter_context(run_nginx(tmp_path, api=f"api:{port}", names_port=names_port))
        user_id, key = make_key(site)
        retries = Retries(count=40, first_wait_s=0.1, max_wait_s=10)
        client = running.enter_context(Client(site, api_key=key, retries=retries))
        with ThreadPoolExecutor(CLIENTS) as pool:
            under_way = {
                name: pool.submit(client.read, data, file_name=name) for name, data in sent.items()
            }
            list(under_way.values())[PICTURES // 4].result()
            before = doomed.answered, other.answered
            os.kill(doomed.process.pid, signal.SIGKILL)
            acknowledged = {name: each.result().id for name, each in under_way.items()}
        usage = httpx2.get(f"{site}/api/v1/usage", headers={"Authorization": f"Bearer {key}"})
        counted = usage.json()["totals"]

    assert min(before) > 0, f"both were to read, they read {before}"
    assert len(set(acknowledged.values())) == PICTURES
    assert (counted["readings"], counted["pages"]) == (PICTURES, PICTURES)
    kept = _kept_readings(environment["LEGIBLE_DATABASE_URL"])
    assert {str(row.id): row.file_name for row in kept} == {
        str(reading): name for name, reading in acknowledged.items()
    }
    stored = {f"legible/{row.storage_key}": sent[row.file_name] for row in kept}
    assert {key: _content(s3_server, key) for key in stored} == stored
    assert all(str(row.user_id) == user_id for row in kept)
    assert not list(tmp_path.rglob("pictures")), "nothing lies with a replica"


def _kept_readings(database_url: str) -> list[models.Reading]:
    database = Database(Settings(database_url=database_url).sqlalchemy_url())
    with database.reads() as session:
        rows = list(session.scalars(sa.select(models.Reading)))
    database.close()
    return rows


def _content(s3: S3Server, key: str) -> bytes:
    content: bytes = s3.client().get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return content
